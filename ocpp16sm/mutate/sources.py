"""Create mutants: delete, redirect, swap or negate each transition, guard and hook of a chart class in its source.

Changes are made in the source text. Everything that reads the chart (the interpreter, a compiler, a picture) therefore
sees the same mutant, and a survivor is shown by its line.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from attrs import frozen

from ocpp16sm.errors import DefinitionError

_HOOKS = ("before", "on", "after", "enter", "exit")


@frozen
class Subject:
    """A chart class and the module that declares it."""

    module: str
    name: str
    file: Path
    source: str
    first_line: int
    last_line: int

    @classmethod
    def named(cls, name: str) -> "Subject":
        """Load ``module:Class``. Raises :class:`~ocpp16sm.errors.DefinitionError` if its source is not available."""
        module, _, attribute = name.partition(":")
        if str(Path.cwd()) not in sys.path:
            sys.path.insert(0, str(Path.cwd()))
        try:
            declared = getattr(import_module(module), attribute)
            file = Path(inspect.getsourcefile(declared) or "")
            lines, first = inspect.getsourcelines(declared)
        except (ImportError, AttributeError, ValueError, OSError, TypeError) as error:
            raise DefinitionError(f"{name}: {error}; name a chart class with its source as module:Class") from error
        source = file.read_text(encoding="utf-8")
        return cls(declared.__module__, attribute, file, source, first, first + len(lines) - 1)


@frozen
class Mutant:
    """The source with one change."""

    line: int
    change: str
    source: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.change}"


def mutants(subject: Subject) -> Iterator[Mutant]:
    """All mutants of a chart class, in order of lines."""
    tree = ast.parse(subject.source)
    declared = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == subject.name and node.lineno <= subject.last_line
        if node.lineno >= subject.first_line
    )
    text = _Text(subject.source)
    yield from sorted(_in_class(declared, text), key=lambda mutant: mutant.line)


def _in_class(declared: ast.ClassDef, text: "_Text") -> Iterator[Mutant]:
    states = [
        target.id
        for node in declared.body
        if isinstance(node, ast.Assign) and _is_state(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    states += [node.name for node in declared.body if isinstance(node, ast.ClassDef)]
    for node in declared.body:
        match node:
            case ast.ClassDef():
                yield from _in_class(node, text)
            case ast.Expr(value=value):
                yield from _transitions(value, states, text, whole=node)
            case ast.Assign(value=value) if _is_state(value):
                yield from _hooks(value, text)
            case ast.Assign(value=value):
                yield from _transitions(value, states, text, whole=None)


def _is_state(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "State"


def _transitions(value: ast.expr, states: list[str], text: "_Text", whole: ast.stmt | None) -> Iterator[Mutant]:
    """Mutants of one declaration: an expression, or the value of an event, joined by ``|``."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
        for one, other in ((value.left, value.right), (value.right, value.left)):
            if isinstance(one, ast.Call):
                yield text.changed(value, text.of(other), f"{text.of(one)} deleted", at=one)
            yield from _transitions(one, states, text, None)
        return
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return
    if whole is not None:
        yield text.changed(whole, "None", f"{text.of(value)} deleted")
    yield from _ends(value, value.func, states, text)
    yield from _events(value, text)
    yield from _guards(value, text)
    yield from _hooks(value, text)


def _ends(call: ast.Call, function: ast.Attribute, states: list[str], text: "_Text") -> Iterator[Mutant]:
    """Redirect a transition to each other state, and reverse it."""
    label = text.of(call)
    if function.attr not in ("to", "from_"):
        return
    for target in call.args:
        now = text.of(target)
        prefix, _, last = now.rpartition(".")
        for state in states:
            if state != last:
                elsewhere = f"{prefix}.{state}" if prefix else state
                yield text.changed(target, elsewhere, f"{label}: {state} instead of {now}")
        if now != "None" and function.attr == "to":
            yield text.changed(target, "None", f"{label}: it stays where it is")
    if len(call.args) == 1 and text.of(call.args[0]) not in ("None", text.of(function.value)):
        turned = text.swapped(function.value, call.args[0])
        yield Mutant(call.lineno, f"{label}: the other way round", turned)


