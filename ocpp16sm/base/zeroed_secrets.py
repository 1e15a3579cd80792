"""Recordings without secrets: zeros stand for them, and a core does with those what it did with the secrets.

A text of zeros is as long as the secret was, and a frame that could not be parsed still cannot be, for the same reason.
So a replay comes to the same effects. Hiding twice is as hiding once.
"""

import re
from typing import Any, Final

from ocpp16sm.base.redaction import Number, Walk, parsed, write
from ocpp16sm.base.secret import Hiding

_FRAMES: Final = frozenset({"TextReceived", "SendText"})
"""Kinds of records whose text is a frame."""
_HEAD: Final = re.compile(r'\s*\[\s*[234]\s*,\s*"[^"\\\ud800-\udfff]{1,36}"\s*,')
"""Kind and message id of a frame, which must be answered though the rest of it cannot be parsed."""
_STRUCTURE: Final = b'[]{}",:\\ \t\r\n'
_BLANKED: Final = bytes(code if code in _STRUCTURE or code < 0x20 else ord("x") for code in range(256))
"""Control characters stay: in a JSON text they are what makes it unreadable."""
_NO_SURROGATE: Final = re.compile("[^\ud800-\udfff]")
_DIGIT: Final = re.compile(r"\d")


class _Zeros(Hiding):
    """As zeros. Half a surrogate pair stays: it makes a frame unreadable."""

    def text(self, secret: str) -> str:
        return _NO_SURROGATE.sub("0", secret)

    def whole(self, secret: Any) -> Any:
        match secret:
            case None | bool():
                return secret
            case Number():
                return Number(_DIGIT.sub("1", secret))
            case str():
                return self.text(secret)
            case int() | float():
                return 1
            case dict():
                return {name: self.whole(item) for name, item in secret.items()}
            case list():
                return type(secret)(
                    (item[0], self.whole(item[1])) if isinstance(item, tuple) else self.whole(item) for item in secret
                )
            case _:
                return secret

    def broken(self, secret: str) -> str:
        return _blank(secret)


_WALK: Final = Walk(_Zeros(), id_tags=True)


def zeroed(record: Any) -> Any:
    """A record, as JSON has it, with zeros for what is secret in it."""
    match record:
        case {"kind": kind, "text": str(text)} if kind in _FRAMES:
            return {**record, "text": zeroed_frame(text)}
        case {"input": _} | {"effects": _}:
            return {name: zeroed(item) for name, item in record.items()}
        case list():
            return [zeroed(item) for item in record]
        case _:
            return _WALK.value("", record)


def zeroed_frame(text: str) -> str:
    """A frame; as it was, if there is nothing secret in it. Of what cannot be parsed, only brackets and commas stay."""
    values = parsed(text)
    if values is None:
        head = _HEAD.match(text)
        end = head.end() if head else 0
        return text[:end] + _blank(text[end:])
    hidden = _WALK.value("", values)
    return text if hidden == values else write(hidden)


def _blank(text: str) -> str:
    """A text as long, with the same brackets, quotation marks and commas, and no letter or digit of it."""
    return text.encode("latin-1", "replace").translate(_BLANKED).decode("ascii")
