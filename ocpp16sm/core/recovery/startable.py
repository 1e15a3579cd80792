"""What is left of a store when nothing is in it that a start fails at, whatever the reason.

The last resort: what is known to be wrong, :mod:`ocpp16sm.core.recovery.mending` has put right before.
"""

from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve

from ocpp16sm.records import DamagedRow, StoredState

_Part = tuple[str, str]
"""A table, and a row of it."""


def parts(stored: StoredState) -> list[_Part]:
    """Everything that is kept, row by row."""
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
    """What is left of it if nothing else is kept."""
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
    """What is left of it when nothing is in it any more that a start fails at; the rest is among what is damaged.

    ``problem_with`` tries a start and undoes it. If even nothing at all cannot be started on, all is left as it is:
    then the store is not to blame.
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
