"""What is checked before a fleet starts, and what is said to do."""

import resource
import socket
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.fleet.preconditions import (
    SPARE_FILES,
    FleetError,
    check_address,
    check_files,
    check_ports,
    check_source,
)


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def found(host: str, _port: object, **_how: Any) -> list[Any]:
        families = (socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses)
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, 0))
            for family, address in zip(families, addresses, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "[::1]", "10.1.2.3", "192.168.0.9", "172.31.0.1", "[fd00::1]"]
)
def test_this_machine_and_private_networks_may_be_called(host: str) -> None:
    check_address(f"ws://{host}:9000/ocpp", public=False)


@pytest.mark.parametrize("host", ["8.8.8.8", "172.32.0.1", "[2606:4700::1111]"])
def test_others_may_not(host: str) -> None:
    with pytest.raises(FleetError, match="use --public if the operator of that Central System has agreed"):
        check_address(f"wss://{host}/ocpp", public=False)
    check_address(f"wss://{host}/ocpp", public=True)


def test_a_name_counts_by_all_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "10.0.0.1", "fe80::1%eth0")
    check_address("ws://csms.example", public=False)
    resolves_to(monkeypatch, "10.0.0.1", "8.8.8.8")
    with pytest.raises(FleetError, match=r"csms\.example \(8\.8\.8\.8\) is neither this machine nor"):
        check_address("ws://csms.example", public=False)


def test_a_name_that_is_not_known_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: Any, **_how: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(FleetError, match=r"cannot resolve nowhere\.example \(Name or service not known\)"):
        check_address("ws://nowhere.example", public=False)


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, int]]:
    """The limit of open files, as it may be looked at and raised."""
    now = {"files": (100, 1000)}
    monkeypatch.setattr(resource, "getrlimit", lambda _what: now["files"])
    monkeypatch.setattr(resource, "setrlimit", lambda _what, limit: now.update(files=limit))
    return now


def test_the_limit_of_open_files_is_raised_as_far_as_needed(limits: dict[str, tuple[int, int]]) -> None:
    check_files(10)
    assert limits["files"] == (100, 1000)
    check_files(500)
    assert limits["files"] == (500 + SPARE_FILES, 1000)


def test_more_open_files_than_allowed_are_refused_with_what_to_do(limits: dict[str, tuple[int, int]]) -> None:
    with pytest.raises(FleetError, match=r"need 1064 open files, but 1000 are allowed; use more --processes, or raise"):
        check_files(1000)
    assert limits["files"] == (100, 1000)


def test_no_limit_of_open_files_is_no_limit(limits: dict[str, tuple[int, int]]) -> None:
    limits["files"] = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    check_files(10_000_000)


def test_ports_are_counted_for_each_address(tmp_path: Path) -> None:
    ports = tmp_path / "range"
    ports.write_text("32768\t60999\n")
    check_ports(28_232, 1, ports)
    check_ports(56_000, 2, ports)
    with pytest.raises(FleetError, match=r"28232 \(32768 to 60999, net\.ipv4\.ip_local_port_range\); name 2 addresses"):
        check_ports(28_233, 1, ports)


def test_where_the_range_of_ports_is_not_known_nothing_is_said(tmp_path: Path) -> None:
    check_ports(10_000_000, 1, tmp_path / "nothing")


def test_an_address_to_connect_from_has_to_be_one_of_this_machine() -> None:
    assert check_source("127.0.0.1") == "127.0.0.1"
    for wrong in ("192.0.2.1", "nonsense"):
        with pytest.raises(FleetError, match=f"--source {wrong}: not an address of this machine"):
            check_source(wrong)
