"""Decides what is secret, by its name or its form, and hides it in single values for errors and logs."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, Final

MASK: Final = "***"
"""Stands for what is not shown."""

LONGEST_NAME: Final = 100
"""So many characters of a name are looked at."""

_KEY: Final = "authorizationkey"
_LIKE_KEY: Final = 0.85
"""Two letters may be wrong, missing or added: a name that is misspelt must not give its value away."""
_SECRET: Final = re.compile(
    "password|passwd|passphrase|secret|privatekey|apikey|credential|(access|auth|bearer|api|sas|session|refresh)token"
)
_NO_LETTER: Final = re.compile(r"[\W_]+")
_NAMED: Final = re.compile(r"authori[sz]ation[\s_-]?key", re.IGNORECASE)
_PRIVATE_KEY: Final = re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)(.*?)(?=-----END|\Z)", re.DOTALL)
_QUERY: Final = re.compile(r"([?#])[^\s\"'<>]+")
URL_NAME: Final = re.compile("ur[il]$|location$", re.IGNORECASE)
_WORD: Final = re.compile(r"(\s+)")
_SCHEME: Final = re.compile(r"[\w+.-]{1,20}://")


def resembles_key(text: str) -> bool:
    """Whether a text is the name AuthorizationKey, in any case, with blanks or misspelt."""
    return len(text) <= LONGEST_NAME and _resembles(_letters(text))


def is_secret(name: str) -> bool:
    """Whether the value of a member, setting or configuration key with this name must not be shown."""
    return _is_secret(name[:LONGEST_NAME])


@lru_cache(4096)
def _is_secret(name: str) -> bool:
    letters = _letters(name)
    return _KEY in letters or _SECRET.search(letters) is not None or _resembles(letters)


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text).lower()


@lru_cache(4096)
def _resembles(letters: str) -> bool:
    if abs(len(letters) - len(_KEY)) > 3 or not (letters.startswith(_KEY[:3]) or letters.endswith(_KEY[-3:])):
        return False
    return SequenceMatcher(None, letters, _KEY, autojunk=False).ratio() >= _LIKE_KEY


class Hiding:
    """How secrets are hidden: by default all of them become :data:`MASK`."""

    def text(self, secret: str) -> str:
        """Part of a text."""
        return MASK

    def whole(self, secret: Any) -> Any:
        """A value of any type."""
        return secret if secret is None or isinstance(secret, bool) else MASK

    def broken(self, secret: str) -> str:
        """A text that should be JSON and cannot be parsed."""
        return MASK


def parts(text: str, hiding: Hiding) -> str:
    """A text without secrets that are recognized by their form: credentials and queries of URLs, private keys."""
    if "://" in text:
        text = "".join(_url(word, hiding) for word in _split(text))
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(lambda found: found[1] + hiding.text(found[2]), text)
    return text


def _split(text: str) -> list[str]:
    """The words of a text and the gaps between them. A URL is one word, even with blanks in it."""
    whole = "@" in text and _SCHEME.match(text) is not None
    return [text] if whole else _WORD.split(text)


def _url(word: str, hiding: Hiding) -> str:
    """Hides everything before the last ``@`` of a URL, including what should have been percent-encoded."""
    scheme, separator, rest = word.partition("://")
    if not separator:
        return word
    user, at, place = rest.rpartition("@")
    shown = f"{hiding.text(user)}@" if at else ""
    return scheme + separator + shown + _QUERY.sub(lambda found: found[1] + hiding.text(found[0][1:]), place)


def address(url: str, hiding: Hiding) -> str:
    """The same for a value that is a URL by its name, even without a scheme."""
    if "://" in url:
        return parts(url, hiding)
    user, at, place = url.rpartition("@")
    return f"{hiding.text(user)}@{place}" if at else url


def after_key(text: str, hiding: Hiding) -> str:
    """A text that names AuthorizationKey, with everything hidden that it says about it."""
    found = _NAMED.search(text)
    if found is None or found.end() == len(text):
        return text
    return text[: found.end()] + hiding.text(text[found.end() :])


def words(text: str) -> str:
    """A text of ours without secrets that are recognized by their form."""
    return parts(text, Hiding())


def shown(name: str, value: object, most: int = 60) -> str:
    """The ``repr`` of a value that a caller passed, for an error: without secrets and of limited length.

    :param name: of the argument, setting or key; only the part after the last dot counts.
    """
    if is_secret(name.rpartition(".")[2]) and value is not None:
        return MASK
    try:
        is_url = isinstance(value, str) and URL_NAME.search(name) is not None
        text = repr(address(str(value), Hiding()) if is_url else _hidden(value))
    except Exception:  # somebody else's __repr__
        text = f"a {type(value).__name__}"
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _hidden(value: Any) -> Any:
    match value:
        case str():
            return words(value)
        case Mapping():
            return {name: MASK if is_secret(str(name)) else _hidden(item) for name, item in value.items()}
        case list():
            return [_hidden(item) for item in value]
        case tuple() if type(value) is tuple:
            return tuple(map(_hidden, value))
        case _:
            return value


def shown_fields(name: str, fields: Mapping[str, Any]) -> str:
    """The ``repr`` of an object without the fields that are secret by their name, or by the key they belong to."""
    key = fields.get("key")
    hidden = {"value"} if isinstance(key, str) and is_secret(key) else set()
    told = {
        field: MASK if value is not None and (field in hidden or is_secret(field)) else repr(value)
        for field, value in fields.items()
    }
    return f"{name}({', '.join(f'{field}={text}' for field, text in told.items())})"


def shown_keys(values: Mapping[str, str]) -> str:
    """Configuration keys and their values for a ``repr``, secrets masked."""
    return repr(_hidden(values))
