"""Charts that are well-formed and wrong, one flaw each."""

from statemachine import State

from statecharts.ocpp16.base import OcppChart


class Island(OcppChart):
    """One cannot climb from the cellar while one is in the hall: nobody gets to Attic, and so not to Chest."""

    Hall = State(initial=True)
    Cellar = State()
    Attic = State()
    Chest = State()

    Hall.to(Cellar, event="down")
    Cellar.to(Hall, event="up")
    Hall.to(Attic, event="climb", cond="In('Cellar')")
    Attic.to(Chest, event="up")
    Chest.to(Hall, event="down")


class Contradictory(OcppChart):
    """One cannot be Open and Shut."""

    Shut = State(initial=True)
    Open = State()

    Shut.to(Open, event="pushed")
    Open.to(Shut, event="pushed")
    Open.to(None, event="rung", cond="In('Shut')")
    Shut.to(None, event="rung", on="ring")


class Hidden(OcppChart):
    """The second arrow for pushed is never reached; nor is the one of the room around."""

    class room(State.Compound):
        Shut = State(initial=True)
        Open = State()

        Shut.to(Open, event="pushed")
        Open.to(Shut, event="pushed")
        Open.to(Open, event="pushed", on="knock")

    room.to(room.Open, event="pushed")


class Superfluous(OcppChart):
    """Where it is asked, In('Shut') is always true, and In('Open') never."""

    Shut = State(initial=True)
    Open = State()

    Shut.to(Open, event="pushed", cond="In('Shut') and unlocked")
    Shut.to(Open, event="kicked", cond="unlocked or In('Open')")
    Open.to(Shut, event="pushed")


class Ambiguous(OcppChart):
    """Unlocked and in a hurry: which?"""

    Shut = State(initial=True)
    Open = State()
    Broken = State()

    Shut.to(Open, event="pushed", cond="unlocked")
    Shut.to(Broken, event="pushed", cond="in_a_hurry")
    Open.to(Shut, event="pushed")
    Broken.to(Shut, event="mended")


class Special(OcppChart):
    """A special case before the general one: nobody can misread that."""

    Shut = State(initial=True)
    Open = State()
    Broken = State()

    Shut.to(Broken, event="pushed", cond="in_a_hurry and not unlocked")
    Shut.to(Open, event="pushed", cond="not unlocked")
    Shut.to(Open, event="turned", cond="unlocked")
    Shut.to(Shut, event="turned")
    Open.to(Shut, event="pushed")
    Broken.to(Shut, event="mended")


class Indifferent(OcppChart):
    """It knows rung, and nothing comes of it."""

    Shut = State(initial=True)
    Open = State()

    Shut.to(Open, event="pushed")
    Open.to(Shut, event="pushed")
    Shut.to(None, event="rung")


class Trap(OcppChart):
    """Whoever is in the cellar while the door is jammed stays there."""

    class house(State.Parallel):
        class place(State.Compound):
            Hall = State(initial=True)
            Cellar = State()

            Hall.to(Cellar, event="down")
            Cellar.to(Hall, event="up", cond="not In('Jammed')")

        class door(State.Compound):
            Free = State(initial=True)
            Jammed = State()

            Free.to(Jammed, event="slammed")
