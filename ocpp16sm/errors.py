"""Every error of this library, by who caused it.

::

    Ocpp16Error
      DefinitionError               a chart definition is wrong; raised when it is passed in
      LocalError                    the caller made a mistake; nothing has changed
        EventNotAllowedError        a chart does not allow this event in this configuration
        InvalidMessageError         a message to be sent breaks a limit of its class
        InvalidArgumentError        an argument of a handler has a wrong type or value
        WrongAnswerError            a method of the application returned a wrong type or value
        UnknownConnectorError       there is no such connector
          ChargePointItselfError    connector 0 was given where a real connector is needed
        TransactionRunningError     the connector already runs a transaction
        NoTransactionError          the connector runs no transaction
        SessionMismatchError        the connector is in another session than the one given
        ConfigurationError          a setting or configuration key has a value that is not allowed
          UnknownKeyError           there is no such setting or configuration key
        NotStartedError             the charge point is not running
        AlreadyRunningError         the charge point is already running
      RemoteProtocolError           the peer broke the protocol; ``code`` is the answer, if there is one
        FrameError                  a received text is not an OCPP-J frame
          UnknownMessageTypeError   its message type is not CALL, CALLRESULT or CALLERROR: ignore it
        PayloadError                a payload does not fit the class of its action
        RefusedRequestError         a request is valid but refused
      LinkError                     a connection cannot be opened
      StoreError                    what is on disk cannot be read or written
      TransferError                 a file cannot be downloaded or uploaded
"""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum

from ocpp16sm.base.secret import shown

LONGEST_SHOWN = 500
"""How many characters of a wrong setting an error text repeats; enough for a list of keys."""


class ErrorCode(StrEnum):
    """The errorCode of a CALLERROR (OCPP-J 1.6, 4.2.3), spelled as 1.6 spells it.

    1.6 writes Occurence with one r, and FormationViolation where later editions have FormatViolation; it
    keeps both (OCPP-J errata 5.1, 5.2). A received code may be any text: peers send the later spellings
    too.
    """

    NOT_IMPLEMENTED = "NotImplemented"
    """The action is unknown here."""
    NOT_SUPPORTED = "NotSupported"
    """The action is known, but not supported here."""
    INTERNAL_ERROR = "InternalError"
    """The receiver failed while it processed the action."""
    PROTOCOL_ERROR = "ProtocolError"
    """The payload is incomplete."""
    SECURITY_ERROR = "SecurityError"
    """A security issue stopped the action; also: not registered yet (OCPP-J errata 3.10)."""
    FORMATION_VIOLATION = "FormationViolation"
    """The payload is not a JSON object, or does not follow the syntax of the action."""
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    """A field has a value that is not allowed: an unknown word, too long, or out of range."""
    OCCURENCE_CONSTRAINT_VIOLATION = "OccurenceConstraintViolation"
    """A field occurs too rarely or too often: a required one is missing."""
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"
    """A field has the wrong JSON type."""
    GENERIC_ERROR = "GenericError"
    """Any other error."""


class Ocpp16Error(Exception):
    """Base of every error of this library."""


class DefinitionError(Ocpp16Error):
    """A chart definition is wrong. The message lists every fault, one per line."""


class LocalError(Ocpp16Error):
    """The caller made a mistake. Raised before anything has changed."""


class EventNotAllowedError(LocalError):
    """A chart does not know an event, or does not allow it in its current states."""

    def __init__(self, chart: str, event: str, configuration: tuple[str, ...]) -> None:
        super().__init__(f"{chart}: event {event!r} is not allowed in {' + '.join(configuration)}")
        self.chart = chart
        self.event = event
        self.configuration = configuration


class InvalidMessageError(LocalError):
    """A message or message id that was about to be sent breaks a limit. Nothing was encoded.

    The text names the field, the fault and the limit. It shows no other field, no identifier and no secret.
    """

    def __init__(self, what: str, path: str, problem: str) -> None:
        super().__init__(f"{what}: {path}: {problem}")
        self.path = path
        """JSON path of the field, such as ``$.meterValue[0].timestamp``; ``$`` is the message itself."""


class RemoteProtocolError(Ocpp16Error):
    """The peer broke the protocol. ``code`` is the errorCode to answer with; None: send no answer."""

    code: ErrorCode | None = None


class FrameError(RemoteProtocolError):
    """A received text is not a frame of OCPP-J (1.6, 4.2)."""

    def __init__(self, problem: str, message_id: str | None = None, code: ErrorCode | None = None) -> None:
        super().__init__(problem)
        self.message_id = message_id
        """The frame's message id, if valid. If ``code`` is None, the frame was an answer to a request of ours."""
        self.code = code


class UnknownMessageTypeError(FrameError):
    """The message type is none of 2, 3 and 4. Such a message is ignored silently (OCPP-J 1.6, 4.1.3)."""


