"""Laws that every form keeps, found by walking the registry: a form that is added is tested at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import calendar, turn
from bot.core.form import Doubt, Form, Kept, Option, Refused, Said, walk
from bot.core.gatherings import attendance, households, place
from bot.core.office_questions import deadline, document, groups, units
from bot.core.people import Asker, Membership, Role
from bot.core.questions import choice, count, fraction, moment, period, photos, quantity, several, text
from bot.core.reading.unit_lists import Unit
from bot.core.turn import FormState
from handlers import SUBJECTS

FORMS = {subject.dialogue.form.name: subject.dialogue.form for subject in SUBJECTS if subject.dialogue}
NOON = datetime(2021, 3, 24, 12, 0, tzinfo=calendar.ZONE)
FRUIT = (Option("a", "Táo"), Option("b", "Bưởi"), Option("c", "Bưởi da xanh"))


def fruit(_kept: Any, _look: Any) -> Sequence[Option]:
    return FRUIT


def tomorrow(_kept: Any, _look: Any) -> str:
    return "2021-03-25"


def ward_units(_kept: Any, _look: Any) -> Sequence[Unit]:
    return [Unit("CB01", "Chi bộ 01", "party_cell"), Unit("CB02", "Chi bộ 02", "a"), Unit("CAP", "Công an", "b")]


KINDS = Form(
    "kinds",
    (
        choice("one", fruit),
        moment("when"),
        text("words", longest=200),
        attendance("there"),
        count("number"),
        households("homes"),
        place("where", longest=200),
        quantity("much", optional=True),
        fraction("part"),
        period("while", optional=True),
        several("some", fruit),
        photos("pictures"),
        text("place", longest=200, offers=fruit),
        several("others", fruit, offers=fruit),
        document("paper"),
        deadline("until", earliest=tomorrow),
        units("units", ward_units, offers=fruit),
        groups("came"),
    ),
)
AS_TYPED = [
    "1",
    "2",
    "9",
    "táo",
    "buoi",
    "bưởi",
    "hqua",
    "7h",
    "19h30 tối qua",
    "31/2",
    "mùng 10 tháng 3",
    "35 ng",
    "gặp 12 hộ, đồng ý 9, băn khoăn 3: giá 2",
    "20 hộ",
    "46 hộ",
    "43/46 hộ",
    "43 trên 46",
    "1.200",
    "😀",
    "tu nay den het nam",
    "quý 2",
    "ca nam",
    "12 nq cb",
    "10 ngay lam viec",
    "cb1, cb2",
    "công an",
    "bi thu 21/21",
    "Ban Chấp hành 97,5%; Tổ trưởng 12 trên 13",
]
WORDS = st.one_of(st.text(max_size=60), st.sampled_from(AS_TYPED))
MOVES = {"back": turn.back, "keep": turn.keep, "skip": turn.skip, "done": turn.close_collection}
STEPS = st.sampled_from(["say", "back", "skip", "done", "keep"])


@given(words=WORDS)
@settings(max_examples=400, deadline=None)
def test_what_is_heard_is_accepted_unchanged_and_stays_so(words: str) -> None:
    said = Said(at=NOON, text=words)
    for question in KINDS.questions:
        heard = question.hear(said, {}, None)
        values = heard.options if isinstance(heard, Doubt) else (heard.value,) if isinstance(heard, Kept) else ()
        for value in values:
            accepted = question.accept(value, {}, None)
            assert isinstance(accepted, Refused) or accepted == Kept(value)
            if isinstance(accepted, Kept):
                assert question.accept(accepted.value, {}, None) == accepted
                assert str(question.show(value, {}, None))


@given(
    words=st.lists(WORDS, max_size=12),
    steps=st.lists(STEPS, max_size=30),
)
@settings(max_examples=300, deadline=None)
def test_any_walk_survives_a_restart_after_every_step(words: list[str], steps: list[str]) -> None:
    state, said = FormState(form="kinds", draft="D"), iter(words)
    for step in steps:
        before = state
        state = take(step, state, next(said, "táo"))
        again = FormState.from_json(state.to_json())
        assert again.given == state.given
        assert walk(KINDS, again.given, None) == walk(KINDS, state.given, None)
        assert isinstance(before, FormState)


def take(step: str, state: FormState, words: str) -> FormState:
    if step == "say":
        files = ("photo-1",) if words == "😀" else ()
        moved = turn.answer(KINDS, state, None, Said(at=NOON, text=words, files=files))
    else:
        moved = MOVES[step](KINDS, state, None)
    return moved if isinstance(moved, FormState) else state


@given(words=st.lists(WORDS, min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_going_back_and_keeping_the_old_answer_changes_nothing(words: list[str]) -> None:
    state = FormState(form="kinds", draft="D")
    for one in words:
        state = take("say", state, one)
    reopened = turn.back(KINDS, state, None)
    if isinstance(reopened, Refused):
        return
    kept = turn.keep(KINDS, reopened, None)
    assert isinstance(kept, FormState)
    # A doubt that was open is given up by going back; everything answered is as before.
    assert walk(KINDS, kept.given, None).kept == walk(KINDS, state.given, None).kept


def test_a_skipped_value_and_a_reopened_one_do_not_mix() -> None:
    state = FormState(form="kinds", draft="D", given={"one": {"value": "a", "raw": "táo"}})
    reopened = turn.reopen(turn.reopen(state, "one"), "one")
    assert turn.keep(KINDS, reopened, None) == state


def test_a_doubt_is_resolved_by_number_by_label_and_by_button() -> None:
    doubtful = take("say", FormState(form="kinds", draft="D", given={"one": {"value": "a", "raw": ""}}), "hqua 7h")
    assert doubtful.given["when"]["doubt"] == ["2021-03-23T07:00", "2021-03-23T19:00"]
    for said in (Said(at=NOON, text="2"), Said(at=NOON, text="19:00"), Said(at=NOON, value="?1")):
        resolved = turn.answer(KINDS, doubtful, None, said)
        assert isinstance(resolved, FormState)
        assert resolved.given["when"]["value"] == "2021-03-23T19:00"


@pytest.mark.parametrize("name", FORMS)
def test_every_button_of_every_form_fits_the_narrowest_platform(name: str) -> None:
    for question in FORMS[name].questions:
        longest = f"q|{'X' * 12}|{question.key}|{'X' * 26}"
        assert len(longest.encode()) <= 64, f"{name}.{question.key}: its buttons would be {len(longest)} bytes"


@pytest.mark.parametrize("name", FORMS)
def test_keys_are_unique(name: str) -> None:
    keys = [question.key for question in FORMS[name].questions]
    assert len(keys) == len(set(keys))


def test_a_role_that_has_a_menu_may_use_all_of_it() -> None:
    from handlers.house.menu import MENUS

    commands = {command.name: command for subject in SUBJECTS for command in subject.commands}
    for role, names in MENUS.items():
        assert all(role in commands[name].roles for name in names)


def test_an_asker_without_the_role_is_no_resident() -> None:
    membership = Membership(membership_id="M", role=Role.LEADER, unit_id="PPL", unit_name="Phường")
    asker = Asker(person_id="P", name="A", active=membership, memberships=(membership,))
    assert asker.role is Role.LEADER
    assert asker.scope == "PPL"


SEVERAL = Form(
    "several",
    (choice("first", fruit), choice("second", fruit), photos("pictures", most=3), several("some", fruit)),
)


def filled(*steps: tuple[str, str]) -> FormState:
    """A state at the question of several, then what is done there."""
    answered = {"first": {"value": "a", "raw": ""}, "second": {"value": "b", "raw": ""}}
    state = FormState(form="several", draft="D", given=answered)
    for step, words in steps:
        files = tuple(words.split()) if step == "files" else ()
        said = Said(at=NOON, text="" if files else words, files=files)
        moved = MOVES[step](SEVERAL, state, None) if step in MOVES else turn.answer(SEVERAL, state, None, said)
        state = moved if isinstance(moved, FormState) else state
    return state


def test_no_more_after_something_was_collected_means_that_is_all() -> None:
    assert filled(("files", "p1 p2"), ("skip", "")).given["pictures"] == {"value": ["p1", "p2"], "raw": ""}


def test_going_back_from_a_collection_keeps_what_was_collected() -> None:
    state = filled(("files", "p1 p2"), ("back", ""), ("keep", ""), ("keep", ""))
    assert state.given["pictures"]["value"] == ["p1", "p2"]


def test_one_too_many_is_refused_alone() -> None:
    state = filled(("files", "p1 p2"), ("files", "p3 p4"), ("files", "p3"))
    assert state.given["pictures"]["value"] == ["p1", "p2", "p3"]


def test_a_doubt_within_a_collection_loses_nothing_of_it() -> None:
    state = filled(("skip", ""), ("say", "táo"), ("say", "táo, da xanh"), ("done", ""))
    assert state.given["some"]["value"] == ["a", "c"]
    doubtful = filled(("skip", ""), ("say", "táo"), ("say", "bu"), ("say", "2"), ("done", ""))
    assert doubtful.given["some"]["value"][0] == "a"


def test_the_same_thing_named_twice_is_collected_once() -> None:
    assert filled(("skip", ""), ("say", "táo, a, táo"), ("say", "táo"), ("done", "")).given["some"]["value"] == ["a"]


def test_what_was_missing_is_read_together_with_what_was_said() -> None:
    state = take("say", FormState(form="kinds", draft="D", given={"one": {"value": "a", "raw": ""}}), "7h hôm qua")
    assert "doubt" in state.given["when"]
    assert take("say", state, "tối").given["when"]["value"] == "2021-03-23T19:00"
