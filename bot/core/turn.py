"""The conversation kernel: a state and something said give the next state. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.form import (
    Answers,
    Doubt,
    Entry,
    Form,
    Json,
    Kept,
    Look,
    Refused,
    Said,
    Walked,
    changeable,
    is_pending,
    walk,
)
from bot.core.reading.options import pick
from bot.core.reading.result import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """A form being filled: its name, the draft's unique id, and what was said."""

    form: str
    draft: str
    given: Mapping[str, Entry] = field(default_factory=dict)
    acting: str = ""  # the membership in which it was opened; a form never changes hands

    def to_json(self) -> dict[str, Json]:
        """As stored."""
        return {"form": self.form, "draft": self.draft, "given": dict(self.given), "acting": self.acting}

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> FormState:
        """The inverse of `to_json`."""
        return FormState(
            form=stored["form"], draft=stored["draft"], given=stored["given"], acting=stored.get("acting", "")
        )


def answer(form: Form, state: FormState, look: Look, said: Said) -> FormState | Refused:
    """Put something said to the question that waits."""
    walked = walk(form, state.given, look)
    if walked.question is None:
        return Refused("nothing_asked")
    entry = state.given.get(walked.question.key, {})
    resolved = _resolve_doubt(entry, said, walked, look)
    heard = resolved or walked.question.hear(said, walked.kept, look)
    if isinstance(heard, Refused):
        return heard
    now = _entry_of(heard, said, entry, walked.question.collects)
    if walked.question.collects and isinstance(heard, Kept):
        held = walked.question.accept(now["value"], walked.kept, look)
        if isinstance(held, Refused):  # one too many is refused alone; what was collected stays
            return held
    return _remember(state, walked.question.key, now)


def _resolve_doubt(entry: Entry, said: Said, walked: Walked, look: Look) -> Kept | None:
    question = walked.question
    if "doubt" not in entry or question is None:
        return None
    options = entry["doubt"]
    if said.value is not None:
        return next((Kept(option) for option in options if doubt_value(options, option) == said.value), None)
    shown = [((index,), str(question.show(option, walked.kept, look))) for index, option in enumerate(options)]
    chosen = pick(said.text, shown)
    if isinstance(chosen, Value):
        return Kept(options[chosen.value[0]])
    # "7h hôm qua" … "tối": what was missing is read together with what was said before.
    together = question.hear(replace(said, text=f"{entry['raw']} {said.text}"), walked.kept, look)
    return together if isinstance(together, Kept) and together.value in options else None


def doubt_value(options: list[Json], option: Json) -> str:
    """The value that a doubt's button carries: its place in the list of meanings."""
    return f"?{options.index(option)}"


def _entry_of(heard: Kept | Doubt, said: Said, before: Entry, collects: bool) -> Entry:
    if isinstance(heard, Doubt):
        earlier = {key: before[key] for key in ("was", "value") if key in before}
        return {"doubt": list(heard.options), "raw": said.text, **earlier}
    if collects:
        return {"value": _collected(before, heard.value), "open": True}
    return {"value": heard.value, "raw": said.text}


def _collected(before: Entry, more: list[Json]) -> list[Json]:
    already = before.get("value") or (before.get("was") or {}).get("value") or []
    return list(dict.fromkeys([*already, *more]))


def close_collection(form: Form, state: FormState, look: Look) -> FormState | Refused:
    """The person says that it is all; nothing collected counts as skipped."""
    question = walk(form, state.given, look).question
    if question is None or not question.collects:
        return Refused("nothing_to_close")
    entry = state.given.get(question.key, {})
    value = entry.get("value") or (entry.get("was") or {}).get("value")
    if not value and not question.optional:
        return Refused("not_optional")
    return _remember(state, question.key, {"value": value, "raw": ""} if value else {"skipped": True})


def forgetting(form: Form, state: FormState, kept: Answers, look: Look) -> FormState:
    """The state without the secret answers to questions that no longer apply."""
    gone = {question.key for question in form.questions if question.secret and not question.when(kept, look)}
    return replace(state, given={key: entry for key, entry in state.given.items() if key not in gone})


def skip(form: Form, state: FormState, look: Look) -> FormState | Refused:
    """Leave the question that waits unanswered, where it may be."""
    question = walk(form, state.given, look).question
    if question is None or not question.optional:
        return Refused("not_optional")
    if state.given.get(question.key, {}).get("value"):  # "no more" after something was collected: that is all
        return close_collection(form, state, look)
    return _remember(state, question.key, {"skipped": True})


def back(form: Form, state: FormState, look: Look) -> FormState | Refused:
    """Reopen the question before the one that waits."""
    walked = walk(form, state.given, look)
    keys = changeable(form, state.given, walked.kept)
    if not keys:
        return Refused("first_question")
    given = dict(state.given)
    if walked.question is not None and is_pending(given.get(walked.question.key, {})):
        _settle_pending(given, walked.question.key)
    return reopen(replace(state, given=given), keys[-1])


def _settle_pending(given: dict[str, Entry], key: str) -> None:
    """Leaving a question that waits keeps what it had: its old answer, or what was collected so far."""
    entry = given.pop(key)
    if entry.get("value"):
        given[key] = {"was": {"value": entry["value"], "raw": ""}}
    elif entry.get("was"):
        given[key] = entry["was"]


def reopen(state: FormState, key: str) -> FormState:
    """Ask one question again; its old answer is kept until a new one replaces it."""
    before = state.given.get(key, {})
    return _remember(state, key, {"was": before.get("was", before)})


def keep(form: Form, state: FormState, look: Look) -> FormState | Refused:
    """Let a reopened question have its old answer."""
    question = walk(form, state.given, look).question
    entry = state.given.get(question.key, {}) if question else {}
    if question is None or not entry.get("was"):
        return Refused("nothing_to_keep")
    return _remember(state, question.key, entry["was"])


def _remember(state: FormState, key: str, entry: Entry) -> FormState:
    return replace(state, given={**state.given, key: entry})