class PayloadError(RemoteProtocolError):
    """A received payload does not fit the class of its action.

    The text can be sent as errorDescription: it gives the path, what was expected and what was found. It shows
    no identifier and no secret (idTag, configuration values, certificates).
    """

    code: ErrorCode

    def __init__(self, code: ErrorCode, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.code = code
        self.path = path
        """JSON path of the first wrong field, in the order of the class; ``$`` is the payload itself."""


class RefusedRequestError(RemoteProtocolError):
    """A valid request of the Central System is refused; ``code`` is the errorCode of the answer."""

    code: ErrorCode

    def __init__(self, code: ErrorCode, problem: str) -> None:
        super().__init__(problem)
        self.code = code


class InvalidArgumentError(LocalError):
    """An argument of a handler, or a field inside it, has a wrong type or value. Secrets are not shown."""

    def __init__(self, name: str, given: object, expected: str) -> None:
        self._problem = f"must be {expected}, not {shown(name, given)}"
        super().__init__(f"{name} {self._problem}")
        self.name = name
        """The argument, or the path of the field in it, such as ``measurement.power_w.total``."""

    def stands_in(self, outer: str) -> None:
        """Prefix :attr:`name` with ``outer``, the argument or field that contains it."""
        self.name = ".".join(part for part in (outer, self.name) if part)
        self.args = (f"{self.name} {self._problem}",)


class WrongAnswerError(LocalError):
    """A method of the application returned a wrong type or value; the text says what was expected."""

    def __init__(self, method: str, answer: object, expected: str) -> None:
        super().__init__(f"{method} returned {shown('', answer)}, expected {expected}")


class UnknownConnectorError(LocalError):
    """There is no such connector; the text gives the range of those that exist."""

    def __init__(self, connector: int, count: int) -> None:
        super().__init__(f"there is no connector {connector}; this charge point has connectors 0 to {count}")
        self.connector = connector


class ChargePointItselfError(UnknownConnectorError):
    """Connector 0 is the charge point itself, which cannot have a session (4.9)."""

    def __init__(self, count: int) -> None:
        LocalError.__init__(
            self, f"connector 0 is the charge point itself; a session needs one of its connectors 1 to {count}"
        )
        self.connector = 0


class TransactionRunningError(LocalError):
    """The connector already runs a transaction; stop it first."""

    def __init__(self, connector: int, session_id: str) -> None:
        super().__init__(
            f"connector {connector} runs the transaction of session {session_id!r}; call on_transaction_stopped first"
        )


class NoTransactionError(LocalError):
    """The connector runs no transaction."""

    def __init__(self, connector: int) -> None:
        super().__init__(f"connector {connector} runs no transaction that could be stopped")


class SessionMismatchError(LocalError):
    """The connector is in another session than the given one."""

    def __init__(self, connector: int, running: str, named: str) -> None:
        super().__init__(
            f"connector {connector} is in session {running!r}, not in {named!r}; name that session, or end it first"
        )


class ConfigurationError(LocalError):
    """A setting or a configuration key has a value that is not allowed. The message repeats it, unless it is secret."""

    def __init__(self, key: str, given: object, allowed: str) -> None:
        super().__init__(f"{key}: {shown(key, given, LONGEST_SHOWN)} is not allowed; allowed: {allowed}")
        self.key = key

    def is_written(self, name: str) -> None:
        """Use ``name`` in the text, as the user wrote the key; :attr:`key` stays as it is."""
        self.args = (f"{name}{str(self).removeprefix(self.key)}",)


class UnknownKeyError(ConfigurationError):
    """There is no such setting or configuration key. The value is not shown: it may be a secret of another key."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        by_lower = {name.lower(): name for name in known}
        close = get_close_matches(key.lower(), by_lower, n=1)
        hint = f"did you mean {by_lower[close[0]]}?" if close else f"there are {', '.join(by_lower.values())}"
        LocalError.__init__(self, f"{key}: is not known; {hint}")
        self.key = key


class NotStartedError(LocalError):
    """The charge point is not running."""


class AlreadyRunningError(LocalError):
    """The charge point is already running. Nothing has changed."""


class LinkFault(StrEnum):
    """Why the security of a connection could not be established."""

    UNAUTHORIZED = "unauthorized"
    """The Central System does not accept our credentials: HTTP 401, or a TLS alert about our certificate."""
    CENTRAL_SYSTEM_CERTIFICATE = "certificate"
    """We do not accept the Central System's certificate."""
    TLS_VERSION = "version"
    """The Central System offers no TLS version that we accept."""
    CIPHER_SUITE = "cipher suite"
    """The Central System offers no cipher suite that we accept."""


class LinkError(Ocpp16Error):
    """A connection to the Central System cannot be opened. The message says why; ``fault`` is None if not security."""

    def __init__(self, message: str, fault: LinkFault | None = None) -> None:
        super().__init__(message)
        self.fault = fault


class CertificateError(Ocpp16Error):
    """A certificate, chain or key is refused. The message says why; it contains no key."""


class StoreError(Ocpp16Error):
    """What is on disk cannot be read or written. The message says which file, what is wrong and what to do."""


class TransferFault(StrEnum):
    """Why a file transfer failed, as far as the server said."""

    FAILED = "failed"
    """Any other reason."""
    DENIED = "denied"
    """The server refused our credentials, or access to the file."""
    NOT_SUPPORTED = "not supported"
    """The server does not support the operation."""
    BAD_MESSAGE = "bad message"
    """The client or the server did not understand the other."""


class TransferError(Ocpp16Error):
    """A file cannot be downloaded or uploaded. ``place`` is the URL without credentials, ``reason`` says why."""

    def __init__(self, place: str, reason: str, fault: TransferFault = TransferFault.FAILED) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
        self.fault = fault
