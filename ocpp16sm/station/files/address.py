"""Where a file comes from or goes to: a URL as a Central System writes it (8.1, 8.2), and what may be shown of it."""

import re
from pathlib import PurePosixPath
from typing import Self
from urllib.parse import quote, unquote, urlsplit

from attrs import evolve, field, frozen, validators

from ocpp16sm.errors import TransferError, TransferFault

SCHEMES = ("ftp", "ftps", "http", "https")
MASK = "***"
LONGEST_NAME = 100
"""So long may the name of a file of ours be that comes from somebody else, characters."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")


@frozen(kw_only=True)
class Limits:
    """What a transfer may take before it has failed."""

    connect_s: float = field(default=10.0, validator=validators.gt(0))
    """To find the host, to connect, and to agree on TLS; each connection anew."""
    silence_s: float = field(default=30.0, validator=validators.gt(0))
    """Nothing arrives, or nothing is accepted, for so long."""
    whole_s: float = field(default=3600.0, validator=validators.gt(0))
    """All of it, however steadily it drips."""
    largest_bytes: int = field(default=512 * 1024 * 1024, validator=validators.gt(0))
    """A longer file is not downloaded."""
    redirects: int = field(default=5, validator=validators.ge(0))
    """So often may an HTTP server send us elsewhere."""


@frozen
class Address:
    """A URL taken to pieces."""

    scheme: str
    host: str
    port: int | None
    place: str = field(repr=False)
    """Host and port, as they are in the URL."""
    path: str
    """As it is in the URL, percent-encoded."""
    query: str = field(repr=False)
    user: str | None = field(repr=False)
    password: str = field(repr=False)
    shown: str
    """The URL for people and logs, without what is secret in it."""

    @classmethod
    def of(cls, url: str) -> Self:
        """Raises TransferError, saying what is wrong with the URL."""
        shown = show(url)
        if _CONTROL.search(unquote(url)):  # FTP's commands are lines: a line break would begin another command
            raise TransferError(shown, "a URL contains no control characters")
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            # What the error says may contain a piece of a password that was not percent-encoded.
            raise TransferError(shown, "its host or port cannot be read") from None
        if parts.scheme not in SCHEMES:
            raise TransferError(shown, f"files are moved by {', '.join(SCHEMES)} only")
        if not host:
            raise TransferError(shown, "it names no host")
        return cls(
            scheme=parts.scheme,
            host=host,
            port=port,
            place=parts.netloc.rpartition("@")[2],
            path=parts.path,
            query=parts.query,
            user=None if parts.username is None else unquote(parts.username),
            password=unquote(parts.password or ""),
            shown=shown,
        )

    @property
    def by_ftp(self) -> bool:
        """FTP, with or without TLS."""
        return self.scheme in ("ftp", "ftps")

    @property
    def url(self) -> str:
        """The URL without credentials and fragment."""
        return f"{self.scheme}://{self.place}{self.path or '/'}{'?' if self.query else ''}{self.query}"

    @property
    def names_directory(self) -> bool:
        """Its path is missing or ends with a slash. What has a query is a way in, whatever its path looks like."""
        return not self.query and (not self.path or self.path.endswith("/"))

    def with_file(self, name: str) -> Self:
        """A file in this directory."""
        return evolve(self, path=f"{self.path.rstrip('/')}/{quote(name)}")

    def failed(self, reason: str, fault: TransferFault = TransferFault.FAILED) -> TransferError:
        """The error for this URL. A server that repeats user or password is not repeated."""
        for secret in (self.password, self.user, self.query):
            reason = reason.replace(secret, MASK) if secret else reason
        return TransferError(self.shown, reason, fault)


def show(url: str) -> str:
    """A URL for people and logs: without user and password, and without query and fragment, which carry secrets too.

    Whatever stands before the last ``@`` is left out: passwords are not always percent-encoded.
    """
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        scheme, rest = "", scheme
    _before, at, after = rest.rpartition("@")
    where = re.split(r"[?#]", after, maxsplit=1)[0]
    return f"{_UNUSUAL.sub('', scheme)}{separator}{MASK + at if at else ''}{_CONTROL.sub(' ', where)}"


def local_name(name: str, otherwise: str) -> str:
    """The name of a file of ours for a path or URL of somebody else's: one plain name, never a way elsewhere."""
    path = unquote(re.split(r"[?#]", name, maxsplit=1)[0]).replace("\\", "/")
    return plain(PurePosixPath(path).name)[-LONGEST_NAME:].strip("._") or otherwise


def plain(text: str) -> str:
    """A text with an underscore for what is not a letter, digit, dot, hyphen or underscore of ASCII."""
    return _UNUSUAL.sub("_", text)
