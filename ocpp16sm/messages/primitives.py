"""Field types without structure: limited texts, integers, identifiers, charging rates.

Lengths count characters (Unicode code points), not bytes (OCPP 1.6, 7.15 to 7.19; errata 3.58 to 3.62: a
maximum, not an exact length). Texts may be empty and may hold any character: the specification asks for
printable ones, peers do not keep to it. CiString means that two texts differing in case only are the same;
comparing them so is the business of whoever compares.

Integers are signed 32 bit as in the WSDL (xs:int) and in the reference implementation, so that no number
accepted here overflows a peer. Two kinds outgrow that in the field and may be as wide as JSON carries exactly:
transaction ids (some Central Systems make them from a clock) and energy registers in Wh (a 350 kW connector passes
2^31 Wh within a year of full load). Where a clause bounds a number that a Central System sends (connectorId >=
0, stackLevel >= 0), the bound is the handler's: each of those messages has a status that says no, and that
is a better answer than a CALLERROR. Numbers that a Charge Point sends carry their bound here.
"""

from decimal import Decimal
from typing import Annotated, Final

from attrs import frozen
from msgspec import Meta

INTEGER_MIN: Final = -(2**31)
INTEGER_MAX: Final = 2**31 - 1
EXACT_MAX: Final = 2**53 - 1
"""Whole numbers up to here survive every JSON implementation (RFC 8259, 6)."""


@frozen
class Secret:
    """Metadata of a field whose value appears in no error text and no log: an identifier, a key, a PEM."""


@frozen
class Step:
    """Metadata of a decimal: a multiple of ``of``, from ``lowest`` to ``highest``."""

    of: Decimal
    """Every value is a whole number of these."""
    lowest: Decimal
    """Smallest value allowed."""
    highest: Decimal
    """Largest value allowed."""


SECRET: Final = Secret()


@frozen
class Numeric:
    """Metadata of an integer that may come as a text of decimal digits; it is sent as a number."""


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
"""What a user identifies with: at most 20 characters, case insensitive (7.28). Kept out of error texts."""
SubscriberId = Annotated[str, Meta(max_length=20), SECRET]
"""A number of the SIM card: at most 20 characters (6.3). Kept out of error texts."""
ConfigurationValue = Annotated[str, Meta(max_length=500), SECRET]
"""Value of a configuration key: at most 500 characters (7.19). It may be the AuthorizationKey."""
FreeText = Annotated[str, SECRET]
"""Text without limit (6.15). What a vendor puts there is nobody else's business."""
AnyUri = Annotated[str, Meta(extra_json_schema={"format": "uri"}), SECRET]
"""A URI; its syntax is not checked. It may carry a password (``ftp://user:password@host/``)."""
Location512 = Annotated[str, Meta(max_length=512), SECRET]
"""A URI of at most 512 characters; its syntax is not checked. It may carry a password."""
Pem5500 = Annotated[str, Meta(max_length=5500), SECRET]
"""A certificate or signing request in PEM, at most 5500 characters."""
Pem10000 = Annotated[str, Meta(max_length=10000), SECRET]
"""A chain of certificates in PEM, at most 10000 characters."""
Signature = Annotated[str, Meta(max_length=800), SECRET]
"""A signature in base64, at most 800 characters."""

Integer = Annotated[int, Meta(ge=INTEGER_MIN, le=INTEGER_MAX)]
"""A whole number, signed 32 bit. ``true`` and ``1.0`` are none."""
TransactionId = Annotated[int, Meta(ge=-EXACT_MAX, le=EXACT_MAX)]
"""A transaction, as the Central System numbers it (7.50)."""
EnergyRegister = Annotated[int, Meta(ge=-EXACT_MAX, le=EXACT_MAX)]
"""Reading of an energy register, Wh."""
ConnectorId = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
"""A connector, 1 and up; 0 is the Charge Point itself or its main meter (3.8)."""
SocketId = Annotated[int, Meta(ge=1, le=INTEGER_MAX)]
"""A connector, 1 and up: never the Charge Point itself (6.45)."""

Rate = Annotated[Decimal, Step(Decimal("0.1"), Decimal(INTEGER_MIN), Decimal(INTEGER_MAX))]
"""A power in W or a current in A, exact, at most one digit behind the point (7.13, 7.14).

The bounds are those of an integer. They are far from any station, and keep 1e999999 out of the arithmetic.
"""
