"""A turn of conversation: who is it, what do they mean, which subject answers, and what is still open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core import turn
from bot.core.form import Refused, Said, Walked
from bot.core.message import Choice, Inbound, Outbound
from bot.core.people import Asker, Membership
from bot.core.reading.fold import fold
from bot.core.reading.options import pick
from bot.core.reading.result import Value
from bot.core.turn import FormState
from handlers import asking
from handlers.conversation import Conversation, offering
from handlers.menu import menu_choices, title_of
from handlers.photos import keep_photos
from handlers.subject import Command, Dialogue, Subject
from handlers.visit import Desk, Visit
from storage import conversations, people
from storage.database import Tx

WHOLE_FORM_WORDS = 4  # a shorter message is an answer, not a form
CONTROL_WORDS = {
    "quay lai": "back", "lui lai": "back", "bo qua": "skip", "xong": "done", "het roi": "done",
    "giu nguyen": "keep", "huy": "cancel", "huy bo": "cancel", "huy phieu": "cancel",
}  # fmt: skip
SKIPPING_WORDS = {
    "khong": "skip",
    "khong co": "skip",
    "khong nho": "skip",
    "ko": "skip",
    "ko co": "skip",
    "k co": "skip",
}
REVIEW_WORDS = {"gui": "send", "gui di": "send", "ok": "send", "dong y": "send", "sua": "edit", "de sau": "later"}


class Registry:
    """All subjects, found by what people press and type."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = tuple(subjects)
        self.dialogues = {subject.dialogue.form.name: subject.dialogue for subject in subjects if subject.dialogue}
        self.commands = {command.name: command for subject in subjects for command in subject.commands}
        self.buttons = {prefix: press for subject in subjects for prefix, press in subject.buttons.items()}
        self._words = {words: command for command in self.commands.values() for words in (command.name, *command.words)}

    def command_in(self, text: str) -> tuple[Command, str] | None:
        """(the command that a text gives, what follows it): "/dangky", "/start X", or exactly its words."""
        plain = text.strip()
        if plain.startswith("/"):
            name, _, rest = plain[1:].partition(" ")
            command = self.commands.get(fold(name.partition("@")[0]))
            return (command, rest.strip()) if command else None
        command = self._words.get(fold(plain))
        return (command, "") if command else None


class Converse:
    """Answers what people do. Made once; each call is one turn."""

    def __init__(self, desk: Desk, registry: Registry, now: Callable[[], int]) -> None:
        self._desk = desk
        self._registry = registry
        self._now = now

    def __call__(self, tx: Tx, inbound: Inbound) -> list[Outbound]:
        """The replies to one act; the conversation is saved, nothing is sent."""
        address = inbound.address
        if inbound.reachable is not None:
            people.set_reachable(tx, address.channel, address.chat, None if inbound.reachable else "blocked")
            return []
        if inbound.group:
            return self._in_group(inbound)
        stored = conversations.load(tx, address.channel, address.chat, inbound.sender)
        conversation = Conversation.from_json(stored)
        asker = who(tx, inbound, conversation.active)
        aside = bool(conversation.parked) and conversation.form is None
        visit = Visit(desk=self._desk, inbound=inbound, asker=asker, now=self._now(), put_aside=aside)
        talk = Talk(tx, visit, self._registry, conversation)
        replies = talk.answer()
        after = offering(talk.conversation, replies).to_json()
        if after != stored:
            conversations.save(tx, address.channel, address.chat, inbound.sender, after)
        return replies

    def _in_group(self, inbound: Inbound) -> list[Outbound]:
        """A group hears nothing personal: a command there is answered by where to go instead."""
        if not inbound.text.startswith("/") or inbound.edited:
            return []
        visit = Visit(desk=self._desk, inbound=inbound, asker=None, now=self._now())
        return [visit.answer("common.not_in_groups")]

    def apologise(self, tx: Tx, inbound: Inbound | None) -> list[Outbound]:
        """What is said when an update had to be set aside."""
        if inbound is None or inbound.group:
            return []
        visit = Visit(desk=self._desk, inbound=inbound, asker=who(tx, inbound, ""), now=self._now())
        return [visit.answer("common.our_fault")]


