"""What a person means: a command, a button, words for the open form, or a whole form in one message."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.message import Outbound
from bot.core.people import Role
from bot.core.reading.fold import fold
from handlers.dialogue.conversation import Conversation
from handlers.dialogue.filling import FORM_PRESSES, Filling
from handlers.dialogue.visit import POSTER, Visit
from handlers.house.menu import title_of
from handlers.people import contact
from handlers.people.claims import opened_by
from handlers.people.joining import looks_like_a_code
from handlers.people.personal_data import DROP_FORM, means_stop, stop_in_a_form
from handlers.registry import Registry
from handlers.subject import EVERYBODY, Command, Opening
from storage.database import Tx

AUDITED = frozenset({Role.OFFICER, Role.LEADER, Role.ADMIN})
"""Whose looks and presses are written down; everybody's finished forms are."""
LONGEST_BUTTON = 64
COMMAND = "c"  # how the buttons begin that give a command
RESUMES = f"{COMMAND}|tieptuc"
NUMBER_OF = re.compile(r"so \d{1,2}")  # a choice by its number, and surely nothing else
STEERING = {"huy": "cancel", "quaylai": "back", "boqua": "skip", "xong": "done"}  # commands that steer the open form


class Talk:
    """One turn with one person."""

    def __init__(self, tx: Tx, visit: Visit, registry: Registry, conversation: Conversation) -> None:
        self.tx = tx
        self.visit = visit
        self.registry = registry
        self.filling = Filling(tx, visit, registry, conversation)

    @property
    def conversation(self) -> Conversation:
        """What will be stored afterwards."""
        return self.filling.conversation

    def answer(self) -> list[Outbound]:
        """Route one act to whoever answers it."""
        inbound = self.visit.inbound
        if inbound.edited:
            return [self.visit.answer("common.edited")] if self.visit.asker else []
        if inbound.press:
            return self._press(inbound.press)
        if inbound.contact:
            return [*contact.given(self.tx, self.visit, inbound.contact), *self.filling.still_open()]
        given = self._command_in(inbound.text)
        if given and given[0].always:
            return self._always(given[0])
        if given and (inbound.text.startswith("/") or given[0].plain or not self.filling.takes(inbound.text)):
            return self._command(*given)
        if inbound.text.startswith("/") and self.visit.asker is not None:
            return [self.visit.answer("common.no_such_command", self.filling.menu()), *self.filling.still_open()]
        if claim := self._claim(inbound.text):
            return claim
        if self.conversation.form:
            return self._pushed(inbound.text) or self.filling.take_words(self.conversation.form)
        return self._outside_forms()

    def _claim(self, text: str) -> list[Outbound]:
        """ "Tôi là chủ thửa 15 tờ 3", from somebody without a code, or from a resident with more land."""
        asker, form = self.visit.asker, self.conversation.form
        if (form and form.form != "join") or not (asker is None or asker.role is Role.RESIDENT):
            return []
        opening = opened_by(text)
        if opening is None:
            return []
        self.filling.conversation = replace(self.conversation, form=None)  # whoever has no code is not asked for it
        return self.filling.open_with(opening)

    def _pushed(self, text: str) -> list[Outbound]:
        """What a message offered that came while a form was open: a notice's "Đã nhận", a reminder's button.

        Where a question was put between, as which stop is meant, a number answers that one.
        """
        if any(choice.data == DROP_FORM for choice in self.conversation.offered):
            return self._press(self.filling.offered(text)) if self.filling.offered(text) else []
        if not self._means_the_offer(fold(text)):
            return []
        data = self.filling.offered(text)
        prefix = data.partition("|")[0]
        return self._press(data) if prefix in self.registry.buttons or prefix == COMMAND else []

    def _means_the_offer(self, words: str) -> bool:
        """Whether words are about what was offered, or answer the open question.

        "Số 2" is, at any time. A bare number or a label is where the question asks for words, and only while the offer
        is the last thing that we wrote; where it has numbers of its own, they are its. Other words name an offer only
        where they can't be the answer. The line about a form that waits offers to show it: "1" is that, and sends
        nothing that its writer has not looked at.
        """
        if NUMBER_OF.fullmatch(words):
            return True
        if self.conversation.latest and [choice.data for choice in self.conversation.offered] == [RESUMES]:
            return self._is_a_label(words)
        if self.filling.waits_for_words():
            return self.conversation.latest and self._is_a_label(words)
        return not words.isdigit()

    def _outside_forms(self) -> list[Outbound]:
        text = self.visit.inbound.text
        if self.visit.asker is None:
            return self.filling.join(text)
        if whole := self.filling.take_whole(text):
            return whole
        if not self._is_a_label(text) and (heard := self._hear(text)) is not None:
            return self._open_with(heard) if isinstance(heard, Opening) else heard
        if data := self.filling.offered(text):
            return self._press(data)
        if looks_like_a_code(text):
            return self.filling.join(text)
        brought = self.visit.inbound.files or self.visit.inbound.spot
        where = "common.file_without_form" if brought else "common.not_understood"
        return [self.visit.answer(where, self.filling.menu())]

    def _is_a_label(self, text: str) -> bool:
        """Exactly the words of something offered last, or its number: not a sentence that happens to hold them."""
        words = fold(text)
        return words.isdigit() or words in {fold(choice.label) for choice in self.conversation.offered}

    def _hear(self, text: str) -> list[Outbound] | Opening | None:
        """What a subject makes of free words."""
        heard = (hear(self.tx, self.visit, text) for hear in self.registry.hearers)
        return next((one for one in heard if one is not None), None)

    def _command(self, command: Command, rest: str) -> list[Outbound]:
        if command.name == "start" and rest and not rest.startswith(POSTER):
            return self.filling.join(rest)
        if command.name in STEERING and self.conversation.form:
            return self.filling.control(STEERING[command.name])
        if self.visit.asker is None:
            return self._stranger()
        if self.visit.asker.role not in command.roles:
            refusal = self.visit.answer("common.not_for_you", self.filling.menu())
            return [refusal, *self.filling.still_open()]
        if command.name in STEERING:
            return self.filling.control(STEERING[command.name])
        if command.name == "tieptuc":
            return self.filling.resume()
        if command.opens:
            return self.filling.open(self.registry.dialogues[command.opens], rest)
        assert command.run is not None
        self._note("command", command.name, limited=command.roles != EVERYBODY)
        return [*command.run(self.tx, self.visit), *self.filling.still_open()]

    def _note(self, act: str, about: str, *, limited: bool = True) -> None:
        """What the ward's own people look at and do goes into the audit; what is everybody's does not."""
        if limited and self.visit.known.role in AUDITED:
            self.visit.note(self.tx, act, about)

    def _command_in(self, text: str) -> tuple[Command, str] | None:
        """The command that a text gives; "dung" without its accent may be "đúng", the answer to the open question."""
        given = self.registry.command_in(text, self.visit.asker.role if self.visit.asker else None)
        if given is None or text.startswith("/") or not given[0].always:
            return given
        if given[0].name == "dung" and not means_stop(text) and (not text.isascii() or self.filling.expects(text)):
            return None
        return given

    def _always(self, command: Command) -> list[Outbound]:
        """What may be said at any moment, by anybody; a form that is open stays so."""
        assert command.run is not None
        if command.name == "dung" and self.conversation.form and self.visit.asker:
            return [stop_in_a_form(self.visit)]
        return [*command.run(self.tx, self.visit), *(self.filling.still_open() if self.visit.asker else ())]

    def _stranger(self) -> list[Outbound]:
        return self.filling.open(self.registry.dialogues["join"])

    def _press(self, data: str) -> list[Outbound]:
        prefix, *rest = data.split("|")
        if prefix in FORM_PRESSES and rest:
            return self.filling.press(data)
        if self.visit.asker is None:
            return self._pressed_by_anybody(prefix, rest)
        if prefix == COMMAND and rest and rest[0] in self.registry.commands:
            return self._command(self.registry.commands[rest[0]], "")
        if prefix == "v" and len(rest) == 1:
            return self._act_as(rest[0])
        press = self.registry.buttons.get(prefix)
        if press:
            self._note("button", data[:LONGEST_BUTTON])
        pressed = press(self.tx, self.visit, rest) if press else [self.visit.answer("common.no_such_button")]
        return self._open_with(pressed) if isinstance(pressed, Opening) else pressed

    def _pressed_by_anybody(self, prefix: str, rest: list[str]) -> list[Outbound]:
        if prefix not in self.registry.anybody:
            return self._stranger()
        pressed = self.registry.buttons[prefix](self.tx, self.visit, rest)
        return [] if isinstance(pressed, Opening) else pressed

    def _open_with(self, opening: Opening) -> list[Outbound]:
        if self.visit.known.role not in self.registry.dialogues[opening.form].roles:
            return [self.visit.answer("common.no_such_button")]
        return self.filling.open_with(opening)

    def _act_as(self, membership_id: str) -> list[Outbound]:
        wanted = next((m for m in self.visit.known.memberships if m.membership_id == membership_id), None)
        if wanted is None:
            return [self.visit.answer("common.no_such_button")]
        self.visit = replace(self.visit, asker=replace(self.visit.known, active=wanted))
        changed = replace(self.conversation, active=membership_id)
        self.filling = Filling(self.tx, self.visit, self.registry, changed)  # a form may not be for the new role
        answer = self.visit.answer("menu.acting_as", self.filling.menu(), title=title_of(self.visit, wanted))
        return [answer, *self.filling.still_open()]
