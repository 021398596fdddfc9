"""How large a scope is, and how to look at a large one without holding up the writer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from storage.database import Tx, load_queries
from storage.looks import Look, LookFirst, known_now

P = ParamSpec("P")
R = TypeVar("R")

LARGE = 300
"""Units in a scope from which on its figures take longer than a turn should: several wards."""

_Q: Any = load_queries("statistics")


def is_large(tx: Tx, scope: str, most: int = LARGE) -> bool:
    """Whether a scope has many wards below it: so many units or more."""
    return int(_Q.units_counted(tx, scope=scope, most=most)) >= most


def seen(tx: Tx, work: Callable[Concatenate[Tx, str, P], R], scope: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
    """What `work(tx, scope, …)` reads; in the writer a large scope is looked at beforehand. Raises LookFirst."""
    known = known_now()
    if known is None or not is_large(tx, scope):
        return work(tx, scope, *args, **kwargs)
    look = Look(work, (scope, *args), tuple(sorted(kwargs.items())))
    if look not in known:
        raise LookFirst(look)
    return cast(R, known[look])
