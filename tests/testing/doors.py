"""Charts that have nothing to do with charging, as a user might write them: right ones, and some that are not."""

from statemachine import State, StateChart

from statecharts.ocpp16.base import OcppChart


class Door(OcppChart):
    """A door with a lock that only the key it was locked with opens."""

    Closed = State(initial=True)
    Open = State()
    Locked = State(enter="note_key")

    Closed.to(Open, event="opened", on="count")
    Open.to(Closed, event="closed")
    Closed.to(Locked, event="locked", cond="has_key")
    Locked.to(Closed, event="unlocked", cond="key_fits")


class Lock:
    """What a door calls and asks."""

    def __init__(self) -> None:
        self.key: str | None = None
        self.openings = 0

    def count(self) -> None:
        self.openings += 1

    def has_key(self, key_id: str) -> bool:
        return bool(key_id)

    def note_key(self, key_id: str) -> None:
        self.key = key_id

    def key_fits(self, key_id: str) -> bool:
        return key_id == self.key


class Lights(OcppChart):
    """Traffic lights beside a button; a lamp that is broken is found out in the step that lights it."""

    class crossing(State.Parallel):
        class cars(State.Compound):
            Green = State(initial=True)
            Yellow = State()
            Red = State()

            Green.to(Yellow, event="time_passed", cond="In('Waiting')")
            Yellow.to(Red, event="time_passed")
            Red.to(Green, event="time_passed", cond="not still_walking")

        class button(State.Compound):
            Idle = State(initial=True)
            Waiting = State()

            Idle.to(Waiting, event="pressed")
            Waiting.to(None, event="pressed")
            Waiting.to(Idle, cond="In('Red')")


class Walkers:
    """Who uses the lights."""

    def still_walking(self, slow: bool = False) -> bool:
        return slow


class Dynamo(OcppChart):
    """Its guards and hooks are its own; a start that works fires an event of itself."""

    Still = State(initial=True)
    Turning = State()
    Lit = State()

    Still.to(Turning, event="pushed", cond="strong", after="shine")
    Still.to(None, event="pushed", cond="not strong")
    Turning.to(Lit, event="shone")
    Lit.to(Still, event="let_go")

    def strong(self, newtons: int) -> bool:
        return newtons > 10

    def shine(self) -> None:
        self.send("shone")


class Fuse(OcppChart):
    """It blows, and nothing happens any more."""

    class box(State.Compound):
        Whole = State(initial=True)
        Blown = State()

        Whole.to(Blown, event="shorted")


class Default(StateChart):  # type: ignore[type-arg]
    """A chart with all of the library's defaults, which is outside the profile."""

    A = State(initial=True)
    A.to(A, event="again")
