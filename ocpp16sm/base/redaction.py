"""Hides secrets in frames before they are logged. The values of a frame are examined, not its text.

A frame is parsed, its values are walked, and it is written again. These count as secrets:

* the value of AuthorizationKey, wherever a member or a list names it, and the value of anything with the name of a
  password, token or private key (:func:`ocpp16sm.base.secret.is_secret`);
* the user and the query of a URL, and a private key in PEM, in any string;
* the same in JSON inside a string (the data of a DataTransfer), at any depth.

By default, idTags, eMAIDs and what a car sends about its contract are hidden too. Text that cannot be parsed, or
exceeds the limits of :mod:`ocpp16sm.base.frame_bounds`, is replaced by a note with its length.
"""

import json
import re
from typing import Any, Final

from ocpp16sm.base.frame_bounds import MAX_DEPTH, excess
from ocpp16sm.base.printable import is_seen
from ocpp16sm.base.secret import MASK, URL_NAME, Hiding, address, after_key, is_secret, parts, resembles_key, words

CAR_FIELDS: Final = frozenset({"exirequest", "exiresponse"})
"""What a car and its mobility operator say to each other: certificates, and a key that is encrypted (ISO 15118)."""
_ID: Final = re.compile("idtag|idtoken|emaid")
_HOLDS_ID: Final = ("info", "token")
"""How the names of objects end that have an idTag among other members."""
_NAMES: Final = frozenset({"key", "name", "variable"})
"""Members whose value is the name of what another member holds."""
_LISTS_OF_NAMES: Final = frozenset({"key", "unknownkey"})
_JSON_TEXT: Final = re.compile(r'\s*(?:[\[{]\s*["\[{\]}]|")')


MOST_SHOWN: Final = 20_000
"""A frame with more commas is shown by its length only: to look at each value would cost more than to refuse it."""
_FRAME_LENGTHS: Final = {"2": 4, "3": 3, "4": 5}
"""Message type -> how many elements a frame has (OCPP-J 4.2); what stands behind them is hidden."""


class Number(str):
    """A number in its original notation."""

    __slots__ = ()


class _Object(list[tuple[str, Any]]):
    """The members of an object in order. Names may occur twice, and each value may be a secret."""

    __slots__ = ()


def redact(text: str, *, id_tags: bool = False) -> str:
    """A frame without secrets and, unless ``id_tags``, with idTags masked except for their last two characters.

    The result is compact JSON without characters that control a terminal. For a text that cannot be parsed it is a note
    with its length.
    """
    cleaned = redacted(text, id_tags=id_tags)
    return unparsable(text) if cleaned is None else cleaned


def redacted(text: str, *, id_tags: bool = False) -> str | None:
    """The same; None if the text cannot be parsed."""
    value = None if text.count(",") > MOST_SHOWN else parsed(text)
    return write(Walk(Hiding(), id_tags=id_tags).value("", value)) if isinstance(value, list) else None


def unparsable(text: str) -> str:
    """The note that replaces a text that cannot be parsed."""
    return f"unparsable frame of {len(text)} characters"


def told(text: str, *, id_tags: bool = False) -> str:
    """A text of ours or of a station without secrets; it may be a frame or contain one."""
    return redacted(text, id_tags=id_tags) or words(text)


def mask(id_tag: str) -> str:
    """An idTag as logs show it."""
    return MASK + id_tag[-2:] if len(id_tag) > 4 else MASK


def parsed(text: str) -> Any:
    """The values of a JSON text, objects as lists of their members; None if it is not JSON or exceeds the limits."""
    try:
        return None if excess(text) else _parse(text)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


_parse: Final = json.JSONDecoder(
    object_pairs_hook=_Object, parse_float=Number, parse_int=Number, parse_constant=_refuse
).decode


def write(value: Any) -> str:
    """The JSON text of values in the form of :func:`parsed`."""
    match value:
        case Number():
            return str(value)
        case str():
            return _write_text(value)
        case _Object():
            return f"{{{','.join(f'{_write_text(name)}:{write(item)}' for name, item in value)}}}"
        case list():
            return f"[{','.join(map(write, value))}]"
        case _:
            return json.dumps(value)


