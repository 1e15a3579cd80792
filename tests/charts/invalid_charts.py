"""Charts outside the profile, one for each reason that the linter knows.

Each is the smallest that has the trouble; the line that the finding must name is marked ``# here``.
"""

# ruff: noqa: RUF012 - charts are declarations

from statemachine import HistoryState, State, StateChart

from statecharts.model import Overlay, Timer
from statecharts.ocpp16.base import OcppChart


class Swallowing(StateChart):  # type: ignore[type-arg]  # the defaults are what is wrong
    A = State(initial=True)
    A.to(A, event="went")


class Base(OcppChart):
    A = State(initial=True)
    A.to(A, event="went")


class Inheriting(Base):
    pass


class Conventional(OcppChart):
    A = State(initial=True)
    A.to(A, event="went")

    def on_went(self) -> None: ...


class Generic(OcppChart):
    A = State(initial=True)
    A.to(A, event="went")

    def on_transition(self) -> None: ...


class NestedParallel(OcppChart):
    A = State(initial=True)

    class both(State.Parallel):  # here
        class one(State.Compound):
            B = State(initial=True)
            B.to(B, event="again")

        class other(State.Compound):
            C = State(initial=True)
            C.to(C, event="again")

    A.to(both, event="went")
    both.to(A, event="returned")


class Remembering(OcppChart):
    class outer(State.Compound):
        A = State(initial=True)
        B = State()
        memory = HistoryState()  # here
        A.to(B, event="went")
        B.to(A, event="returned")
        memory.to(A)

    Away = State(initial=True)
    Away.to(outer.memory, event="came")
    outer.to(Away, event="left")


class BareRegion(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="went")

        two = State()  # here

    root.to(None, event="poked")  # type: ignore[arg-type]  # the library takes it


class Ending(OcppChart):
    A = State(initial=True)
    B = State(final=True)  # here
    A.to(B, event="went")


class RegionCalledQueue(OcppChart):
    class root(State.Parallel):
        class queue(State.Compound):  # here
            A = State(initial=True)
            A.to(A, event="went")

        class other(State.Compound):
            B = State(initial=True)
            B.to(B, event="went")


class RegionsAlike(OcppChart):
    class root(State.Parallel):
        class side(State.Compound):
            A = State(initial=True)
            A.to(A, event="went")

        class Side(State.Compound):  # here
            B = State(initial=True)
            B.to(B, event="went")


class EventOfTheMachine(OcppChart):
    A = State(initial=True)
    A.to(A, event="fire")  # here


class EventOfARegion(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="other")  # here

        class other(State.Compound):
            B = State(initial=True)
            B.to(B, event="went")


class DottedEvent(OcppChart):
    A = State(initial=True)
    A.to(A, event="fault.ground")  # here


class DoneEvent(OcppChart):
    A = State(initial=True)
    A.to(A, event="done_state_A")  # here


class PrivateState(OcppChart):
    _A = State(initial=True)  # here
    _A.to(_A, event="went")


class PrivateHook(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", on="_say")  # here


class HookByConvention(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", on="on_went")  # here


class HookOfTheLibrary(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", on="send")  # here


class HookNamedAsEvent(OcppChart):
    A = State(initial=True)
    B = State()
    A.to(B, event="went", on="returned")  # here
    B.to(A, event="returned")


class GuardNamedAsState(OcppChart):
    A = State(initial=True)
    B = State()
    A.to(B, event="went", cond="B")  # here
    B.to(A, event="returned")


class GuardNamedAsRegion(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="went", cond="two")  # here

        class two(State.Compound):
            B = State(initial=True)
            B.to(B, event="went")


class HookAndGuard(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", cond="ready", on="ready")  # here


class UnknownState(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", cond="In('Nowhere')")  # here


class RootAsked(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="went", cond="In('root')")  # here

        class two(State.Compound):
            B = State(initial=True)
            B.to(B, event="went")


class Internal(OcppChart):
    A = State(initial=True)
    A.to.itself(event="went", internal=True)  # type: ignore[no-untyped-call]  # here


class FreeEventless(OcppChart):
    A = State(initial=True)
    B = State()
    C = State()
    A.to(B, event="went")
    B.to(C)  # here
    C.to(A, event="returned")


class AskingEventless(OcppChart):
    A = State(initial=True)
    B = State()
    A.to(B, cond="ready")  # here
    B.to(A, event="returned")


class StayingEventless(OcppChart):
    A = State(initial=True)
    B = State()
    A.to(B, event="went")
    B.to(None, cond="In('B')", on="say")  # here
    B.to(A, event="returned")


class RestlessStart(OcppChart):
    A = State(initial=True)
    B = State()
    A.to(B, cond="In('A')")  # here
    B.to(A, event="returned")


class WholeRegion(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="went")

        class two(State.Compound):
            B = State(initial=True)
            B.to(B, event="went")

        one.to(one.A, event="reset")  # here


class WholeParallel(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="went")

        class two(State.Compound):
            B = State(initial=True)
            B.to(B, event="went")

    root.to(None, event="poked")  # type: ignore[arg-type]  # here


class Crossing(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="went")

        class two(State.Compound):
            B = State(initial=True)
            B.to(B, event="went")

        one.A.to(two.B, event="crossed")  # here


class Livelock(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            B = State()
            C = State()
            A.to(B, event="went")
            B.to(C, cond="In('B')")
            C.to(B, cond="In('C')")

        class two(State.Compound):
            D = State(initial=True)
            D.to(D, event="went")


class BothSpeak(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State(initial=True)
            A.to(A, event="went", on="say_one")

        class two(State.Compound):
            B = State(initial=True)
            B.to(B, event="went", on="say_two")  # here


class EntriesDisordered(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            class inner(State.Compound):
                class innermost(State.Compound):
                    A = State(initial=True, enter="say_a")

            B = State(initial=True)
            B.to(inner, event="went")
            inner.to(B, event="left")

        class two(State.Compound):
            D = State(enter="say_d")  # here
            C = State(initial=True)
            C.to(D, event="went")
            D.to(C, event="left")


class IgnoredNowhere(OcppChart):
    A = State(initial=True)
    A.to(A, event="went")
    ignored = {"went": "Nowhere"}


class IgnoredUnknown(OcppChart):
    A = State(initial=True)
    A.to(A, event="went")
    ignored = {"gone": "A"}


class OverlayNowhere(OcppChart):
    A = State(initial=True)
    A.to(A, event="went")
    overlays = (Overlay("Nowhere", "Lost"),)


class TimerOfNoHook(OcppChart):
    A = State(initial=True, enter="arm")
    A.to(A, event="due")
    timers = (Timer("due", "arm", "disarm", "1 s"),)


class TimerOfNoEvent(OcppChart):
    A = State(initial=True, enter="arm", exit="disarm")
    A.to(A, event="went")
    timers = (Timer("due", "arm", "disarm", "1 s"),)


class LambdaHook(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", on=lambda: None)  # here


class LambdaGuard(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", cond=lambda: True)  # here


class Comparing(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", cond="count > 3")  # here


class Validating(OcppChart):
    A = State(initial=True)
    A.to(A, event="went", validators="check")  # here


class SameName(OcppChart):
    class root(State.Parallel):
        class one(State.Compound):
            A = State("First", initial=True)
            A.to(A, event="went")

        class two(State.Compound):
            A = State("Second", initial=True)  # here
            A.to(A, event="went")
