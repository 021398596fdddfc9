"""What a subject brings: a form, commands, buttons and jobs. A new subject is a file and a line in `SUBJECTS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.form import Answers, Entry, Form, Look
from bot.core.job import Chore, Job
from bot.core.message import Outbound
from bot.core.people import Role
from handlers.dialogue.visit import Desk, Visit
from storage.database import Tx
from storage.outbox import Parcel

Given = Mapping[str, Entry]
Replies = list[Outbound]
Prefill = Callable[[Tx, Visit, str], "Given | Outbound | None"]
EVERYBODY = frozenset(Role)


def look_at_nothing(_tx: Tx, _visit: Visit, _given: Given) -> Look:
    """For a form that needs to know nothing."""
    return None


def nothing_more(_visit: Visit, _answers: Answers, _look: Look) -> str:
    """No lines of its own on the review card."""
    return ""


def never_decided(_answers: Answers) -> bool:
    """Only the card decides."""
    return False


def no_prefill(_tx: Tx, _visit: Visit, _text: str) -> Given | None:
    """No message is this form as a whole."""
    return None


def always_ready(_look: Look) -> str:
    """Nothing stands in the way."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A form to be opened, with what is known of it already: what it is about, and values to be changed."""

    form: str
    given: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A form and what belongs to it.

    `look` fetches what the form may look at, and is given the answers named in `looks_at` and no others;
    `unready` names the sentence that says why the form can't be filled at all now;
    `finish` writes the rows and returns the replies, sending nothing, or names the form to which the answers lead;
    `prefill` reads a whole form out of one message, or says that it is none, or answers it where there is nothing to
    fill in yet; `preview` adds lines to the review card; `reviewed` is False where the last answer already is the
    decision, and `decided` says of which answers that is so (nothing is to be written, so there is no card to confirm);
    `unsigned` says of which answers the audit does not keep who gave them.
    """

    form: Form
    finish: Callable[[Tx, Visit, Answers], Replies | Opening]
    look: Callable[[Tx, Visit, Given], Look] = look_at_nothing
    looks_at: tuple[str, ...] = ()
    unready: Callable[[Look], str] = always_ready
    preview: Callable[[Visit, Answers, Look], str] = nothing_more
    prefill: Prefill = no_prefill
    roles: frozenset[Role] = EVERYBODY
    strangers: bool = False
    reviewed: bool = True
    decided: Callable[[Answers], bool] = never_decided
    unsigned: Callable[[Answers], bool] = never_decided
    whole_from: int = 4  # a message of fewer words is an answer, not a whole form


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to ask for by name: `/name`, or its words without accents. `opens` is a form, or `run` answers."""

    name: str
    words: tuple[str, ...] = ()
    roles: frozenset[Role] = EVERYBODY
    opens: str = ""
    run: Callable[[Tx, Visit], Replies] | None = None
    always: bool = False  # understood at any moment, also from somebody who holds no role
    plain: bool = False  # its words are never meant as the answer to a question: "menu"


Press = Callable[[Tx, Visit, Sequence[str]], Replies | Opening]
"""A button outside forms: the parts of its data after the prefix. It answers, or opens a form."""

Hear = Callable[[Tx, Visit, str], Replies | Opening | None]
"""Free words while no form is open: an answer, a form to open, or None when they are not of this subject."""


Renew = Callable[[Desk, Tx, Parcel, int], Outbound | int | None]
"""A reminder looked at again as it leaves: what it says now, when it may go, or that it need not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing that the bot can talk about."""

    name: str
    dialogue: Dialogue | None = None
    commands: tuple[Command, ...] = ()
    buttons: Mapping[str, Press] = field(default_factory=dict)
    hears: Hear | None = None
    anybody: frozenset[str] = frozenset()  # the buttons that also work for somebody who holds no role
    renews: Mapping[str, Renew] = field(default_factory=dict)  # by the first word of what a reminder is about
    jobs: Callable[[Desk], tuple[Job, ...]] = lambda _desk: ()
    chores: Callable[[Desk], tuple[Chore, ...]] = lambda _desk: ()
