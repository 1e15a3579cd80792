"""What is secret, told by its name or its form; and single values without it, as errors and logs show them."""

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
    """Whether what has this name (of a member, a setting, a configuration key) must not be shown."""
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
    """How secrets are hidden: as :data:`MASK`, whatever they are."""

    def text(self, secret: str) -> str:
        """A part of a text."""
        return MASK

    def whole(self, secret: Any) -> Any:
        """A value of any kind."""
        return secret if secret is None or isinstance(secret, bool) else MASK

    def broken(self, secret: str) -> str:
        """A text that was meant to be JSON and cannot be parsed."""
        return MASK


def parts(text: str, hiding: Hiding) -> str:
    """A text without the secrets that are told by their form: credentials and queries of URLs, private keys."""
    if "://" in text:
        text = "".join(_url(word, hiding) for word in _split(text))
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(lambda found: found[1] + hiding.text(found[2]), text)
    return text


def _split(text: str) -> list[str]:
    """The words of a text and what is between them. What begins as a URL does is one word, blanks in it or not."""
    whole = "@" in text and _SCHEME.match(text) is not None
    return [text] if whole else _WORD.split(text)


def _url(word: str, hiding: Hiding) -> str:
    """What stands before the last ``@`` of a URL is hidden, whatever should have been percent-encoded in it."""
    scheme, separator, rest = word.partition("://")
    if not separator:
        return word
    user, at, place = rest.rpartition("@")
    shown = f"{hiding.text(user)}@" if at else ""
    return scheme + separator + shown + _QUERY.sub(lambda found: found[1] + hiding.text(found[0][1:]), place)


def address(url: str, hiding: Hiding) -> str:
    """The same of what is a URL by its name, though it may have no scheme."""
    if "://" in url:
        return parts(url, hiding)
    user, at, place = url.rpartition("@")
    return f"{hiding.text(user)}@{place}" if at else url


def after_key(text: str, hiding: Hiding) -> str:
    """A text that tells of AuthorizationKey; what it says about it is hidden."""
    found = _NAMED.search(text)
    if found is None or found.end() == len(text):
        return text
    return text[: found.end()] + hiding.text(text[found.end() :])


def words(text: str) -> str:
    """A text of ours, without the secrets that are told by their form."""
    return parts(text, Hiding())


def shown(name: str, value: object, most: int = 60) -> str:
    """The ``repr`` of a value that a caller gave, for an error: without secrets, of at most so many characters.

    :param name: of the argument, the setting or the key; the part behind the last dot counts.
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
    """The ``repr`` of an object of this class: without what is secret by its name, or by the key that it is for."""
    key = fields.get("key")
    hidden = {"value"} if isinstance(key, str) and is_secret(key) else set()
    told = {
        field: MASK if value is not None and (field in hidden or is_secret(field)) else repr(value)
        for field, value in fields.items()
    }
    return f"{name}({', '.join(f'{field}={text}' for field, text in told.items())})"


def shown_keys(values: Mapping[str, str]) -> str:
    """Configuration keys and their values, for a ``repr``: what is secret is masked."""
    return repr(_hidden(values))
