"""Guards where some of what they ask is known: what is left says the same, and asks nothing that is known."""

from hypothesis import given
from hypothesis import strategies as st

from statecharts.guards import Ask, Both, Guard, In, Not, fold, holds, leaves

NAMES = ("a", "b", "c")


def _joined(operands: st.SearchStrategy[Guard]) -> st.SearchStrategy[Guard]:
    several = st.lists(operands, min_size=2, max_size=4).map(tuple)
    return operands.map(Not) | st.builds(Both, st.sampled_from(("and", "or")), several)


GUARDS = st.none() | st.recursive(
    st.builds(Ask, st.sampled_from(NAMES)) | st.builds(In, st.sampled_from(NAMES)), _joined
)
ANSWERS = st.fixed_dictionaries({name: st.booleans() for name in NAMES})


@given(GUARDS, ANSWERS, ANSWERS, st.sets(st.sampled_from(NAMES)))
def test_what_is_left_holds_where_the_guard_holds(
    guard: Guard | None, said: dict[str, bool], active: dict[str, bool], known: set[str]
) -> None:
    left = fold(guard, lambda asked: active[asked.state] if asked.state in known else None)
    expected = holds(guard, said.__getitem__, active.__getitem__)
    assert (left if isinstance(left, bool) else holds(left, said.__getitem__, active.__getitem__)) is expected


@given(GUARDS, ANSWERS)
def test_nothing_is_asked_that_is_known_unless_something_before_it_must_be_asked(
    guard: Guard | None, active: dict[str, bool]
) -> None:
    left = fold(guard, lambda asked: active[asked.state])
    if not isinstance(left, bool):
        assert any(isinstance(leaf, Ask) for leaf in leaves(left))


@given(GUARDS, ANSWERS, ANSWERS)
def test_the_same_names_are_asked_in_the_same_order(
    guard: Guard | None, said: dict[str, bool], active: dict[str, bool]
) -> None:
    def asked(which: Guard | None) -> list[str]:
        names: list[str] = []

        def ask(name: str) -> bool:
            names.append(name)
            return said[name]

        holds(which, ask, active.__getitem__)
        return names

    left = fold(guard, lambda state: active[state.state])
    assert ([] if isinstance(left, bool) else asked(left)) == asked(guard)
