"""A form is a flat table of questions; its state is what the person said; everything else is computed by `walk`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.core.message import Spot

Json = Any
"""A canonical value as JSON: a code, an ISO day, a number, a list or table of those."""

Answers = Mapping[str, Json]
"""Accepted canonical values by question; None where the question was skipped."""

Look = Any
"""What a form may look at, fetched by its subject before the walk; each subject has its own type."""

Entry = Mapping[str, Json]
"""What was said to one question: {value, raw} · {skipped} · {doubt, raw} · {value, open} · {was}."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer understood: the canonical value."""

    value: Json


@dataclass(frozen=True, slots=True)
class Doubt:
    """An answer with several meanings, canonical values all: the person is asked which."""

    options: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that can't be taken: a value for the person, with the key of the sentence that says why."""

    reason: str
    values: Mapping[str, Json] = field(default_factory=dict)


Heard = Kept | Doubt | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person put to a question: words, the value of a button, files in our keeping, or a place on the map."""

    at: datetime  # local; relative days are read from it
    text: str = ""
    value: str | None = None
    files: tuple[str, ...] = ()
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to a choice."""

    value: str
    label: str
    words: tuple[str, ...] = ()  # what else people call it; identifiers are never matched against words
    button: str = ""  # what its button says where that is not the label


def always(_kept: Answers, _look: Look) -> bool:
    """A question that is always asked."""
    return True


def no_options(_kept: Answers, _look: Look) -> tuple[Option, ...]:
    """A question without a list of answers."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `hear` turns words into a canonical value; `accept` holds a canonical value against the present.

    The law: accept(accept(x)) == accept(x), and what hear keeps, accept returns unchanged or refuses.
    `when` sees the answers so far; an answer still missing must count as "can still apply".
    """

    key: str
    kind: str
    hear: Callable[[Said, Answers, Look], Heard]
    accept: Callable[[Json, Answers, Look], Heard]
    show: Callable[[Json, Answers, Look], Json]  # what the texts get to show the value
    options: Callable[[Answers, Look], Sequence[Option]] = no_options
    when: Callable[[Answers, Look], bool] = always
    optional: bool = False
    collects: bool = False  # goes on until the person says that it is all
    echo: bool = False  # show at once how it was understood
    secret: bool = False  # its answer is dropped as soon as the question no longer applies; see Form.secretive
    fixed: bool = False  # what the form is about: set when it is opened, never asked, gone back to or changed


@dataclass(frozen=True, slots=True)
class Form:
    """A named, ordered table of questions."""

    name: str
    questions: tuple[Question, ...]

    @property
    def secretive(self) -> bool:
        """Whether what is said while it is open stays only in the form itself and in what becomes of it."""
        return any(question.secret for question in self.questions)

    def question(self, key: str) -> Question | None:
        """The question with this key, if the form (still) has it."""
        return next((question for question in self.questions if question.key == key), None)


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a form stands: what holds so far, and the question it waits for (None when complete)."""

    kept: Answers
    question: Question | None
    refused: Refused | None = None  # the stored answer to that question no longer holds


def walk(form: Form, given: Mapping[str, Entry], look: Look) -> Walked:
    """The whole engine: the state of a form is a fold over what was said."""
    kept: dict[str, Json] = {}
    for question in form.questions:
        if not question.when(kept, look):
            continue
        entry = given.get(question.key)
        if entry is None or is_pending(entry):
            return Walked(kept, question)
        if entry.get("skipped"):
            kept[question.key] = None
            continue
        heard = question.accept(entry["value"], kept, look)
        if not isinstance(heard, Kept):
            return Walked(kept, question, heard if isinstance(heard, Refused) else None)
        kept[question.key] = heard.value
    return Walked(kept, None)


def changeable(form: Form, given: Mapping[str, Entry], kept: Answers) -> list[str]:
    """The answers that a person can go back to, in their order."""
    return [
        question.key
        for question in form.questions
        if question.key in kept and question.key in given and not question.fixed
    ]


def is_pending(entry: Entry) -> bool:
    """Whether the question is still waiting for (the rest of) its answer."""
    return "doubt" in entry or "open" in entry or "was" in entry


def progress(form: Form, walked: Walked, look: Look) -> tuple[int, int]:
    """(number of the question asked, how many can apply), counting only those that still can."""
    applying = [question for question in form.questions if not question.fixed and question.when(walked.kept, look)]
    number = next((index for index, question in enumerate(applying, 1) if question is walked.question), len(applying))
    return number, len(applying)
