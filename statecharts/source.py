"""Read line numbers and clause comments of a chart class from its source text.

python-statemachine keeps neither. In ``A.to(B, event="x")  # C4 D4: why``, the text between ``#`` and the first
colon is the clause.
"""

import ast
import inspect
import io
import textwrap
import tokenize
from collections import defaultdict, deque
from collections.abc import Iterator

from attrs import define, field, frozen


@frozen
class SourceLocation:
    """The line of a transition's declaration and the clause in its comment."""

    line: int = 0
    clause: str = ""


_Key = tuple[str, tuple[str, ...], tuple[str, ...]]


@define
class SourceIndex:
    """Locations of the declarations of a class; empty if the source is not available."""

    file: str = ""
    states: dict[str, int] = field(factory=dict)
    transitions: defaultdict[_Key, deque[SourceLocation]] = field(factory=lambda: defaultdict(deque))

    def state(self, name: str) -> int:
        """Line of a state's declaration; 0 if unknown."""
        return self.states.get(name, 0)

    def transition(self, source: str, targets: tuple[str, ...], events: tuple[str, ...]) -> SourceLocation:
        """The next unused place of a transition with these ends and events (which may be declared more than once)."""
        locations = self.transitions.get((source, targets, events))
        return locations.popleft() if locations else SourceLocation()


def read_source(cls: type) -> SourceIndex:
    """Index the source of ``cls``; empty for a class created at run time."""
    try:
        file = inspect.getsourcefile(cls) or ""
        lines, start = inspect.getsourcelines(cls)
    except (OSError, TypeError):
        return SourceIndex()
    text = textwrap.dedent("".join(lines))
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return SourceIndex(file)
    comments = _comments(text)
    index = SourceIndex(file)
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name):
                index.states[name] = node.lineno + start - 1
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call()):
                index.states[name] = node.lineno + start - 1
    for call, statement in _calls(tree):
        comment = comments.get(statement.end_lineno or statement.lineno, "")
        location = SourceLocation(call.lineno + start - 1, comment.split(":")[0].strip())
        for key in _keys(call):
            index.transitions[key].append(location)
    return index


def _comments(text: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {t.start[0]: t.string.lstrip("#").strip() for t in tokens if t.type == tokenize.COMMENT}


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.ClassDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
                    yield inner, node


def _keys(call: ast.Call) -> Iterator[_Key]:
    """The (source, targets, events) that a call ``A.to(B, ...)`` or ``A.from_(B, C, ...)`` declares."""
    assert isinstance(call.func, ast.Attribute)
    arguments = tuple(name for argument in call.args if (name := _name(argument)))
    subject = _name(call.func.value)
    events = next((_text(k.value) for k in call.keywords if k.arg == "event"), ())
    match call.func:
        case ast.Attribute(attr="to"):
            if not arguments:
                yield subject, (), events
            for target in arguments:
                yield subject, (target,), events
        case ast.Attribute(attr="from_"):
            for source in arguments:
                yield source, (subject,), events
        case ast.Attribute(attr="itself", value=ast.Attribute(attr="to", value=owner)):
            state = _name(owner)
            yield state, (state,), events


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
    return ""


def _text(node: ast.expr) -> tuple[str, ...]:
    return tuple(node.value.split()) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ()
