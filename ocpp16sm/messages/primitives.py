"""Simple field types: strings of limited length, integers, identifiers, charging rates.

Lengths are maximums and count characters (Unicode code points), not bytes (OCPP 1.6, 7.15 to 7.19; errata 3.58 to
3.62). Strings may be empty and may contain any character: the specification requires printable ones, but peers do not
comply. CiStrings that differ only in case are equal; the code that compares them has to ignore the case.

Integers are signed 32 bit as in the WSDL (xs:int) and in the reference implementation, so that no number accepted here
overflows a peer. Two kinds exceed that in practice and may be as large as JSON represents exactly: transaction ids
(some Central Systems derive them from a clock) and energy registers in Wh (a 350 kW connector passes 2^31 Wh within a
year of full load). Where the specification bounds a number that a Central System sends (connectorId >= 0, stackLevel
>= 0), the handler checks the bound: the response to each of those messages has a status for a refusal, which is a
better answer than a CALLERROR. Bounds of numbers that a Charge Point sends are checked here.
"""

from decimal import Decimal
from typing import Annotated, Final

from attrs import frozen
from msgspec import Meta

INTEGER_MIN: Final = -(2**31)
INTEGER_MAX: Final = 2**31 - 1
EXACT_MAX: Final = 2**53 - 1
"""Largest integer that every JSON implementation represents exactly (RFC 8259, 6)."""


@frozen
class Secret:
    """Metadata of a field whose value must not appear in error messages or logs: an identifier, a key, a PEM."""


@frozen
class Step:
    """Metadata of a decimal: a multiple of ``of``, from ``lowest`` to ``highest``."""

    of: Decimal
    """Step size, a power of ten."""
    lowest: Decimal
    """Smallest value allowed."""
    highest: Decimal
    """Largest value allowed."""


SECRET: Final = Secret()


@frozen
class Numeric:
    """Metadata of an integer that is also accepted as a string of decimal digits; it is sent as a number."""


NUMERIC: Final = Numeric()

CiString20 = Annotated[str, Meta(max_length=20)]
"""At most 20 characters, case insensitive (7.15)."""
CiString25 = Annotated[str, Meta(max_length=25)]
"""At most 25 characters, case insensitive (7.16)."""
CiString40 = Annotated[str, Meta(max_length=40)]
"""At most 40 characters, case insensitive (whitepaper 6.5)."""
CiString50 = Annotated[str, Meta(max_length=50)]
"""At most 50 characters, case insensitive (7.17)."""
CiString128 = Annotated[str, Meta(max_length=128)]
"""At most 128 characters, case insensitive (whitepaper 6.6)."""
CiString255 = Annotated[str, Meta(max_length=255)]
"""At most 255 characters, case insensitive (7.18)."""

String50 = Annotated[str, Meta(max_length=50)]
"""At most 50 characters (whitepaper: string[50])."""
String255 = Annotated[str, Meta(max_length=255)]
"""At most 255 characters (whitepaper: string[0..255])."""

IdToken = Annotated[str, Meta(max_length=20), SECRET]
"""Identifier of a user: at most 20 characters, case insensitive (7.28). Not shown in error messages."""
SubscriberId = Annotated[str, Meta(max_length=20), SECRET]
"""ICCID or IMSI of a SIM card: at most 20 characters (6.3). Not shown in error messages."""
ConfigurationValue = Annotated[str, Meta(max_length=500), SECRET]
"""Value of a configuration key: at most 500 characters (7.19). Secret because it may be the AuthorizationKey."""
FreeText = Annotated[str, SECRET]
"""A string of any length (6.15). Secret because vendors may put anything there."""
AnyUri = Annotated[str, Meta(extra_json_schema={"format": "uri"}), SECRET]
"""A URI; its syntax is not checked. Secret because it may contain a password (``ftp://user:password@host/``)."""
Location512 = Annotated[str, Meta(max_length=512), SECRET]
"""A URI of at most 512 characters; its syntax is not checked. Secret because it may contain a password."""
Pem5500 = Annotated[str, Meta(max_length=5500), SECRET]
"""A certificate or signing request in PEM, at most 5500 characters."""
Pem10000 = Annotated[str, Meta(max_length=10000), SECRET]
"""A certificate chain in PEM, at most 10000 characters."""
Signature = Annotated[str, Meta(max_length=800), SECRET]
"""A signature in base64, at most 800 characters."""

Integer = Annotated[int, Meta(ge=INTEGER_MIN, le=INTEGER_MAX)]
"""A signed 32 bit integer. ``true`` and ``1.0`` are refused."""
TransactionId = Annotated[int, Meta(ge=-EXACT_MAX, le=EXACT_MAX)]
"""Id of a transaction, assigned by the Central System (7.50)."""
EnergyRegister = Annotated[int, Meta(ge=-EXACT_MAX, le=EXACT_MAX)]
"""Reading of an energy register, Wh."""
ConnectorId = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
"""A connector, from 1; 0 means the Charge Point itself or its main meter (3.8)."""
SocketId = Annotated[int, Meta(ge=1, le=INTEGER_MAX)]
"""A connector, from 1; never the Charge Point itself (6.45)."""

Rate = Annotated[Decimal, Step(Decimal("0.1"), Decimal(INTEGER_MIN), Decimal(INTEGER_MAX))]
"""A power in W or a current in A, exact, with at most one decimal place (7.13, 7.14).

The bounds are those of an integer: beyond any real station, and tight enough to keep 1e999999 out of calculations.
"""
