"""``ocpp16sm station`` takes its settings from a file, and options only where they were given."""

from pathlib import Path

from ocpp16sm.cli.station import _station


def test_a_file_wins_over_what_is_usual_and_loses_against_options(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text('charge_point_id = "CP/7"\nconnectors = 3\n')
    read = _station(str(file), charge_point_id=None, connectors=None).plan.settings
    assert (read.charge_point_id, read.connectors, read.central_system_url) == ("CP/7", 3, "")
    told = _station(str(file), charge_point_id="CP8", connectors=2, central_system_url="ws://host").plan.settings
    assert (told.charge_point_id, told.connectors, told.central_system_url) == ("CP8", 2, "ws://host")


def test_without_a_name_there_is_one_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text("connectors = 3\n")
    assert _station(str(file)).plan.settings.charge_point_id == "CP001"
    usual = _station("ws://localhost", charge_point_id=None).plan.settings
    assert (usual.charge_point_id, usual.connectors, usual.central_system_url) == ("CP001", 1, "ws://localhost")
