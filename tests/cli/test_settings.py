"""``ocpp16sm station`` takes its settings from a file, and options only where they were given."""

from pathlib import Path

from ocpp16sm.cli.station import _settings


def test_a_file_wins_over_what_is_usual_and_loses_against_options(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text('charge_point_id = "CP/7"\nconnectors = 3\n')
    read = _settings(file, charge_point_id=None, connectors=None, central_system_url="ws://localhost")
    assert (read.charge_point_id, read.connectors) == ("CP/7", 3)
    told = _settings(file, charge_point_id="CP8", connectors=2, central_system_url="ws://localhost")
    assert (told.charge_point_id, told.connectors) == ("CP8", 2)


def test_without_a_name_there_is_one_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text("connectors = 3\n")
    assert _settings(file, charge_point_id=None, central_system_url="ws://localhost").charge_point_id == "CP001"
    assert _settings(None, charge_point_id=None, central_system_url="ws://localhost").connectors == 1
