"""Recordings without secrets: secrets are replaced by zeros, with which a core does the same.

The zeros are as long as the secret, and a frame that could not be parsed still cannot be, for the same reason. A replay
therefore has the same effects. Replacing twice changes nothing more.
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
    """Hides secrets as zeros. Lone surrogates stay, because they make a frame unreadable."""

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
    """A record, in the form of JSON, with zeros in place of secrets."""
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
    """A frame with zeros in place of secrets. Of a frame that cannot be parsed only brackets and commas stay."""
    values = parsed(text)
    if values is None:
        head = _HEAD.match(text)
        end = head.end() if head else 0
        return text[:end] + _blank(text[end:])
    hidden = _WALK.value("", values)
    return text if hidden == values else write(hidden)


def _blank(text: str) -> str:
    """A text of the same length with the same brackets, quotation marks and commas, without letters and digits."""
    return text.encode("latin-1", "replace").translate(_BLANKED).decode("ascii")
