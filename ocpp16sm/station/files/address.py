"""The URL of a file as the Central System writes it (8.1, 8.2), and the part of it that may be shown."""

import re
from pathlib import PurePosixPath
from typing import Self
from urllib.parse import quote, unquote, urlsplit

from attrs import evolve, field, frozen, validators

from ocpp16sm.errors import TransferError, TransferFault

SCHEMES = ("ftp", "ftps", "http", "https")
MASK = "***"
LONGEST_NAME = 100
"""Maximum length of a local file name that is derived from a URL, in characters."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")


@frozen(kw_only=True)
class Limits:
    """Limits beyond which a transfer has failed."""

    connect_s: float = field(default=10.0, validator=validators.gt(0))
    """Seconds to resolve the host, connect and negotiate TLS; for each connection."""
    silence_s: float = field(default=30.0, validator=validators.gt(0))
    """Seconds without any data received or accepted."""
    whole_s: float = field(default=3600.0, validator=validators.gt(0))
    """Seconds for the whole transfer."""
    largest_bytes: int = field(default=512 * 1024 * 1024, validator=validators.gt(0))
    """Maximum size of a downloaded file."""
    redirects: int = field(default=5, validator=validators.ge(0))
    """Maximum number of HTTP redirects."""


@frozen
class Address:
    """The parts of a URL."""

    scheme: str
    host: str
    port: int | None
    place: str = field(repr=False)
    """Host and port as in the URL."""
    path: str
    """Path as in the URL, percent-encoded."""
    query: str = field(repr=False)
    user: str | None = field(repr=False)
    password: str = field(repr=False)
    shown: str
    """The URL for messages and logs, without secrets."""

    @classmethod
    def of(cls, url: str) -> Self:
        """Parse a URL. Raises :class:`~ocpp16sm.errors.TransferError` with the reason if it is not valid."""
        shown = show(url)
        if _CONTROL.search(unquote(url)):  # in FTP a line break would begin another command
            raise TransferError(shown, "a URL contains no control characters")
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            # The text of the error may contain part of a password that was not percent-encoded.
            raise TransferError(shown, "its host or port is invalid") from None
        if parts.scheme not in SCHEMES:
            raise TransferError(shown, f"its scheme must be one of {', '.join(SCHEMES)}")
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
        """Whether the scheme is FTP, with or without TLS."""
        return self.scheme in ("ftp", "ftps")

    @property
    def url(self) -> str:
        """The URL without credentials and fragment."""
        return f"{self.scheme}://{self.place}{self.path or '/'}{'?' if self.query else ''}{self.query}"

    @property
    def names_directory(self) -> bool:
        """Whether the path is missing or ends with a slash; a URL with a query never names a directory."""
        return not self.query and (not self.path or self.path.endswith("/"))

    def with_file(self, name: str) -> Self:
        """The address of a file in this directory."""
        return evolve(self, path=f"{self.path.rstrip('/')}/{quote(name)}")

    def failed(self, reason: str, fault: TransferFault = TransferFault.FAILED) -> TransferError:
        """The error for this URL; user, password and query are masked in ``reason``."""
        for secret in (self.password, self.user, self.query):
            reason = reason.replace(secret, MASK) if secret else reason
        return TransferError(self.shown, reason, fault)


def show(url: str) -> str:
    """A URL for messages and logs, without user, password, query and fragment, which may contain secrets.

    Everything before the last ``@`` is left out, because passwords are not always percent-encoded.
    """
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        scheme, rest = "", scheme
    _before, at, after = rest.rpartition("@")
    where = re.split(r"[?#]", after, maxsplit=1)[0]
    return f"{_UNUSUAL.sub('', scheme)}{separator}{MASK + at if at else ''}{_CONTROL.sub(' ', where)}"


def local_name(name: str, otherwise: str) -> str:
    """A local file name for a path or URL: a single safe name, never a path; ``otherwise`` if nothing remains."""
    path = unquote(re.split(r"[?#]", name, maxsplit=1)[0]).replace("\\", "/")
    return plain(PurePosixPath(path).name)[-LONGEST_NAME:].strip("._") or otherwise


def plain(text: str) -> str:
    """Replace all characters but ASCII letters, digits, dots, hyphens and underscores by underscores."""
    return _UNUSUAL.sub("_", text)