def _write_text(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    if written.isprintable():
        return written
    return "".join(sign if is_seen(sign) else json.dumps(sign)[1:-1] for sign in written)


class Walk:
    """Hides the secrets in values, in the form of :func:`parsed` or plain.

    :param hiding: how secrets are hidden.
    :param id_tags: whether idTags are shown.
    """

    def __init__(self, hiding: Hiding, *, id_tags: bool) -> None:
        self._hiding = hiding
        self._id_tags = id_tags

    def value(self, name: str, value: Any, depth: int = 0) -> Any:
        """A value without secrets, including all values inside it.

        :param name: of the member with this value; empty if it is not a member.
        :param depth: number of values around it. Values deeper than a frame allows are dropped.
        """
        if value is None or isinstance(value, bool):
            return value
        if depth > MAX_DEPTH:
            return self._whole(value) if isinstance(value, str) else type(value)()
        if name and is_secret(name):
            return self._whole(value)
        if name and not self._id_tags:
            letters = name.replace("_", "").lower()
            if letters in CAR_FIELDS:
                return MASK
            if _ID.search(letters) is not None and not (
                isinstance(value, dict | _Object) and letters.endswith(_HOLDS_ID)
            ):
                return self._id(name, value, depth)
        match value:
            case Number() | int() | float():
                return value
            case str():
                return self._text(name, value, depth)
            case dict():
                return dict(self._members(list(value.items()), depth))
            case _Object():
                return _Object(self._members(value, depth))
            case list():
                return self._list(name, value, depth)
            case _:
                return value

    def _id(self, name: str, value: Any, depth: int) -> Any:
        if isinstance(value, list) and not isinstance(value, _Object):
            return [self.value(name, item, depth + 1) for item in value]
        return mask(value) if isinstance(value, str) and not isinstance(value, Number) else MASK

    def _members(self, members: list[tuple[str, Any]], depth: int) -> list[tuple[str, Any]]:
        names_secret = [self._names_secret(name, item) for name, item in members]
        if any(names_secret):
            pairs = zip(members, names_secret, strict=True)
            return [(name, self._name(item) if names else self._whole(item)) for (name, item), names in pairs]
        what = next((item for name, item in members if name.lower() in _NAMES and isinstance(item, str)), "value")
        hidden = [
            (name, self.value(what if name.lower() == "value" else name, item, depth + 1)) for name, item in members
        ]
        if not self._id_tags and {"idToken", "certificate"} <= {name for name, _item in members}:
            return [(name, MASK if name == "certificate" else item) for name, item in hidden]  # whose it is, is in it
        return hidden

    def _names_secret(self, name: str, value: Any) -> bool:
        is_name = name.lower() in _NAMES
        if isinstance(value, list) and not isinstance(value, _Object):
            return is_name and any(self._names_secret(name, item) for item in value)
        if not isinstance(value, str) or isinstance(value, Number):
            return False
        return resembles_key(value) or (is_name and is_secret(value))

    def _list(self, name: str, items: list[Any], depth: int) -> list[Any]:
        length = len(items) if depth else _FRAME_LENGTHS.get(str(items[0]) if items else "", len(items))
        names_secret = [isinstance(item, str) and resembles_key(item) for item in items]
        if any(names_secret) and name.lower() not in _LISTS_OF_NAMES:
            head = 0 if depth else 2  # the message type and the message id
            pairs = enumerate(zip(items, names_secret, strict=True))
            return [
                self._name(item) if names or (at < head and not isinstance(item, list)) else self._whole(item)
                for at, (item, names) in pairs
            ]
        shown = [self.value(name, item, depth + 1) for item in items[:length]]
        return shown + [self._whole(item) for item in items[length:]]

    def _name(self, value: Any) -> Any:
        """A name of a secret, without what stands behind it in the same text."""
        if isinstance(value, list) and not isinstance(value, _Object):
            return [self._name(item) for item in value]
        shown = isinstance(value, str) and not isinstance(value, Number)
        return after_key(value, self._hiding) if shown else value

    def _text(self, name: str, text: str, depth: int) -> str:
        if _JSON_TEXT.match(text) is not None:
            inner = parsed(text)
            if inner is not None:
                hidden = self.value(name if isinstance(inner, str) else "", inner, depth + 1)
                return text if hidden == inner else write(hidden)
            if name.lower() == "data":
                return self._hiding.broken(text)
        if URL_NAME.search(name) is not None:
            return address(text, self._hiding)
        return after_key(parts(text, self._hiding), self._hiding)

    def _whole(self, value: Any) -> Any:
        return self._hiding.whole(value)
