"""What has to hold before a fleet starts: whom it may call, and how many connections this machine lets it open."""

import ipaddress
import socket
from pathlib import Path
from urllib.parse import urlsplit

from ocpp16sm.base.secret import words
from ocpp16sm.errors import LocalError

SPARE_FILES = 64
"""Descriptors that a process needs besides one a station."""
PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


class FleetError(LocalError):
    """A fleet cannot be run like that. The message says why, and what to do."""


def check_address(url: str, *, public: bool, why: str = "a fleet is a load test") -> None:
    """Raise :class:`FleetError` if the Central System is not on this machine or in a private network.

    A fleet is a load test; against somebody who does not know of it, it is an attack. ``public``: he does.
    ``why``: what else it is.
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
        raise FleetError(f"{host}: its address cannot be found ({error.strerror or error})") from None
    for address in sorted(map(str, found)):
        ip = ipaddress.ip_address(address.partition("%")[0])
        if not (ip.is_loopback or ip.is_private or ip.is_link_local):
            shown = host if host == address else f"{host} ({address})"
            raise FleetError(
                f"{shown} is neither this machine nor in a private network; {why}: with the consent "
                "of whoever runs that Central System, say --public"
            )


def check_files(stations: int) -> None:
    """See to it that a process may open so many connections. Raises :class:`FleetError` if it may not."""
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
            f"{stations} stations in a process need {needed} open files, and {hard} are allowed; run more --processes, "
            f"or raise the limit (ulimit -Hn {needed}, or LimitNOFILE of the service)"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def _allows(limit: int, needed: int, infinity: int) -> bool:
    return limit in (infinity, -1) or limit >= needed


def check_ports(stations: int, sources: int, range_: Path = PORT_RANGE) -> None:
    """Raise :class:`FleetError` if there are not enough ports for so many connections from so many addresses."""
    try:
        least, most = map(int, range_.read_text().split())
    except (OSError, ValueError):  # not Linux: it will say so itself
        return
    each = most - least + 1
    if stations > each * sources:
        raise FleetError(
            f"{stations} stations need as many ports, and each address of this machine has {each} ({least} to {most}, "
            f"net.ipv4.ip_local_port_range); give {-(-stations // each)} addresses of it with --source, or widen that "
            "range"
        )


def check_source(address: str) -> str:
    """An address of this machine that connections can be opened from; raises :class:`FleetError` if it is none."""
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((address, 0))
    except (OSError, ValueError) as error:
        raise FleetError(f"--source {address}: is no address of this machine ({error})") from None
    return address
