"""Finds the rows of a store that make the start fail, for whatever reason, and leaves them out.

This is the last resort. Known kinds of damage are repaired by :mod:`ocpp16sm.core.recovery.mending` first.
"""

from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve

from ocpp16sm.records import DamagedRow, StoredState

_Part = tuple[str, str]
"""Table and key of a row."""


def parts(stored: StoredState) -> list[_Part]:
    """All rows of the state, as table and key."""
    named: dict[str, Iterable[object]] = {
        "configuration": stored.configuration,
        "credentials": (1,) if stored.credentials is not None else (),
        "local_list": stored.local_list.entries,
        "authorizations": stored.authorization_cache,
        "availability": stored.availability,
        "reservations": (each.reservation_id for each in stored.reservations),
        "transactions": (each.key for each in stored.transactions),
        "samples": stored.samples,
        "queue": (each.seq for each in stored.queue),
        "charging_profiles": (each.profile.charging_profile_id for each in stored.charging_profiles),
        "awaited_starts": (each.connector_id for each in stored.awaited_starts),
        "session_prices": (each.key for each in stored.session_prices),
        "firmware": (1,),
        "uploads": stored.uploads,
    }
    return list(dict.fromkeys((table, str(key)) for table, keys in named.items() for key in keys))


def only(stored: StoredState, kept: Iterable[_Part]) -> StoredState:
    """The state reduced to the rows in ``kept``; settings without a row take their defaults."""
    those = set(kept)

    def has(table: str, key: object) -> bool:
        return (table, str(key)) in those

    def of(table: str, rows: dict[Any, Any]) -> dict[Any, Any]:
        return {key: value for key, value in rows.items() if has(table, key)}

    usual = StoredState()
    return evolve(
        stored,
        configuration=of("configuration", stored.configuration),
        credentials=stored.credentials if has("credentials", 1) else None,
        local_list=evolve(stored.local_list, entries=of("local_list", stored.local_list.entries)),
        authorization_cache=of("authorizations", stored.authorization_cache),
        availability=of("availability", stored.availability),
        reservations=tuple(each for each in stored.reservations if has("reservations", each.reservation_id)),
        transactions=tuple(each for each in stored.transactions if has("transactions", each.key)),
        samples=of("samples", stored.samples),
        queue=tuple(each for each in stored.queue if has("queue", each.seq)),
        charging_profiles=tuple(
            each for each in stored.charging_profiles if has("charging_profiles", each.profile.charging_profile_id)
        ),
        awaited_starts=tuple(each for each in stored.awaited_starts if has("awaited_starts", each.connector_id)),
        session_prices=tuple(each for each in stored.session_prices if has("session_prices", each.key)),
        firmware=stored.firmware if has("firmware", 1) else usual.firmware,
        uploads=of("uploads", stored.uploads),
    )


def startable(stored: StoredState, problem_with: Callable[[StoredState], Exception | None]) -> StoredState:
    """The state without the rows that make a start fail. They are added to ``damaged``.

    ``problem_with`` runs a start on trial, undoes it, and returns its exception or None. If even an empty state cannot
    be started with, the store is not the cause, and the state is returned unchanged.
    """
    rows = parts(stored)
    if problem_with(only(stored, ())) is not None:
        return stored
    while (problem := problem_with(only(stored, rows))) is not None:
        good, bad = 0, len(rows)
        while bad - good > 1:
            middle = (good + bad) // 2
            if problem_with(only(stored, rows[:middle])) is None:
                good = middle
            else:
                bad = middle
        table, key = rows.pop(bad - 1)
        damaged = DamagedRow(table, (key,), f"the charge point cannot start with it ({type(problem).__name__})")
        stored = evolve(stored, damaged=(*stored.damaged, damaged))
    return only(stored, rows)