def _events(call: ast.Call, text: "_Text") -> Iterator[Mutant]:
    """Omit one of several events."""
    for keyword in call.keywords:
        if keyword.arg == "event" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            words = keyword.value.value.split()
            for word in words if len(words) > 1 else ():
                rest = " ".join(other for other in words if other != word)
                yield text.changed(keyword.value, repr(rest), f"{text.of(call)}: not on {word}")


def _guards(call: ast.Call, text: "_Text") -> Iterator[Mutant]:
    for keyword in call.keywords:
        if keyword.arg not in ("cond", "unless"):
            continue
        label, now = text.of(call), text.of(keyword.value)
        other = "unless" if keyword.arg == "cond" else "cond"
        yield text.changed(keyword, f"{other}={now}", f"{label}: {keyword.arg} negated")
        yield text.without(call, keyword, f"{label}: without {keyword.arg}={now}")
        for element in _elements(keyword.value):
            yield text.without(keyword.value, element, f"{label}: without {text.of(element)}")


def _hooks(call: ast.expr, text: "_Text") -> Iterator[Mutant]:
    if not isinstance(call, ast.Call):
        return
    for keyword in call.keywords:
        if keyword.arg not in _HOOKS:
            continue
        label = text.of(call)
        elements = _elements(keyword.value)
        if len(elements) > 1:
            for element in elements:
                yield text.without(keyword.value, element, f"{label}: without {keyword.arg} {text.of(element)}")
        else:
            yield text.without(call, keyword, f"{label}: without {keyword.arg}={text.of(keyword.value)}")


def _elements(value: ast.expr) -> list[ast.expr]:
    return list(value.elts) if isinstance(value, ast.List | ast.Tuple) else []


class _Text:
    """A source text that is edited at the positions of syntax nodes."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._lines = source.splitlines(keepends=True)

    def of(self, node: ast.AST) -> str:
        """The text of a node, in one line."""
        return " ".join(self._source[slice(*self._span(node))].split())

    def changed(self, node: ast.AST, instead: str, change: str, at: ast.AST | None = None) -> Mutant:
        """Replace the text of a node."""
        start, end = self._span(node)
        return Mutant(
            int(getattr(at or node, "lineno", 0)), change, self._source[:start] + instead + self._source[end:]
        )

    def without(self, owner: ast.AST, part: ast.AST, change: str) -> Mutant:
        """Remove an argument or element with its comma."""
        start, end = self._span(part)
        limit = self._span(owner)[1]
        after = self._source[end:limit]
        if after.lstrip().startswith(","):
            end += after.index(",") + 1
        else:
            comma = self._source.rindex(",", 0, start) if "," in self._source[self._span(owner)[0] : start] else start
            start = comma
        return Mutant(int(getattr(part, "lineno", 0)), change, self._source[:start] + self._source[end:])

    def swapped(self, one: ast.AST, other: ast.AST) -> str:
        """The source with the texts of two nodes exchanged."""
        (a, b), (c, d) = sorted((self._span(one), self._span(other)))
        s = self._source
        return s[:a] + s[c:d] + s[b:c] + s[a:b] + s[d:]

    def _span(self, node: ast.AST) -> tuple[int, int]:
        place: ast.expr = node  # type: ignore[assignment]
        assert place.end_lineno is not None
        assert place.end_col_offset is not None
        return self._offset(place.lineno, place.col_offset), self._offset(place.end_lineno, place.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        """The offset of a position; columns of syntax nodes count bytes of UTF-8."""
        text = self._lines[line - 1].encode()[:column].decode() if line <= len(self._lines) else ""
        return self._starts[line - 1] + len(text)
