"""Guard expressions: conditions under which a transition may be taken.

A guard is a name (a question for the hooks object), ``In('State')`` (whether that state is active), or a combination
with ``and``, ``or`` and ``not``. Guards have no side effects and no arithmetic, so they can be compiled, drawn and
explored.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Literal

from attrs import frozen


@frozen
class Ask:
    """A named question, answered by a method or a boolean attribute of the hooks object."""

    name: str


@frozen
class In:
    """Whether a state is active (SCXML ``In()``)."""

    state: str


@frozen
class Not:
    """The negation of a guard."""

    operand: "Guard"


@frozen
class Both:
    """``and`` or ``or`` over two or more operands, evaluated from left to right with short circuit."""

    how: Literal["and", "or"]
    operands: tuple["Guard", ...]


Guard = Ask | In | Not | Both


class GuardSyntaxError(ValueError):
    """A guard is not a valid expression; the message quotes the offending part."""


def parse(text: str) -> Guard:
    """Parse a guard in the syntax of python-statemachine, e.g. ``"not In('Preparing') and tag_is_known"``.

    Raises :class:`GuardSyntaxError` for anything else, such as comparisons, calls and literals.
    """
    try:
        tree = ast.parse(text.replace("!", " not ").replace("^", " and "), mode="eval")
    except SyntaxError as error:
        raise GuardSyntaxError(f"guard {text!r} is not an expression: {error.msg}") from error
    return _convert(tree.body, text)


def _convert(node: ast.expr, text: str) -> Guard:
    match node:
        case ast.Name(id=name):
            return Ask(name)
        case ast.Call(func=ast.Name(id="In"), args=[ast.Constant(value=str(state))], keywords=[]):
            return In(state)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_convert(operand, text))
        case ast.BoolOp(op=op, values=values):
            how: Literal["and", "or"] = "and" if isinstance(op, ast.And) else "or"
            return Both(how, tuple(_convert(value, text) for value in values))
        case _:
            raise GuardSyntaxError(
                f"guard {text!r}: {ast.unparse(node)!r} is not a name, In('State'), 'and', 'or' or 'not'"
            )


def conjunction(guards: list[Guard]) -> Guard | None:
    """The conjunction of ``guards``; None if there are none."""
    match guards:
        case []:
            return None
        case [only]:
            return only
        case _:
            return Both("and", tuple(guards))


def show(guard: Guard) -> str:
    """The guard as text that :func:`parse` reads back."""
    match guard:
        case Ask(name):
            return name
        case In(state):
            return f"In('{state}')"
        case Not(operand):
            inner = show(operand)
            return f"not ({inner})" if isinstance(operand, Both) else f"not {inner}"
        case Both(how, operands):
            parts = [f"({show(o)})" if isinstance(o, Both) and o.how != how else show(o) for o in operands]
            return f" {how} ".join(parts)


def leaves(guard: Guard | None) -> Iterator[Ask | In]:
    """Each name and each ``In`` of the guard, from left to right."""
    match guard:
        case None:
            return
        case Ask() | In():
            yield guard
        case Not(operand):
            yield from leaves(operand)
        case Both(_, operands):
            for operand in operands:
                yield from leaves(operand)


def holds(guard: Guard | None, asked: Callable[[str], bool], active: Callable[[str], bool]) -> bool:
    """Evaluate a guard: ``asked`` answers names, ``active`` answers ``In``. A missing guard is true."""
    match guard:
        case None:
            return True
        case Ask(name):
            return asked(name)
        case In(state):
            return active(state)
        case Not(operand):
            return not holds(operand, asked, active)
        case Both("and", operands):
            return all(holds(operand, asked, active) for operand in operands)
        case Both(_, operands):
            return any(holds(operand, asked, active) for operand in operands)


def fold(guard: Guard | None, known: Callable[[In], bool | None]) -> Guard | bool:
    """The guard where some of what it asks is known: True or False, or what is left to ask.

    ``known`` says of each ``In`` whether it holds; None: that is not known. No guard is True.
    """
    match guard:
        case None:
            return True
        case Ask():
            return guard
        case In():
            answer = known(guard)
            return guard if answer is None else answer
        case Not(operand):
            inner = fold(operand, known)
            return not inner if isinstance(inner, bool) else Not(inner)
        case Both(how, operands):
            decides = how == "or"
            left: list[Guard] = []
            for operand in operands:
                inner = fold(operand, known)
                if not isinstance(inner, bool):
                    left.append(inner)
                elif inner is decides:
                    # What stands before it is asked all the same: a question that raises must raise.
                    return Both(how, (*left, operand)) if left else decides
            if not left:
                return not decides
            return left[0] if len(left) == 1 else Both(how, tuple(left))
