"""The table of the life of a model, walked: every state is reached, every end is one, nobody may do another's step."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from bot.core.model_life import (
    BY_NAME,
    ITEMS,
    JUDGES,
    LATER,
    OWNER,
    STEPS,
    State,
    missing_items,
    next_level,
    steps_for,
    waiting_for,
)
from bot.core.people import Role

FIRST = State.SUBMITTED
ENDS = {State.ARCHIVED, State.WITHDRAWN}
MIGRATION = Path(__file__).parents[2] / "storage" / "migrations" / "0001_first_light.sql"


def reached_from(state: State) -> set[State]:
    """Everywhere that a model can still come."""
    found, new = {state}, {state}
    while new:
        new = {step.target(old) for old in new for step in STEPS if old in step.origins} - found
        found |= new
    return found


def test_every_state_can_be_reached_from_a_registration() -> None:
    assert reached_from(FIRST) == set(State)


@pytest.mark.parametrize("state", State)
def test_a_model_stops_only_at_an_end(state: State) -> None:
    onward = {step.target(state) for step in STEPS if state in step.origins} - {state}
    assert (not onward) == (state in ENDS)
    assert state in ENDS or reached_from(state) & ENDS


def test_the_database_knows_the_same_states() -> None:
    sql = MIGRATION.read_text(encoding="utf-8")
    allowed = sql.split("state               TEXT NOT NULL CHECK (state IN (")[1].split("))")[0]
    assert {word.strip(" '\n") for word in allowed.split(",")} == set(State)


@pytest.mark.parametrize(("role", "state"), list(product(Role, State)))
def test_a_role_is_offered_exactly_what_the_table_allows(role: Role, state: State) -> None:
    offered = {step.name for step in steps_for(role, state)}
    assert offered == {step.name for step in STEPS if role in step.by and state in step.origins and not step.level}
    assert not offered or role in OWNER | JUDGES


def test_an_owner_never_judges_and_a_judge_never_acts_for_the_owner() -> None:
    assert not OWNER & JUDGES
    assert all(step.by <= OWNER or step.by <= JUDGES for step in STEPS)


def test_whatever_goes_against_the_owner_says_why_and_is_told() -> None:
    for step in STEPS:
        if step.by <= JUDGES:
            assert step.told
        if step.to in {State.NEEDS_CHANGES, State.NOT_RECOGNIZED, State.RECOGNIZED, State.WITHDRAWN}:
            assert step.reason, step.name


def test_only_what_adds_may_keep_the_state() -> None:
    assert {step.name for step in STEPS if step.to is None} == {"supplement", "evidence", "replicate"}
    assert len(BY_NAME) == len(STEPS)


def test_what_waits_for_whom() -> None:
    assert waiting_for(Role.OFFICER) == (State.SUBMITTED, State.SELF_ASSESSED)
    assert waiting_for(Role.LEADER) == (State.SELF_ASSESSED,)
    assert waiting_for(Role.SECRETARY) == ()
    assert waiting_for(Role.ADMIN) == ()


def test_ten_items_of_which_six_come_later() -> None:
    assert len(ITEMS) == len(set(ITEMS)) == 10
    assert set(LATER) < set(ITEMS)
    assert missing_items({}) == ITEMS
    assert missing_items(dict.fromkeys(set(ITEMS) - set(LATER), "x")) == LATER


def test_a_level_is_raised_once_and_only_from_below() -> None:
    raised = BY_NAME["raise"]
    assert raised.fits(State.RECOGNIZED, "ward")
    assert not raised.fits(State.RECOGNIZED, "city")
    assert not raised.fits(State.RECOGNIZED, None)
    assert next_level("ward") == "city"
