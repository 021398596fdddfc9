"""What is going on with one person in one chat, as stored between two turns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.message import Choice, Outbound
from bot.core.turn import FormState
from storage import conversations
from storage.database import Tx

MOST_PARKED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The open form, those put aside, what was offered last, and as whom the person acts."""

    form: FormState | None = None
    parked: tuple[FormState, ...] = ()
    cancelled: FormState | None = None  # can still be taken back
    offered: tuple[Choice, ...] = ()  # so that a typed number or label works everywhere
    latest: bool = False  # what is offered stands in the last message that we wrote
    active: str = ""  # membership id

    @property
    def waiting(self) -> FormState | None:
        """The open form, else the one put aside last."""
        return self.form or next(iter(self.parked), None)

    def opening(self, state: FormState) -> Conversation:
        """Another form is opened; the one that was open is put aside."""
        aside = tuple(form for form in (self.form, *self.parked) if form and form.draft != state.draft)
        return replace(self, form=state, parked=aside[:MOST_PARKED])

    def closing(self, acting: str) -> Conversation:
        """The open form is done; the one put aside last by the same membership comes back."""
        return replace(self, form=None).taking_up(acting)

    def taking_up(self, acting: str) -> Conversation:
        """The form put aside last by a membership is open again, if no other form is."""
        following = next((form for form in self.parked if form.acting in ("", acting)), None)
        if self.form is not None or following is None:
            return self
        return replace(self, form=following, parked=tuple(form for form in self.parked if form is not following))

    def to_json(self) -> str:
        """As stored."""
        stored: dict[str, Any] = {"offered": [[choice.label, choice.data] for choice in self.offered]}
        if self.latest:
            stored["latest"] = True
        if self.form:
            stored["form"] = self.form.to_json()
        if self.parked:
            stored["parked"] = [form.to_json() for form in self.parked]
        if self.cancelled:
            stored["cancelled"] = self.cancelled.to_json()
        if self.active:
            stored["active"] = self.active
        return json.dumps(stored, ensure_ascii=False)

    @staticmethod
    def from_json(text: str | None) -> Conversation:
        """The inverse of `to_json`; nothing stored is a new conversation."""
        stored = json.loads(text) if text else {}
        return Conversation(
            form=_form(stored.get("form")),
            parked=tuple(FormState.from_json(form) for form in stored.get("parked", ())),
            cancelled=_form(stored.get("cancelled")),
            offered=tuple(Choice(label=label, data=data) for label, data in stored.get("offered", ())),
            latest=stored.get("latest", False),
            active=stored.get("active", ""),
        )


def _form(stored: Any) -> FormState | None:
    return FormState.from_json(stored) if stored else None


def offering(conversation: Conversation, replies: Sequence[Outbound]) -> Conversation:
    """Remember the choices of the last message that had any, and whether something was said after it."""
    if not replies:
        return conversation
    last = next((reply.choices for reply in reversed(replies) if reply.choices), conversation.offered)
    return replace(conversation, offered=last, latest=bool(replies[-1].choices))


def offer(tx: Tx, message: Outbound, sender: str) -> None:
    """Remember, for a message that nobody asked for, what it offers: its choices can be typed too."""
    address = message.address
    stored = conversations.load(tx, address.channel, address.chat, sender)
    conversation = offering(Conversation.from_json(stored), [message])
    conversations.save(tx, address.channel, address.chat, sender, conversation.to_json())
