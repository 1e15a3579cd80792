"""Items of the four measurand lists: a measurand, optionally with a phase (9.1.17: ``Voltage.L1``)."""

from attrs import frozen

from ocpp16sm.messages import Measurand, Phase


@frozen
class Choice:
    """A configured measurand. Without a phase: all phases and the total that the meter provides."""

    measurand: Measurand
    phase: Phase | None = None

    @classmethod
    def read(cls, text: str) -> "Choice":
        """Parse ``Measurand`` or ``Measurand.Phase``, spelled as in the specification; otherwise ``ValueError``."""
        if text in _MEASURANDS:
            return cls(Measurand(text))
        name, _, phase = text.rpartition(".")
        if name in _MEASURANDS and phase in _PHASES:
            return cls(Measurand(name), Phase(phase))
        raise ValueError(f"{text!r} is not a measurand")

    def show(self) -> str:
        """Format the item; :meth:`read` parses the result."""
        return f"{self.measurand}.{self.phase}" if self.phase else str(self.measurand)


_MEASURANDS = frozenset(str(measurand) for measurand in Measurand)
_PHASES = frozenset(str(phase) for phase in Phase)
