"""What must not be read in a log is taken out of a frame before it is written there."""

import json
import re
from collections.abc import Mapping
from typing import Any

MASK = "***"

ID_FIELDS = frozenset({"idTag", "idToken", "parentIdTag"})
CAR_FIELDS = frozenset({"exiRequest", "exiResponse"})
"""What a car and its mobility operator say to each other: certificates, and a key that is encrypted (ISO 15118)."""
SECRET_KEYS = frozenset({"authorizationkey", "authorization_key"})
_CREDENTIALS = re.compile(r"(\b\w{1,20}://)((?:[^/\s\"\\]|/(?!/))*)@")
"""What stands before the last ``@`` of a URL; a password may have a slash that should have been percent-encoded."""
_PRIVATE_KEY = re.compile(r'(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)([^"]*?)(?=-----END|"|\Z)')
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_SHORT_ESCAPE = re.compile(r'\\["\\/bfnrt]')
_SURROGATE = re.compile(r"(\\u[dD][89a-fA-F][0-9a-fA-F]{2})")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}:,]|[^"\[\]{}:,]+', re.DOTALL)

LONGEST_UNREADABLE = 200
"""So much of a text that is no JSON is shown."""


def redact(text: str, *, id_tags: bool = False) -> str:
    """The frame without secrets and, unless ``id_tags``, with idTags masked but for their last two characters."""
    text = without_secrets(text)
    try:
        return json.dumps(_clean(json.loads(text), id_tags), separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError):
        return (text if id_tags else _zeros_for(text, _LOWER_ID_FIELDS))[:LONGEST_UNREADABLE]


def without_secrets(text: str) -> str:
    """A text, a frame or not, with zeros for what is secret in it. Nothing else changes, and twice is as once.

    It need not be JSON: what a Central System gets wrong must not be what gives its secrets away.
    """
    text = _CREDENTIALS.sub(lambda found: f"{found[1]}{'0' * len(found[2])}@", text)
    text = _PRIVATE_KEY.sub(lambda found: f"{found[1]}{'0' * len(found[2])}", text)
    plain = _unescaped(text).lower()
    return _zeros_for(text, _SECRET_NAMES) if any(key in plain for key in SECRET_KEYS) else text


_LOWER_ID_FIELDS = frozenset(name.lower() for name in (*ID_FIELDS, "data"))
"""Names of members that are not shown of a text that is no JSON; ``data`` may hold any of them."""
_SECRET_NAMES = frozenset({"value", *SECRET_KEYS})
"""Names of members whose values are secret, in a text that names a secret key."""


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _zeros_for(text: str, names: frozenset[str]) -> str:
    """The text with zeros for the values of all members of these names, as far as it can be told what they are."""
    shown: list[str] = []
    name = ""
    depth = -1  # of brackets within the value that is being zeroed; -1: there is none
    for token in _TOKEN.findall(text):
        if depth < 0:
            if token == ":" and _unescaped(name).strip('" \t\r\n').lower() in names:
                depth = 0
        elif token in ("[", "{"):
            depth += 1
        elif token in ("]", "}"):
            depth -= 1
        elif token == "," and depth == 0:
            depth = -1
        elif token not in (",", ":"):
            token = _zeroed(token)
        shown.append(token)
        name = name if token.isspace() else token
    return "".join(shown)


def _zeroed(token: str) -> str:
    """A text of as many zeros; a number of ones. What makes a text unreadable (half a surrogate pair) stays."""
    if not token.startswith('"'):
        return re.sub(r"\w", "1", token)
    closed = len(token) > 1 and token.endswith('"')
    parts = _SURROGATE.split(token[1:-1] if closed else token[1:])
    parts[::2] = ("0" * len(_SHORT_ESCAPE.sub("0", _unescaped(part))) for part in parts[::2])
    return '"' + "".join(parts) + '"' * closed


def shown_keys(values: Mapping[str, str]) -> str:
    """Configuration keys and their values, for a ``repr``: what is secret is masked."""
    return repr({name: MASK if name.lower() in SECRET_KEYS else value for name, value in values.items()})


def mask(id_tag: str) -> str:
    """An idTag as logs show it."""
    return MASK + id_tag[-2:] if len(id_tag) > 4 else MASK


def _clean(value: Any, id_tags: bool) -> Any:
    match value:
        case dict():
            cleaned = {key: _field(key, item, id_tags) for key, item in value.items()}
            if str(value.get("key", "")).lower() in SECRET_KEYS and "value" in value:
                cleaned["value"] = MASK
            if "idToken" in value and "certificate" in value and not id_tags:
                cleaned["certificate"] = MASK  # whose it is, is in it
            return cleaned
        case list():
            return [_clean(item, id_tags) for item in value]
        case str():
            return _CREDENTIALS.sub(rf"\1{MASK}@", value)
        case _:
            return value


def _field(key: str, value: Any, id_tags: bool) -> Any:
    if key in CAR_FIELDS and not id_tags:
        return MASK
    if key == "data" and isinstance(value, str):
        return _data(value, id_tags)
    if key == "idToken" and isinstance(value, dict):  # OCPP 2.0.1: it has parts, of which one has this name
        return _clean(value, id_tags)
    if key in ID_FIELDS and not id_tags:
        return mask(value) if isinstance(value, str) else MASK
    return _clean(value, id_tags)


def _data(text: str, id_tags: bool) -> str:
    """What DataTransfer carries; where that is JSON, a vendor's messages may name who charges."""
    try:
        cleaned = _clean(json.loads(text), id_tags)
    except (ValueError, RecursionError):
        return _CREDENTIALS.sub(rf"\1{MASK}@", text)
    return json.dumps(cleaned, separators=(",", ":"), ensure_ascii=False)
