"""Checks before a fleet starts: the Central System's address, and the limits of this machine on connections."""

import ipaddress
import socket
from pathlib import Path
from urllib.parse import urlsplit

from ocpp16sm.base.secret import words
from ocpp16sm.errors import LocalError

SPARE_FILES = 64
"""File descriptors that a process needs besides one for each station."""
PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


class FleetError(LocalError):
    """A fleet cannot run as requested. The message says why, and what to do."""


def check_address(url: str, *, public: bool, why: str = "a fleet is a load test") -> None:
    """Raise :class:`FleetError` if the Central System is not on this machine or in a private network.

    A load test without the operator's knowledge is an attack.

    :param url: URL of the Central System.
    :param public: the operator has agreed, so every address is permitted.
    :param why: the reason for the check, for the message.
    """
    if public:
        return
    try:
        host = urlsplit(url).hostname or ""
    except ValueError as error:
        raise FleetError(f"{words(url)}: expected ws://host:port/path ({error})") from None
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise FleetError(f"cannot resolve {host} ({error.strerror or error})") from None
    for address in sorted(map(str, found)):
        ip = ipaddress.ip_address(address.partition("%")[0])
        if not (ip.is_loopback or ip.is_private or ip.is_link_local):
            shown = host if host == address else f"{host} ({address})"
            raise FleetError(
                f"{shown} is neither this machine nor in a private network; {why}: use --public if the operator "
                "of that Central System has agreed"
            )


def check_files(stations: int) -> None:
    """Raise this process's limit on open files if necessary. Raises :class:`FleetError` if that is not permitted."""
    try:
        import resource  # not on Windows, which has no such limit
    except ImportError:
        return
    needed = stations + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _allows(soft, needed, resource.RLIM_INFINITY):
        return
    if not _allows(hard, needed, resource.RLIM_INFINITY):
        raise FleetError(
            f"{stations} stations in one process need {needed} open files, but {hard} are allowed; use more "
            f"--processes, or raise the limit (ulimit -Hn {needed}, or LimitNOFILE of the service)"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def _allows(limit: int, needed: int, infinity: int) -> bool:
    return limit in (infinity, -1) or limit >= needed


def check_ports(stations: int, sources: int, range_: Path = PORT_RANGE) -> None:
    """Raise :class:`FleetError` if there are too few local ports.

    :param stations: number of connections.
    :param sources: number of local addresses to connect from.
    """
    try:
        least, most = map(int, range_.read_text().split())
    except (OSError, ValueError):  # not Linux; connecting will fail if there are too few ports
        return
    each = most - least + 1
    if stations > each * sources:
        raise FleetError(
            f"{stations} stations need as many ports, but each address of this machine has {each} ({least} to {most}, "
            f"net.ipv4.ip_local_port_range); name {-(-stations // each)} addresses with --source, or widen that range"
        )


def check_source(address: str) -> str:
    """Return ``address`` if connections can be opened from it; otherwise raise :class:`FleetError`."""
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except (OSError, ValueError) as error:
        raise FleetError(f"--source {address}: not an address of this machine ({error})") from None
    return address
