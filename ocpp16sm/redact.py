"""What must not be read in a log is taken out of a frame before it is written there."""

import json
import re
from typing import Any

MASK = "***"

ID_FIELDS = frozenset({"idTag", "parentIdTag"})
SECRET_KEYS = frozenset({"authorizationkey"})
_CREDENTIALS = re.compile(r"(\w+://)[^/\s]*@")

LONGEST_UNREADABLE = 200
"""So much of a text that is no JSON is shown."""


def redact(text: str, *, id_tags: bool = False) -> str:
    """The frame without secrets and, unless ``id_tags``, with idTags masked but for their last two characters."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return text[:LONGEST_UNREADABLE]
    return json.dumps(_clean(frame, id_tags), separators=(",", ":"), ensure_ascii=False)


def mask(id_tag: str) -> str:
    """An idTag as logs show it."""
    return MASK + id_tag[-2:] if len(id_tag) > 4 else MASK


def _clean(value: Any, id_tags: bool) -> Any:
    match value:
        case dict():
            cleaned = {key: _field(key, item, id_tags) for key, item in value.items()}
            if str(value.get("key", "")).lower() in SECRET_KEYS and "value" in value:
                cleaned["value"] = MASK
            return cleaned
        case list():
            return [_clean(item, id_tags) for item in value]
        case str():
            return _CREDENTIALS.sub(rf"\1{MASK}@", value)
        case _:
            return value


def _field(key: str, value: Any, id_tags: bool) -> Any:
    if key in ID_FIELDS and isinstance(value, str) and not id_tags:
        return mask(value)
    return _clean(value, id_tags)
