"""Whoever knows the rule and everything that is shown still can't tell a small count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.small_cells import EXACT, FEWEST, Hidden, Label, alone, protected, together

Table = tuple[int, ...]
FEW, MORE, UNTOLD = (Hidden(label) for label in (Label.FEW, Label.MORE, Label.UNTOLD))
TABLES = st.lists(st.integers(0, 60), min_size=2, max_size=9).map(tuple)


def shown(table: Table, fewest: int = FEWEST) -> tuple[object, ...]:
    breakdown = protected(sum(table), {str(place): count for place, count in enumerate(table)}, fewest)
    return breakdown.total, *breakdown.parts.values()


def alike(parts: int, most: int) -> Iterator[list[Table]]:
    """All tables with at most so large a total, by what is shown of them."""
    by_view: dict[tuple[object, ...], list[Table]] = defaultdict(list)
    for table in product(range(most + 1), repeat=parts):
        if sum(table) <= most:
            by_view[shown(table)].append(table)
    return iter(by_view.values())


@pytest.mark.parametrize(("parts", "most"), [(2, 30), (3, 24), (4, 22)])
def test_no_small_count_can_be_told_from_what_is_shown(parts: int, most: int) -> None:
    for tables in alike(parts, most):
        for place in range(parts):
            possible = {table[place] for table in tables}
            if any(0 < count < FEWEST for count in possible):
                assert len(possible) > 1, f"{tables[0]} is shown as {shown(tables[0])}: {possible} is told"


def another(table: Table, place: int, fewest: int) -> bool:
    """Whether another table with the same total and another count at a place is shown in the same way."""
    for step, other in product((1, -1), range(len(table))):
        moved = list(table)
        moved[place], moved[other] = moved[place] + step, moved[other] - step
        if other != place and min(moved) >= 0 and shown(tuple(moved), fewest) == shown(table, fewest):
            return True
    return False


@given(table=TABLES, fewest=st.integers(2, 12))
def test_a_total_that_is_known_by_other_means_does_not_give_a_hidden_count_away(table: Table, fewest: int) -> None:
    """The total stands in another view, exactly: taking the shown counts from it must not leave a small one."""
    for place, count in enumerate(table):
        if 0 < count < fewest:
            assert another(table, place, fewest), f"{table} is shown as {shown(table, fewest)}"


@given(table=TABLES, fewest=st.integers(2, 12))
def test_what_is_said_is_true(table: Table, fewest: int) -> None:
    for count, label in zip(table, shown(table, fewest)[1:], strict=True):
        if isinstance(label, Hidden):
            assert label.label is not Label.FEW or count < fewest
            assert label.label is not Label.MORE or count >= fewest
        else:
            assert label == count
            assert count == 0 or count >= fewest


def test_large_counts_and_nothing_at_all_are_shown_as_they_are() -> None:
    assert shown((20, 6, 5)) == (31, 20, 6, 5)
    assert shown((0, 0)) == (0, 0, 0)


@given(table=TABLES)
def test_to_who_may_open_the_rows_nothing_is_hidden(table: Table) -> None:
    assert shown(table, EXACT) == (sum(table), *table)


def test_a_part_that_is_hidden_hides_what_it_consists_of() -> None:
    assert set(protected(FEW, {"price": 1, "papers": 2}).parts.values()) == {UNTOLD}


@pytest.mark.parametrize(
    ("counts", "sum_"), [((7, 6), 13), ((7, UNTOLD), MORE), ((FEW, 0), UNTOLD), ((MORE, FEW), MORE), ((), 0)]
)
def test_a_sum_says_no_more_than_its_parts(counts: tuple[int | Hidden, ...], sum_: int | Hidden) -> None:
    assert together(counts) == sum_


def test_a_count_without_a_total_is_hidden_when_it_is_small() -> None:
    assert [alone(count) for count in (0, 1, 4, 5)] == [0, FEW, FEW, 5]
