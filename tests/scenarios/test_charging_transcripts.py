"""Smart charging as a Central System sees it: load balancing, a limit for a transaction, a start from afar.

Each is played on the core, and by a whole charge point over a real websocket. Limits follow from 3.13 and 7.12.
"""

from tests.support.charging_scenes import DEFAULT, MAX, TX, clears, installs, limit, profile, schedule, starts_from_afar
from tests.support.scene import ACCEPTED, Scene


def test_a_charge_point_shares_its_grid_connection(scene: Scene) -> None:
    """3.13.1, 3.13.3, 5.16.4: a maximum for all, a default for all, another for one; a daily one on top."""
    scene.boots()
    assert schedule(scene, 0) == [(0, 96)]
    assert installs(scene, 0, profile(1, MAX, limit=32)) == "Accepted"
    assert installs(scene, 0, profile(2, DEFAULT, limit=16)) == "Accepted"
    assert installs(scene, 2, profile(3, DEFAULT, limit=10.5)) == "Accepted"
    assert (schedule(scene, 0), schedule(scene, 1), schedule(scene, 2)) == ([(0, 26.5)], [(0, 16)], [(0, 10.5)])
    night = {"startSchedule": "2026-06-01T22:00:00Z", "duration": 28_800}
    daily = {"chargingProfileKind": "Recurring", "recurrencyKind": "Daily"}
    assert installs(scene, 0, profile(4, DEFAULT, level=1, limit=40, **daily, schedule=night)) == "Accepted"
    assert [period[1:] for period in schedule(scene, 1, 86_400)] == [(16,), (32,), (16,)]
    assert installs(scene, 1, profile(5, MAX)) == "Rejected"
    assert clears(scene, chargingProfilePurpose=DEFAULT, connectorId=0) == "Accepted"
    assert (limit(scene, 1), limit(scene, 2)) == (32, 10.5)
    assert clears(scene) == "Accepted"
    assert clears(scene, id=1) == "Unknown"
    assert schedule(scene, 0) == [(0, 96)]


def test_a_transaction_gets_its_limit_and_a_new_one_and_ends(scene: Scene) -> None:
    """5.16.1, 5.16.3, 3.13.1."""
    scene.boots()
    assert installs(scene, 0, profile(1, DEFAULT, limit=16)) == "Accepted"
    assert installs(scene, 1, profile(2, TX, limit=8)) == "Rejected"
    number = scene.transaction()
    assert installs(scene, 1, profile(2, TX, limit=8, transactionId=number)) == "Accepted"
    assert limit(scene, 1) == 8
    assert installs(scene, 1, profile(3, TX, limit=20, transactionId=number + 1)) == "Rejected"
    assert installs(scene, 1, profile(3, TX, limit=20, transactionId=number)) == "Accepted"
    assert (limit(scene, 1), limit(scene, 2)) == (20, 16)
    assert clears(scene, id=2) == "Unknown"
    scene.loses_link()
    scene.passes(10)
    scene.hears_all()
    assert limit(scene, 1) == 20
    scene.ends()
    scene.hears_all()
    assert limit(scene, 1) == 16
    assert clears(scene, chargingProfilePurpose=TX) == "Unknown"


def test_a_start_from_afar_brings_its_limit(scene: Scene) -> None:
    """5.11, 5.16.2, errata 3.42."""
    scene.boots()
    given = profile(1, TX, periods=[(0, 6), (600, 16)])
    assert starts_from_afar(scene, "APP", None, chargingProfile=given) == "Rejected"
    assert starts_from_afar(scene, "APP", 2, chargingProfile=given) == "Accepted"
    scene.station.on_session_started(2, "s1", "Authorized")
    scene.sees(2, "Preparing")
    scene.begins(2, "s1", "APP")
    scene.hears("StartTransaction", {"transactionId": 77, "idTagInfo": ACCEPTED}, idTag="APP", connectorId=2)
    assert schedule(scene, 2, 1200) == [(0, 6), (600, 16)]
    assert installs(scene, 2, profile(2, TX, limit=10, transactionId=77)) == "Accepted"
    assert schedule(scene, 2, 1200) == [(0, 10)]
    scene.ends(2, "s1")
    scene.hears_all()
    assert limit(scene, 2) == 48
