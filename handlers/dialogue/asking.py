"""How a form's questions, doubts, refusals and review card are put into words and buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.form import Entry, Form, Json, Option, Question, Refused, Walked, changeable, progress
from bot.core.message import Choice, Outbound
from bot.core.questions import MOST_LISTED, Shown
from bot.core.turn import FormState, doubt_value
from handlers.dialogue.visit import Visit
from handlers.subject import Dialogue


def prompt(visit: Visit, form: Form, state: FormState, walked: Walked, look: object, before: str = "") -> Outbound:
    """The question that waits, with its choices and what is always within reach."""
    question = walked.question
    assert question is not None
    entry = state.given.get(question.key, {})
    if "doubt" in entry:
        return _ask_doubt(visit, form, state, walked, look, before)
    number, total = progress(form, walked, look)
    ask = visit.say(f"{form.name}.{question.key}.ask", look=look, given=walked.kept)
    so_far = _so_far(visit, question, entry, walked, look)
    asked = so_far if "open" in entry else ask
    numbered = (
        f"{asked} {visit.say('form.progress', number=number, total=total)}"
        if total > 2 and not question.fixed
        else asked
    )
    was = so_far if "was" in entry else ""
    return visit.reply(
        "\n".join(part for part in (before, numbered, was) if part),
        _choices(
            state, question, [option for option in question.options(walked.kept, look) if _offered(option, entry)]
        ),
        controls(visit, form, state, walked) if visit.asker or state.given else (),
        supersedes=f"collect:{state.draft}" if entry.get("open") and not before else "",
    )


def _offered(option: Option, entry: Entry) -> bool:
    """An earlier answer is offered until there is one."""
    return not (option.button and "open" in entry)


def _choices(state: FormState, question: Question, options: Sequence[Option]) -> list[Choice]:
    if len(options) > MOST_LISTED:
        return []
    return [
        Choice(label=option.button or option.label, data=f"q|{state.draft}|{question.key}|{option.value}")
        for option in options
    ]


def _ask_doubt(visit: Visit, form: Form, state: FormState, walked: Walked, look: object, before: str) -> Outbound:
    question = walked.question
    assert question is not None
    entry = state.given[question.key]
    shown = [in_words(visit, question, option, walked, look) for option in entry["doubt"]]
    choices = [
        Choice(label=label, data=f"q|{state.draft}|{question.key}|{doubt_value(entry['doubt'], option)}")
        for label, option in zip(shown, entry["doubt"], strict=True)
    ]
    asked = visit.say("form.doubt", raw=entry["raw"], shown=shown)
    text = f"{before}\n{asked}" if before else asked
    return visit.reply(text, choices, controls(visit, form, state, walked))


def _so_far(visit: Visit, question: Question, entry: Entry, walked: Walked, look: object) -> str:
    value = entry.get("value") if "open" in entry else entry.get("was", {}).get("value")
    if value is None:
        return ""
    shown = in_words(visit, question, value, walked, look)
    return visit.say("form.so_far" if "open" in entry else "form.was", shown=shown)


def in_words(visit: Visit, question: Question, value: Json, walked: Walked, look: object) -> str:
    """A canonical value as a person reads it."""
    if value is None:
        return visit.say("form.skipped")
    shown = question.show(value, walked.kept, look)
    if not isinstance(shown, Shown):
        return str(shown)
    parts = dict(shown.parts)
    if "weekday" in parts:
        parts["weekday"] = visit.say(f"common.weekday.{parts['weekday']}")
    return visit.say(f"form.shown.{question.kind}", **{"hour": "", "people": None, "households": None, **parts})


def controls(visit: Visit, form: Form, state: FormState, walked: Walked) -> list[Choice]:
    """Back, skip, that is all, keep the old answer, cancel: those that mean something now."""
    question = walked.question
    assert question is not None
    entry = state.given.get(question.key, {})
    names = []
    if "open" in entry or (question.collects and entry.get("was", {}).get("value")):
        names.append("done")
    elif entry.get("was"):
        names.append("keep")
    if changeable(form, state.given, walked.kept):
        names.append("back")
    if question.optional and "open" not in entry:
        names.append("skip")
    return [
        Choice(label=visit.say(f"form.control.{name}"), data=f"k|{state.draft}|{question.key}|{name}")
        for name in (*names, "cancel")
    ]


def refusal(visit: Visit, form: Form, question: Question | None, refused: Refused) -> str:
    """Why an answer can't be taken: the form's own sentence for it, or the one that all forms share."""
    own = f"{form.name}.{question.key if question else ''}.refused.{refused.reason}"
    texts = visit.desk.texts
    kind = f"form.refused.{question.kind if question else ''}.{refused.reason}"
    return visit.say(texts.first(own, kind, f"form.refused.{refused.reason}"), **refused.values)


def review(visit: Visit, dialogue: Dialogue, state: FormState, walked: Walked, look: object) -> Outbound:
    """One card with every value, and what can be done with it."""
    form = dialogue.form
    lines = [
        visit.say(f"{form.name}.title", look=look, given=walked.kept),
        *(card_line(visit, form, key, walked, look) for key in walked.kept),
        dialogue.preview(visit, walked.kept, look),
    ]
    choices = [_review_choice(visit, form, state, name) for name in ("send", "edit", "later")]
    cancel = Choice(label=visit.say("form.control.cancel"), data=f"k|{state.draft}||cancel")
    return visit.reply("\n".join(line for line in lines if line), choices, [cancel])


def _review_choice(visit: Visit, form: Form, state: FormState, name: str) -> Choice:
    own = visit.desk.texts.first(f"{form.name}.review.{name}", f"form.review.{name}")
    return Choice(label=visit.say(own), data=f"r|{state.draft}|{name}")


def card_line(visit: Visit, form: Form, key: str, walked: Walked, look: object) -> str:
    """One value of the card with its name."""
    question = form.question(key)
    assert question is not None
    label = visit.say(f"{form.name}.{key}.label")
    return visit.say("form.card_line", label=label, shown=in_words(visit, question, walked.kept[key], walked, look))


def which_to_edit(visit: Visit, form: Form, state: FormState, walked: Walked) -> Outbound:
    """The values as a list to choose from."""
    choices = [
        Choice(label=visit.say(f"{form.name}.{key}.label"), data=f"e|{state.draft}|{key}")
        for key in changeable(form, state.given, walked.kept)
    ]
    back = Choice(label=visit.say("form.control.card"), data=f"r|{state.draft}|card")
    return visit.reply(visit.say("form.which_to_edit"), choices, [back])
