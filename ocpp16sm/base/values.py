"""Values of our own that are made by the dozen for every request: frozen, compared by what they hold, made in C.

A frozen attrs class sets each field through ``object.__setattr__``: 0.2 to 0.9 us for one value, and twenty-five of
them are made for a request. A msgspec struct costs a tenth of that. What passes between the core, the shell, the store
and the application's listener is therefore a :class:`Value`; what a user builds and changes (messages, settings, the
facts of a meter) is an attrs class. To change a field: ``msgspec.structs.replace``.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, ClassVar

import attrs
import msgspec

from ocpp16sm.base.secret import shown_fields


class _AttrsView:
    """What attrs, and so cattrs, wants to know of a class; made when it is asked for."""

    def __get__(self, _instance: object, cls: "type[Value]") -> Any:
        """The attributes, as ``attrs.fields`` gives them."""
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
    """Base of such values. They hold values, so no circle of references can go through one: ``gc=False``.

    One that holds a callable, mostly a feature's method, can be in such a circle: it says ``gc=True``, or no core
    would ever be freed.

    ``attrs.fields``, ``attrs.asdict`` and cattrs take a value for an attrs instance.
    """

    __attrs_attrs__: ClassVar[Any] = _AttrsView()

    def __repr__(self) -> str:
        return shown_fields(type(self).__name__, msgspec.structs.asdict(self))

    DERIVED: ClassVar[frozenset[str]] = frozenset()
    """Fields that keep what others say already: equality (which such a class defines) and recordings leave them out."""