def who(tx: Tx, inbound: Inbound, active: str) -> Asker | None:
    """The person behind an act, with roles as they are now: what was taken from them has no effect any more."""
    person = people.person_of(tx, inbound.address.channel, inbound.sender)
    if person is None:
        return None
    if person.unreachable:
        people.set_reachable(tx, inbound.address.channel, inbound.address.chat, None)
    memberships = people.memberships_of(tx, person.person_id)
    if not memberships:
        return None
    return Asker(
        person_id=person.person_id,
        name=person.name,
        active=_active(memberships, active),
        memberships=memberships,
    )


def _active(memberships: tuple[Membership, ...], active: str) -> Membership:
    return next((membership for membership in memberships if membership.membership_id == active), memberships[0])


class Talk:
    """One turn with one person. `conversation` is what will be stored afterwards."""

    def __init__(self, tx: Tx, visit: Visit, registry: Registry, conversation: Conversation) -> None:
        self.tx = tx
        self.visit = visit
        self.registry = registry
        self.conversation = conversation
        self._close_what_cannot_go_on()

    # -- what does the person mean? ------------------------------------------------------------

    def answer(self) -> list[Outbound]:
        """Route one act to whoever answers it."""
        inbound = self.visit.inbound
        if inbound.edited:
            return self._edited()
        if inbound.press:
            return self._press(inbound.press)
        given = self.registry.command_in(inbound.text)
        if given and (inbound.text.startswith("/") or not self._waits_for_words()):
            return self._command(*given)
        if self.conversation.form:
            return self._in_form(self.conversation.form)
        return self._outside()

    def _waits_for_words(self) -> bool:
        """Whether the open question takes any words as its answer, so that a bare command word is one too."""
        state = self.conversation.form
        if state is None:
            return False
        dialogue = self.registry.dialogues[state.form]
        walked, _ = asking.walk_on(self.tx, self.visit, dialogue, state)
        return walked.question is not None and walked.question.kind == "text"

    def _edited(self) -> list[Outbound]:
        return [] if self.visit.asker is None else [self.visit.answer("common.edited")]

    def _outside(self) -> list[Outbound]:
        inbound = self.visit.inbound
        if self.visit.asker is None:
            return self._open(self.registry.dialogues["join"], inbound.text)
        if len(inbound.text.split()) >= WHOLE_FORM_WORDS and (whole := self._whole_form(inbound.text)):
            return whole
        if offered := self._offered(inbound.text):
            return self._press(offered)
        where = "common.file_without_form" if inbound.files else "common.not_understood"
        return [self.visit.answer(where, self._menu())]

    def _whole_form(self, text: str) -> list[Outbound]:
        """A message that is a report or a registration as a whole opens the form with what it says."""
        for name, dialogue in self.registry.dialogues.items():
            if self.visit.known.role in dialogue.roles and (given := dialogue.prefill(self.tx, self.visit, text)):
                state = FormState(form=name, draft=self.visit.desk.ids.token(), given=given)
                self.conversation = self.conversation.opening(state)
                first, *rest = self._go_on(state)
                understood = self._understood(dialogue, state)
                return [replace(first, text=f"{understood}\n{first.text}"), *rest]
        return []

    def _understood(self, dialogue: Dialogue, state: FormState) -> str:
        """How a whole message was taken; the values too, unless the card shows them."""
        walked, look = asking.walk_on(self.tx, self.visit, dialogue, state)
        lines: list[str] = [self.visit.say(f"{state.form}.understood_as", look=look, given=walked.kept)]
        if walked.question is not None:
            said = [key for key in walked.kept if walked.kept[key] is not None]
            lines += [asking.card_line(self.visit, dialogue.form, key, walked, look) for key in said]
        return "\n".join(lines)

    def _offered(self, text: str) -> str:
        """The data of the choice that words name among those shown last; "" when they name none."""
        picked = pick(text, [(choice, choice.label) for choice in self.conversation.offered])
        return picked.value.data if isinstance(picked, Value) else ""

    def _menu(self) -> tuple[Choice, ...]:
        return menu_choices(self.visit, self.visit.known.role)

    # -- commands and buttons ------------------------------------------------------------------

    def _command(self, command: Command, rest: str) -> list[Outbound]:
        if command.name == "start" and rest:
            return self._open(self.registry.dialogues["join"], rest)
        if self.visit.asker is None:
            return self._stranger()
        if self.visit.asker.role not in command.roles:
            return [self.visit.answer("common.not_for_you", self._menu()), *self._still_open()]
        if command.name in ("huy", "quaylai"):
            return self._control({"huy": "cancel", "quaylai": "back"}[command.name])
        if command.name == "tieptuc":
            return self._resume()
        if command.opens:
            return self._open(self.registry.dialogues[command.opens])
        assert command.run is not None
        return [*command.run(self.tx, self.visit), *self._still_open()]

    def _stranger(self) -> list[Outbound]:
        return self._open(self.registry.dialogues["join"])

    def _press(self, data: str) -> list[Outbound]:
        prefix, *rest = data.split("|")
        if prefix in ("q", "k", "r", "e", "u") and len(rest) >= (1 if prefix == "u" else 2):
            return self._form_press(prefix, rest[0], rest[1:])
        if self.visit.asker is None:
            return self._stranger()
        if prefix == "c" and rest and rest[0] in self.registry.commands:
            return self._command(self.registry.commands[rest[0]], "")
        if prefix == "v" and len(rest) == 1:
            return self._act_as(rest[0])
        press = self.registry.buttons.get(prefix)
        return press(self.tx, self.visit, rest) if press else [self.visit.answer("common.no_such_button")]

    def _act_as(self, membership_id: str) -> list[Outbound]:
        wanted = next((m for m in self.visit.known.memberships if m.membership_id == membership_id), None)
        if wanted is None:
            return [self.visit.answer("common.no_such_button")]
        self.conversation = replace(self.conversation, active=membership_id)
        self.visit = replace(self.visit, asker=replace(self.visit.known, active=wanted))
        return [
            self.visit.answer("menu.acting_as", self._menu(), title=title_of(self.visit, wanted)),
            *self._still_open(),
        ]

    def _form_press(self, prefix: str, draft: str, rest: Sequence[str]) -> list[Outbound]:
        state = self.conversation.form
        if prefix == "u":
            return self._take_back(draft)
        if state is None or state.draft != draft:
            return self._stale(draft)
        match prefix:
            case "q" if len(rest) == 2:
                return self._value_pressed(state, rest[0], rest[1])
            case "k" if len(rest) == 2:
                return self._control(rest[1], rest[0])
            case "r":
                return self._review_pressed(state, rest[0])
            case "e":
                return self._edit(state, rest[0])
        return [self.visit.answer("common.no_such_button")]

    def _stale(self, draft: str) -> list[Outbound]:
        """A button of another moment: say what became of it, and where we are."""
        finished = conversations.draft_finished_at(self.tx, draft)
        if finished is not None:
            return [self.visit.answer("form.already_saved", at=self.visit.moment_of(finished)), *self._still_open()]
        parked = next((form for form in self.conversation.parked if form.draft == draft), None)
        if parked is not None:
            self.conversation = self.conversation.opening(parked)
            return [self._prompt_again(parked)]
        return [self.visit.answer("form.stale_button"), *self._still_open()]

    # -- forms ---------------------------------------------------------------------------------

    def _open(self, dialogue: Dialogue, first_answer: str = "") -> list[Outbound]:
        """Open a form, or go back to it when it is open already; words may answer its first question at once."""
        name = dialogue.form.name
        state = next((f for f in (self.conversation.form, *self.conversation.parked) if f and f.form == name), None)
        state = state or FormState(form=name, draft=self.visit.desk.ids.token())
        self.conversation = self.conversation.opening(state)
        if first_answer:
            _, look = asking.walk_on(self.tx, self.visit, dialogue, state)
            heard = turn.answer(dialogue.form, state, look, Said(at=self.visit.written_at, text=first_answer))
            if isinstance(heard, FormState):
                return self._go_on(heard)
        prompt = self._prompt_again(state)
        opening = f"{name}.opening"
        if self.visit.desk.texts.has(opening) and not state.given:
            prompt = replace(prompt, text=f"{self.visit.say(opening)}\n{prompt.text}")
        return [prompt]

    def _in_form(self, state: FormState) -> list[Outbound]:
        """Words or files for the open form."""
        text = fold(self.visit.inbound.text)
        dialogue = self.registry.dialogues[state.form]
        walked, look = asking.walk_on(self.tx, self.visit, dialogue, state)
        if walked.question is None:
            return self._at_review(state, text)
        control = CONTROL_WORDS.get(text) or (SKIPPING_WORDS.get(text) if walked.question.optional else None)
        if control:
            return self._control(control)
        kept = keep_photos(self.tx, self.visit, takes=walked.question.kind == "photos")
        if isinstance(kept, Refused):
            return [self._refuse(state, kept)]
        said = Said(at=self.visit.written_at, text=self.visit.inbound.text, files=kept)
        return self._heard(state, turn.answer(dialogue.form, state, look, said))

    def _at_review(self, state: FormState, text: str) -> list[Outbound]:
        if text in REVIEW_WORDS:
            return self._review_pressed(state, REVIEW_WORDS[text])
        if CONTROL_WORDS.get(text) in ("back", "cancel"):
            return self._control(CONTROL_WORDS[text])
        if offered := self._offered(text):
            return self._press(offered)
        return [self.visit.answer("form.not_understood_at_review"), self._prompt_again(state)]

    def _value_pressed(self, state: FormState, key: str, value: str) -> list[Outbound]:
        dialogue = self.registry.dialogues[state.form]
        walked, look = asking.walk_on(self.tx, self.visit, dialogue, state)
        if walked.question is None or walked.question.key != key:
            return [self.visit.answer("form.stale_button"), *self._still_open()]
        said = Said(at=self.visit.written_at, value=value)
        return self._heard(state, turn.answer(dialogue.form, state, look, said))

    def _heard(self, state: FormState, heard: FormState | Refused) -> list[Outbound]:
        return [self._refuse(state, heard)] if isinstance(heard, Refused) else self._go_on(heard)

    def _refuse(self, state: FormState, refused: Refused) -> Outbound:
        dialogue = self.registry.dialogues[state.form]
        walked, look = asking.walk_on(self.tx, self.visit, dialogue, state)
        sentence = asking.refusal(self.visit, dialogue.form, walked.question, refused)
        if walked.question is None:
            return self.visit.reply(sentence)
        return asking.prompt(self.visit, dialogue.form, state, walked, look, before=sentence)

    def _go_on(self, state: FormState) -> list[Outbound]:
        """After an answer: show how it was understood, then the next question, the card, or the end."""
        dialogue = self.registry.dialogues[state.form]
        before = self.conversation.form
        walked, look = asking.walk_on(self.tx, self.visit, dialogue, state)
        if walked.question is not None and walked.refused is not None:
            state = replace(state, given={k: v for k, v in state.given.items() if k != walked.question.key})
            self._keep_open(state)
            return [self._refuse(state, walked.refused)]
        self._keep_open(state)
        if walked.question is None:
            if not dialogue.reviewed:
                return self._finish(state)
            return [asking.review(self.visit, dialogue, state, walked, look)]
        echo = self._echo(dialogue, before, state, walked, look)
        return [asking.prompt(self.visit, dialogue.form, state, walked, look, before=echo)]

    def _echo(
        self, dialogue: Dialogue, before: FormState | None, state: FormState, walked: Walked, look: object
    ) -> str:
        """ "Hiểu là: …" for a value whose words could be read in more than one way."""
        changed = [key for key in walked.kept if before is None or before.given.get(key) != state.given.get(key)]
        question = dialogue.form.question(changed[-1]) if changed else None
        if question is None or not question.echo or walked.kept[question.key] is None:
            return ""
        shown = asking.in_words(self.visit, question, walked.kept[question.key], walked, look)
        return self.visit.say("form.understood", shown=shown)

    def _keep_open(self, state: FormState) -> None:
        self.conversation = replace(self.conversation, form=state)

    def _control(self, control: str, key: str = "") -> list[Outbound]:
        state = self.conversation.form
        if state is None:
            return [self.visit.answer("form.nothing_open", self._menu() if self.visit.asker else ())]
        if control == "cancel":
            return self._cancel(state)
        dialogue = self.registry.dialogues[state.form]
        walked, look = asking.walk_on(self.tx, self.visit, dialogue, state)
        if key and (walked.question is None or walked.question.key != key):
            return [self.visit.answer("form.stale_button"), *self._still_open()]
        moves = {"back": turn.back, "skip": turn.skip, "done": turn.close_collection, "keep": turn.keep}
        if control not in moves:
            return [self.visit.answer("common.no_such_button")]
        return self._heard(state, moves[control](dialogue.form, state, look))

    def _cancel(self, state: FormState) -> list[Outbound]:
        self.conversation = replace(self.conversation.closing(), cancelled=state)
        if self.visit.asker is None:
            return [self.visit.answer("join.cancelled")]
        undo = Choice(label=self.visit.say("form.control.take_back"), data=f"u|{state.draft}")
        title = self.visit.say(f"{state.form}.called")
        return [self.visit.answer("form.cancelled", (undo, *self._menu()), title=title), *self._still_open()]

    def _take_back(self, draft: str) -> list[Outbound]:
        cancelled = self.conversation.cancelled
        if cancelled is None or cancelled.draft != draft:
            return self._stale(draft)
        self.conversation = replace(self.conversation.opening(cancelled), cancelled=None)
        return [self._prompt_again(cancelled)]

    def _review_pressed(self, state: FormState, act: str) -> list[Outbound]:
        dialogue = self.registry.dialogues[state.form]
        walked, _ = asking.walk_on(self.tx, self.visit, dialogue, state)
        if walked.question is not None:
            return [self.visit.answer("form.stale_button"), *self._still_open()]
        if act == "send":
            return self._finish(state)
        if act == "edit":
            return [asking.which_to_edit(self.visit, dialogue.form, state, walked)]
        if act == "later":
            return self._later(state)
        return [self.visit.answer("common.no_such_button")]

    def _later(self, state: FormState) -> list[Outbound]:
        rest = self.conversation.closing()
        self.conversation = replace(rest, form=None, parked=(state, *((rest.form,) if rest.form else ()), *rest.parked))
        title = self.visit.say(f"{state.form}.called")
        return [self.visit.answer("form.put_aside", (self.visit.desk.command_choice("tieptuc"),), title=title)]

    def _resume(self) -> list[Outbound]:
        state = self.conversation.form or next(iter(self.conversation.parked), None)
        if state is None:
            return [self.visit.answer("form.nothing_open", self._menu())]
        rest = tuple(form for form in self.conversation.parked if form is not state)
        self.conversation = replace(self.conversation, form=state, parked=rest)
        return [self._prompt_again(state)]

    def _edit(self, state: FormState, key: str) -> list[Outbound]:
        dialogue = self.registry.dialogues[state.form]
        if key not in state.given or dialogue.form.question(key) is None:
            return [self.visit.answer("form.stale_button"), *self._still_open()]
        return self._go_on(turn.reopen(state, key))

    def _finish(self, state: FormState) -> list[Outbound]:
        """The answers become rows, once for this draft, in this turn's transaction."""
        dialogue = self.registry.dialogues[state.form]
        walked, _ = asking.walk_on(self.tx, self.visit, dialogue, state)
        conversations.finish_draft(self.tx, state.draft, state.form, self.visit.now)
        self.conversation = replace(self.conversation.closing(), cancelled=None)
        replies = dialogue.finish(self.tx, replace(self.visit, draft=state.draft), walked.kept)
        return [*replies, *self._still_open()]

    def _prompt_again(self, state: FormState) -> Outbound:
        dialogue = self.registry.dialogues[state.form]
        walked, look = asking.walk_on(self.tx, self.visit, dialogue, state)
        if walked.question is None:
            return asking.review(self.visit, dialogue, state, walked, look)
        return asking.prompt(self.visit, dialogue.form, state, walked, look)

    def _still_open(self) -> list[Outbound]:
        """After something else was answered: the open form is still there, at the same question."""
        state = self.conversation.form
        if state is None:
            return []
        again = self._prompt_again(state)
        intact = self.visit.say("form.still_open", title=self.visit.say(f"{state.form}.called"))
        return [replace(again, text=f"{intact}\n{again.text}")]

    def _close_what_cannot_go_on(self) -> None:
        """A form that no longer exists, or is no longer for this person, is closed before anything else."""
        role = self.visit.asker.role if self.visit.asker else None
        kept = [form for form in (self.conversation.form, *self.conversation.parked) if form and self._may(form, role)]
        if self.conversation.form and self.conversation.form not in kept:
            self.conversation = replace(self.conversation, form=None, parked=tuple(kept))
        else:
            parked = tuple(form for form in kept if form is not self.conversation.form)
            self.conversation = replace(self.conversation, parked=parked)

    def _may(self, state: FormState, role: object) -> bool:
        dialogue = self.registry.dialogues.get(state.form)
        return dialogue is not None and (role in dialogue.roles or (role is None and dialogue.strangers))
