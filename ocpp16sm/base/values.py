"""Base of internal values, dozens of which are created for each request: frozen, compared by content, built in C.

A frozen attrs class sets each field through ``object.__setattr__``, which takes 0.2 to 0.9 us for a value; a request
creates twenty-five. A msgspec struct takes a tenth of that. Values that pass between the core, the shell, the store
and the listener are therefore a :class:`Value`; values that users build and change (messages, settings, measurements)
are attrs classes. To change a field, use ``msgspec.structs.replace``.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, ClassVar

import attrs
import msgspec

from ocpp16sm.base.secret import shown_fields


class _AttrsView:
    """The attributes that attrs, and so cattrs, expects of a class; created on demand."""

    def __get__(self, _instance: object, cls: "type[Value]") -> Any:
        """The attributes in the form of ``attrs.fields``."""
        return _attributes(cls)


@cache
def _attributes(cls: "type[Value]") -> Any:
    shown = {each.name: _attribute(each, cls.DERIVED) for each in msgspec.structs.fields(cls)}
    return attrs.fields(attrs.make_class(cls.__name__, shown, frozen=True, kw_only=True))


def _attribute(shown: msgspec.structs.FieldInfo, derived: Collection[str]) -> Any:
    return attrs.field(default=_default(shown), type=shown.type, eq=shown.name not in derived)


def _default(shown: msgspec.structs.FieldInfo) -> Any:
    if shown.default_factory is not msgspec.NODEFAULT:
        return attrs.Factory(shown.default_factory)
    return attrs.NOTHING if shown.default is msgspec.NODEFAULT else shown.default


class Value(msgspec.Struct, frozen=True, gc=False):
    """Base of internal values. They contain only values, so no reference cycle can go through them: ``gc=False``.

    A value with a callable, usually a method of a feature, can be part of a cycle. It needs ``gc=True``, or a core
    would never be freed.

    ``attrs.fields``, ``attrs.asdict`` and cattrs treat a value as an attrs instance.
    """

    __attrs_attrs__: ClassVar[Any] = _AttrsView()

    def __repr__(self) -> str:
        return shown_fields(type(self).__name__, msgspec.structs.asdict(self))

    DERIVED: ClassVar[frozenset[str]] = frozenset()
    """Fields that keep what others say already: equality (which such a class defines) and recordings leave them out."""
