"""The Local Authorization List: how it is sent, how it counts, and that it is kept.

Proves 3.5.2, 3.5.3, 3.5.4, 5.10, 5.15, 9.2 and errata 3.52, and the decision tables of reference/profiles.md 2.1, 2.6
and 2.7.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.store import SqliteStore
from tests.support.scene import ACCEPTED, CoreScene, accepted

BAD = ("Blocked", "Expired", "Invalid", "ConcurrentTx")


def entries(**statuses: str) -> list[dict[str, Any]]:
    """Entries of a list: idTag=status; an empty status removes."""
    return [{"idTag": tag, **({"idTagInfo": {"status": s}} if s else {})} for tag, s in statuses.items()]


def sends(scene: CoreScene, version: int, kind: str, content: list[dict[str, Any]] | None) -> str:
    """SendLocalList; gives the status."""
    payload: dict[str, Any] = {"listVersion": version, "updateType": kind}
    if content is not None:
        payload["localAuthorizationList"] = content
    return str(scene.asks("SendLocalList", payload)["status"])


def version(scene: CoreScene) -> int:
    """GetLocalListVersion."""
    return int(scene.asks("GetLocalListVersion")["listVersion"])


def verdict(scene: CoreScene, id_tag: str) -> str:
    """What is said of an idTag; ``asked`` if the Central System was (which accepts)."""
    scene.virtual.answers.clear()
    scene.virtual.feed(AuthorizeAsked(id_tag, "r"))
    if "r" in scene.virtual.answers:
        scene.hears_nothing()
        return str(scene.virtual.answers["r"].status)
    scene.hears("Authorize", idTag=id_tag)
    return "asked"


@pytest.fixture
def listed() -> CoreScene:
    """Good and bad idTags in a list of version 5; the list may be used while online."""
    scene = accepted(LocalPreAuthorize="true")
    assert sends(scene, 5, "Full", entries(GOOD="Accepted", **{status: status for status in BAD})) == "Accepted"
    return scene


# -- how it is sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version_sent", "kind", "content", "status", "after"),
    [
        (1, "Full", entries(A="Accepted"), "Accepted", 1),
        (5, "Full", entries(A="Accepted"), "Accepted", 5),
        (9, "Full", None, "Accepted", 0),
        (0, "Full", [], "Accepted", 0),
        (0, "Full", entries(A="Accepted"), "Failed", 5),
        (-1, "Full", entries(A="Accepted"), "Failed", 5),
        (6, "Differential", None, "Failed", 5),
        (6, "Differential", [], "Accepted", 6),
        (0, "Differential", [], "VersionMismatch", 5),
        (6, "Differential", entries(A="Accepted"), "Accepted", 6),
        (5, "Differential", entries(A="Accepted"), "VersionMismatch", 5),
        (4, "Differential", entries(A="Accepted"), "VersionMismatch", 5),
    ],
)
def test_an_update_is_taken_or_not(
    listed: CoreScene, version_sent: int, kind: str, content: list[dict[str, Any]] | None, status: str, after: int
) -> None:
    """5.15, profiles.md 2.6; an empty list is version 0 (5.10)."""
    before = listed.virtual.store.load().local_list
    assert sends(listed, version_sent, kind, content) == status
    assert version(listed) == after
    if status != "Accepted":
        assert listed.virtual.store.load().local_list == before


def test_changes_begin_anew_after_a_list_was_emptied(listed: CoreScene) -> None:
    """5.10, 5.15: an empty list has version 0, for who asks and for who sends changes."""
    assert sends(listed, 9, "Full", []) == "Accepted"
    assert version(listed) == 0
    assert sends(listed, 1, "Differential", entries(A="Accepted")) == "Accepted"
    assert version(listed) == 1


def test_changes_are_changes_and_a_whole_list_is_the_whole_list(listed: CoreScene) -> None:
    """5.15: an entry without idTagInfo removes; of two entries for one idTag the last counts."""
    changes = [*entries(NEW="Accepted", good="", Blocked="Accepted"), *entries(NEW="Blocked")]
    assert sends(listed, 6, "Differential", changes) == "Accepted"
    assert [verdict(listed, tag) for tag in ("NEW", "GOOD", "Blocked", "Invalid")] == [
        "Blocked",
        "asked",
        "Accepted",
        "Invalid",
    ]
    assert sends(listed, 7, "Full", entries(ONLY="Accepted")) == "Accepted"
    assert [verdict(listed, tag) for tag in ("ONLY", "NEW")] == ["Accepted", "asked"]


def test_what_is_too_long_is_not_taken_at_all() -> None:
    """9.2.2, 9.2.3."""
    scene = accepted(LocalAuthListMaxLength="3", SendLocalListMaxLength="2", LocalPreAuthorize="true")
    assert sends(scene, 1, "Full", entries(A="Accepted", B="Accepted", C="Accepted")) == "Failed"
    assert version(scene) == 0
    assert sends(scene, 1, "Full", entries(A="Accepted", B="Accepted")) == "Accepted"
    assert sends(scene, 2, "Differential", entries(C="Accepted", D="Accepted")) == "Failed"
    assert (version(scene), verdict(scene, "C")) == (1, "asked")
    assert sends(scene, 2, "Differential", entries(C="Accepted", A="Blocked")) == "Accepted"


def test_a_list_that_is_off_is_not_there(listed: CoreScene) -> None:
    """9.2.1, 5.10, 5.15; it is there again when it is on again."""
    listed.sets("LocalAuthListEnabled", "false")
    assert sends(listed, 9, "Full", entries(A="Accepted")) == "NotSupported"
    assert version(listed) == -1
    assert verdict(listed, "Blocked") == "asked"
    listed.sets("LocalAuthListEnabled", "true")
    assert (version(listed), verdict(listed, "Blocked")) == (5, "Blocked")


def test_a_profile_that_is_taken_away_takes_its_list_with_it() -> None:
    """9.1.29; what the responses can say themselves (5.10: -1, 7.47: NotSupported) needs no CALLERROR."""
    scene = accepted(SupportedFeatureProfiles="Core", LocalPreAuthorize="true")
    assert version(scene) == -1
    assert sends(scene, 1, "Full", entries(TAG="Blocked")) == "NotSupported"
    assert verdict(scene, "TAG") == "asked"


# -- how it counts -----------------------------------------------------------------------------------------------------


def test_online_the_list_has_the_last_word_if_it_may_be_used(listed: CoreScene) -> None:
    """9.1.13, profiles.md 2.1: whatever its status is. idTags are compared without regard to case (7.28)."""
    assert {status: verdict(listed, status.lower()) for status in ("Accepted", *BAD) if status != "Accepted"} == {
        status: status for status in BAD
    }
    assert verdict(listed, "good") == "Accepted"
    listed.sets("LocalPreAuthorize", "false")
    assert verdict(listed, "GOOD") == "asked"


@pytest.mark.parametrize("unknown", ["true", "false"])
@pytest.mark.parametrize("local", ["true", "false"])
def test_offline_rules(listed: CoreScene, local: str, unknown: str) -> None:
    """3.5.4: what is in the list and not good is rejected, whatever the keys say (libocpp lets it in)."""
    listed.sets("LocalAuthorizeOffline", local)
    listed.sets("AllowOfflineTxForUnknownId", unknown)
    listed.loses_network()
    assert verdict(listed, "GOOD") == ("Accepted" if "true" in (local, unknown) else "Invalid")
    assert verdict(listed, "UNKNOWN") == ("Accepted" if unknown == "true" else "Invalid")
    assert [verdict(listed, status) for status in BAD] == list(BAD)


def test_an_entry_whose_time_has_passed_is_expired_and_stays_as_it_is() -> None:
    """3.5.2: nobody but the Central System changes the list; 3.5.4: expired by the passage of time."""
    scene = accepted(LocalPreAuthorize="true")
    info = {"status": "Accepted", "expiryDate": "2026-06-01T13:00:00Z", "parentIdTag": "FAMILY"}
    assert sends(scene, 1, "Full", [{"idTag": "TAG", "idTagInfo": info}]) == "Accepted"
    assert verdict(scene, "TAG") == "Accepted"
    assert scene.virtual.answers["r"].parent_id_tag == "FAMILY"
    before = scene.virtual.store.load().local_list
    scene.passes(3600)
    assert verdict(scene, "TAG") == "Expired"
    assert scene.virtual.store.load().local_list == before


def test_the_list_precedes_the_cache_and_is_kept_out_of_it() -> None:
    """3.5.3."""
    scene = accepted(LocalPreAuthorize="true")
    assert verdict(scene, "TAG") == "asked"
    assert verdict(scene, "TAG") == "Accepted"
    assert sends(scene, 1, "Full", entries(TAG="Blocked", OTHER="Accepted")) == "Accepted"
    assert verdict(scene, "TAG") == "Blocked"
    scene.sets("LocalPreAuthorize", "false")
    assert verdict(scene, "OTHER") == "asked"
    assert set(scene.virtual.store.load().authorization_cache) == {"tag"}


@pytest.mark.parametrize(("says", "conflict"), [("Blocked", True), ("Accepted", False)])
def test_a_central_system_that_contradicts_its_list_is_told(listed: CoreScene, says: str, conflict: bool) -> None:
    """3.5.2: StatusNotification of connector 0 with LocalListConflict."""
    listed.station.on_session_started(1, "s1", "Authorized")
    listed.hears("StatusNotification", connectorId=1, status="Preparing")
    listed.station.on_transaction_started(1, "s1", "GOOD", 0, None, listed.virtual.now.utc)
    listed.hears("StartTransaction", answer={"transactionId": 1, "idTagInfo": {"status": says}})
    if conflict:
        listed.hears("StatusNotification", connectorId=0, errorCode="LocalListConflict", status="Available")
    listed.hears_nothing()


def test_the_passage_of_time_and_another_transaction_are_no_contradiction() -> None:
    """3.5.2: ConcurrentTx is a valid idTag; and what has expired is expired for both."""
    scene = accepted()
    passed = {"status": "Accepted", "expiryDate": "2026-06-01T12:30:00Z"}
    assert sends(scene, 1, "Full", [*entries(BUSY="Accepted"), {"idTag": "OLD", "idTagInfo": passed}]) == "Accepted"
    scene.passes(3600)
    for id_tag, says in (("OLD", "Expired"), ("BUSY", "ConcurrentTx")):
        scene.virtual.feed(AuthorizeAsked(id_tag, "r"))
        scene.hears("Authorize", answer={"idTagInfo": {"status": says}})
        scene.hears_nothing()
    scene.virtual.feed(AuthorizeAsked("OLD", "r"))
    scene.hears("Authorize", answer={"idTagInfo": ACCEPTED})
    scene.hears("StatusNotification", connectorId=0, errorCode="LocalListConflict")


# -- that it is kept ---------------------------------------------------------------------------------------------------


def test_it_survives_a_power_cut_on_a_file(tmp_path: Path) -> None:
    """3.5.2."""
    store = SqliteStore(tmp_path / "cp.sqlite")
    scene = CoreScene(store=store, LocalPreAuthorize="true")
    scene.boots()
    assert sends(scene, 5, "Full", entries(GOOD="Accepted", BAD="Blocked")) == "Accepted"
    assert sends(scene, 6, "Differential", entries(GOOD="", Late="Accepted")) == "Accepted"
    store.close()
    again = SqliteStore(tmp_path / "cp.sqlite")
    scene = CoreScene(store=again, LocalPreAuthorize="true")
    scene.boots()
    assert version(scene) == 6
    assert [verdict(scene, tag) for tag in ("GOOD", "bad", "late")] == ["asked", "Blocked", "Accepted"]
    again.close()


@pytest.mark.parametrize("kind", ["Full", "Differential"])
@pytest.mark.parametrize(
    ("content", "status"),
    [
        ([*entries(A="Accepted"), *entries(B="")], {"Full": "Failed", "Differential": "Accepted"}),
        (entries(A=""), {"Full": "Failed", "Differential": "Accepted"}),
        ([{"idTag": "A", "idTagInfo": None}], {"Full": "Failed", "Differential": "Accepted"}),
        ([*entries(A="Accepted"), *entries(a="")], {"Full": "Failed", "Differential": "Accepted"}),
        ([*entries(A=""), *entries(a="Accepted")], {"Full": "Failed", "Differential": "Accepted"}),
    ],
    ids=["one without info", "none with info", "info is null", "said twice, the last without", "the first without"],
)
def test_no_entry_is_dropped_silently(
    listed: CoreScene, kind: str, content: list[dict[str, Any]], status: dict[str, str]
) -> None:
    """7.1: an entry of a Full update must have idTagInfo. What cannot be taken whole is Failed, and changes nothing."""
    assert sends(listed, 6, kind, content) == status[kind]
    if status[kind] == "Failed":
        assert version(listed) == 5
        assert [verdict(listed, tag) for tag in ("GOOD", "A", "B")] == ["Accepted", "asked", "asked"]


TAGS = st.sampled_from(["A", "a", "B", "C", "d", "D"])
STATUS = st.sampled_from(["", "Accepted", "Blocked"])
UPDATES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 6), st.none() | st.lists(st.tuples(TAGS, STATUS), max_size=4)), max_size=8
)


@given(UPDATES)
def test_what_is_kept_is_what_counts(updates: list[tuple[bool, int, list[tuple[str, str]] | None]]) -> None:
    """After any updates a restart changes nothing; and a model of one dictionary agrees."""
    scene = accepted(LocalPreAuthorize="true")
    model: Mapping[str, str] = {}
    for whole, number, content in updates:
        changes = None if content is None else [entry for tag, status in content for entry in entries(**{tag: status})]
        if sends(scene, number, "Full" if whole else "Differential", changes) == "Accepted":
            model = {} if whole else dict(model)
            for tag, status in content or ():
                model = {**model, tag.lower(): status}
            model = {tag: status for tag, status in model.items() if status}
    before = version(scene)
    scene.restarts()
    scene.hears_all()
    assert version(scene) == before
    assert {tag: verdict(scene, tag) for tag in "abcd"} == {tag: model.get(tag, "asked") for tag in "abcd"}


def test_the_answer_to_an_unknown_update_type_changes_nothing(listed: CoreScene) -> None:
    """OCPP-J 4.2.3."""
    with pytest.raises(AssertionError, match="PropertyConstraintViolation"):
        sends(listed, 9, "Partial", [])
    assert listed.asks("ClearCache") == ACCEPTED
    assert version(listed) == 5
