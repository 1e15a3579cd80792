"""Profiles are read strictly: whatever is wrong is named by its path, with what was expected."""

from pathlib import Path

import pytest

from ocpp16sm.fleet import Profile, ProfileError, read_profile
from ocpp16sm.fleet.profile import example


def read_text(tmp_path: Path, text: str) -> Profile:
    path = tmp_path / "fleet.toml"
    path.write_text(text)
    return read_profile(path)


def test_the_example_has_every_table_and_is_valid(tmp_path: Path) -> None:
    profile = read_text(tmp_path, example())
    assert profile.station.name(7) == "FLEET-000007"
    assert [kind.weight for kind in profile.sessions.mix] == [6, 3, 1]
    assert profile.blackout[0].share == 0.5
    settings = profile.settings("ws://localhost:9000", 7)
    assert settings.charge_point_id == "FLEET-000007"
    assert settings.identity.charge_point_vendor == "Example"
    for table in (
        "station",
        "identity",
        "configuration",
        "meter",
        "sessions",
        "offline",
        "power",
        "faults",
        "blackout",
    ):
        assert f"[{table}]" in example()


def test_an_empty_profile_is_a_profile(tmp_path: Path) -> None:
    assert read_text(tmp_path, "") == Profile()


def test_meters_are_read_as_often_as_is_reported_of_them() -> None:
    timings = Profile().usual_timings()
    assert timings.meter_read_s == Profile().meter.interval_s


WRONG: dict[str, tuple[str, str]] = {
    "no TOML": ("seed = ", "invalid TOML"),
    "an unknown table": ("[statoin]", "statoin: is not known; did you mean station?"),
    "an unknown name": ("[meter]\ninterval = 3", "meter.interval: is not known; did you mean interval_s?"),
    "no number in the id": ("[station]\nid = 'CP'", "station.id: expected {number}"),
    "two numbers in the id": ("[station]\nid = '{number}{number}'", "station.id: expected {number}"),
    "another name in the id": ("[station]\nid = '{number}{host}'", "station.id: expected {number}"),
    "no connectors": ("[station]\nconnectors = 0", "station.connectors: expected a whole number, 1 to 99"),
    "a span of one": ("[sessions]\nwalk_s = [5]", "sessions.walk_s: expected two numbers of seconds"),
    "a span backwards": ("[offline]\nduration_s = [5, 4]", "offline.duration_s: expected two numbers of seconds"),
    "a share above 1": ("[[blackout]]\nat_s = 1\nduration_s = 1\nshare = 2", "blackout[0].share: expected a number, 0"),
    "nothing to choose from": ("[[sessions.mix]]\nweight = 0", "sessions.mix: expected at least one"),
    "two phases": ("[[sessions.mix]]\nphases = 2", "sessions.mix[0].phases: expected 1 or 3, found 2"),
    "an unknown first step": ("[[sessions.mix]]\nfirst = 'wait'", "sessions.mix[0].first: expected one of plug, card"),
    "a long idTag": ("[sessions]\nid_tag = 'AAAAAAAAAAAAAAAAAA{number}'", "sessions.id_tag: an idTag has at most 20"),
    "an unknown error": ("[faults]\nerrors = ['Fire']", "faults.errors: error must be one of ConnectorLockFailure"),
    "no error": ("[faults]\nerrors = []", "faults.errors: expected at least one"),
    "an unknown key": ("[configuration]\nHartbeatInterval = 3", "HartbeatInterval: is not known; did you mean"),
    "an unknown identity": ("[identity]\nvendor = 'x'", "identity.vendor: is not known"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        read_text(tmp_path, text)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "fleet.toml"))
    assert "\n" not in str(caught.value).removeprefix(str(tmp_path)) or "TOML" in said


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ProfileError, match=r"nowhere\.toml: cannot be read \(No such file"):
        read_profile(Path("nowhere.toml"))
