"""Filling a form: an answer, a press, a step back, the card, the end. Knows every form and no subject."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.core import turn
from bot.core.form import Look, Refused, Said, Walked, walk
from bot.core.message import Choice, Outbound
from bot.core.reading.fold import fold
from bot.core.reading.options import pick
from bot.core.reading.result import Value
from bot.core.turn import FormState, forgetting
from handlers.dialogue import asking
from handlers.dialogue.conversation import Conversation
from handlers.dialogue.photos import PDF, PHOTO, keep_files
from handlers.dialogue.visit import Visit
from handlers.house.menu import menu_choices
from handlers.registry import Registry
from handlers.subject import Dialogue, Given, Opening
from storage import conversations, outbox, people
from storage.database import Tx

CONTROL_WORDS = {
    "quay lai": "back", "lui lai": "back", "bo qua": "skip", "xong": "done", "het roi": "done",
    "giu nguyen": "keep", "huy": "cancel", "huy bo": "cancel", "huy phieu": "cancel",
}  # fmt: skip
SKIPPING_WORDS = dict.fromkeys(("khong", "khong co", "khong nho", "ko", "ko co", "k co"), "skip")
REVIEW_WORDS = {"gui": "send", "gui di": "send", "ok": "send", "dong y": "send", "sua": "edit", "de sau": "later"}
TAKES = {"photos": (PHOTO,), "documents": (PDF,), "source": (PDF, PHOTO)}
"""What a kind of question takes beside words."""
WORDED = ("text", "source", "place", "document", "groups")
"""Kinds of question that any words can answer."""
FORM_PRESSES = frozenset({"q", "k", "r", "e", "u"})
"""How the buttons of forms begin: a value, a control, a choice at the card, an answer to edit, a form to take back."""


class Filling:
    """The forms of one person in one turn. `conversation` is what will be stored afterwards."""

    def __init__(self, tx: Tx, visit: Visit, registry: Registry, conversation: Conversation) -> None:
        self.tx = tx
        self.visit = visit
        self.registry = registry
        self.conversation = conversation
        self._looks: dict[str, Look] = {}
        self._close_what_cannot_go_on()

    def _stand(self, dialogue: Dialogue, state: FormState) -> tuple[Walked, Look]:
        """(where a form stands now, what it looked at). In one turn it looks once at the same things."""
        seen = {key: state.given[key] for key in dialogue.looks_at if key in state.given}
        name = f"{dialogue.form.name} {json.dumps(seen, sort_keys=True)}"
        if name not in self._looks:
            self._looks[name] = dialogue.look(self.tx, self.visit, seen)
        look = self._looks[name]
        return walk(dialogue.form, state.given, look), look

    def open(self, dialogue: Dialogue, first_answer: str = "") -> list[Outbound]:
        """Open a form, or go back to it when it is open already; words may answer its first question at once."""
        name = dialogue.form.name
        mine = [form for form in (self.conversation.form, *self.conversation.parked) if form and self._is_mine(form)]
        fixed = {question.key for question in dialogue.form.questions if question.fixed}
        plain = (form for form in mine if form.form == name and fixed.isdisjoint(form.given))
        state = next(plain, None) or self._fresh(name)
        if trouble := dialogue.unready(self._stand(dialogue, state)[1]):
            return [self.visit.answer(trouble, self.menu() if self.visit.asker else ()), *self.still_open()]
        self.conversation = self.conversation.opening(state)
        if first_answer and not state.given:
            _, look = self._stand(dialogue, state)
            heard = turn.answer(dialogue.form, state, look, Said(at=self.visit.written_at, text=first_answer))
            if isinstance(heard, FormState):
                return self._go_on(heard)
            if self.visit.asker is not None:
                return [self._refuse(state, heard)]
        prompt = self._prompt_again(state)
        opening = f"{name}.opening"
        if self.visit.desk.texts.has(opening) and not state.given:
            prompt = replace(prompt, text=f"{self.visit.say(opening)}\n{prompt.text}")
        return [prompt]

    def join(self, code: str) -> list[Outbound]:
        """A code from anybody; who is known already is not kept in the form when it can't be used."""
        dialogue = self.registry.dialogues["join"]
        state = self._fresh("join")
        walked, look = self._stand(dialogue, state)
        heard = turn.answer(dialogue.form, state, look, Said(at=self.visit.written_at, text=code))
        refused = heard if isinstance(heard, Refused) else self._stand(dialogue, heard)[0].refused
        if refused is None or self.visit.asker is None:
            return self.open(dialogue, code)
        sentence = asking.refusal(self.visit, dialogue.form, walked.question, refused)
        return [self.visit.reply(sentence, self.menu()), *self.still_open()]

    def _fresh(self, name: str, given: Given | None = None) -> FormState:
        acting = self.visit.asker.active.membership_id if self.visit.asker else ""
        return FormState(form=name, draft=self.visit.desk.ids.token(), given=given or {}, acting=acting)

    def open_with(self, opening: Opening) -> list[Outbound]:
        """Open a form of which a button has answered a part.

        The one that is open about the same thing as it was seen then goes on; one of its kind in which nothing was
        said gives way.
        """
        dialogue = self.registry.dialogues[opening.form]
        if waiting := self._about_the_same(dialogue, opening.given):
            self.conversation = self.conversation.opening(waiting)
            return [self._prompt_again(waiting)]
        form, parked = self.conversation.form, self.conversation.parked
        said = tuple(one for one in (form, *parked) if one and not _unsaid(one, dialogue, opening.given))
        open_one = form if form in said else None
        self.conversation = replace(
            self.conversation, form=open_one, parked=tuple(one for one in said if one is not open_one)
        )
        state = self._fresh(dialogue.form.name, opening.given)
        if trouble := dialogue.unready(self._stand(dialogue, state)[1]):
            return [self.visit.answer(trouble, self.menu() if self.visit.asker else ()), *self.still_open()]
        self.conversation = self.conversation.opening(state)
        return self._go_on(state)

    def _about_the_same(self, dialogue: Dialogue, given: Given) -> FormState | None:
        fixed = (question.key for question in dialogue.form.questions if question.fixed)
        about = {key: given[key] for key in fixed if key in given}
        waiting = (self.conversation.form, *self.conversation.parked)
        mine = [form for form in waiting if form and form.form == dialogue.form.name and self._is_mine(form)]
        return next((form for form in mine if about and about.items() <= form.given.items()), None)

    def take_words(self, state: FormState) -> list[Outbound]:
        """Words or files for the open form."""
        text = fold(self.visit.inbound.text)
        dialogue = self.registry.dialogues[state.form]
        walked, look = self._stand(dialogue, state)
        if self._opened_it(state):
            return [self._prompt_again(state)]
        if walked.question is None:
            return self._at_review(state, text)
        control = CONTROL_WORDS.get(text) or (SKIPPING_WORDS.get(text) if walked.question.optional else None)
        if control:
            return self.control(control)
        kept = keep_files(self.tx, self.visit, takes=TAKES.get(walked.question.kind, ()))
        if isinstance(kept, Refused):
            return [self._refuse(state, kept)]
        said = Said(at=self.visit.written_at, text=self.visit.inbound.text, files=kept, spot=self.visit.inbound.spot)
        if said.spot and not said.text and walked.question.kind != "place":
            return [self._refuse(state, Refused("no_spot_here"))]
        replies = self._heard(state, turn.answer(dialogue.form, state, look, said))
        return [*self._photo_not_kept(), *replies] if self.visit.inbound.files and not kept else replies

    def _opened_it(self, state: FormState) -> bool:
        """Whether this is the message that opened the form as a whole, sent once more: it answers no question."""
        words = self.visit.inbound.text
        read_from_it = [entry for entry in state.given.values() if entry.get("raw") == words != entry.get("value")]
        return len(words.split()) > 1 and len(read_from_it) > 1

    def _photo_not_kept(self) -> list[Outbound]:
        return [self.visit.answer("form.refused.no_file_here")]

    def _at_review(self, state: FormState, text: str) -> list[Outbound]:
        if text in REVIEW_WORDS:
            return self._review_pressed(state, REVIEW_WORDS[text])
        if CONTROL_WORDS.get(text) in ("back", "cancel"):
            return self.control(CONTROL_WORDS[text])
        if data := self._on_the_card(state, text):
            return self.press(data)
        return [self.visit.answer("form.not_understood_at_review"), self._prompt_again(state)]

    def _on_the_card(self, state: FormState, text: str) -> str:
        """What words name at the card: of what it shows now, or of its three choices when something else came after."""
        shown = [choice for choice in self.conversation.offered if f"|{state.draft}|" in choice.data]
        picked = pick(text, [(choice, choice.label) for choice in shown or self._prompt_again(state).choices])
        return picked.value.data if isinstance(picked, Value) else ""

    def take_whole(self, text: str) -> list[Outbound]:
        """A message that is a report or a registration as a whole opens the form with what it says."""
        role, length = self.visit.known.role, len(text.split())
        for name, dialogue in self.registry.dialogues.items():
            if role not in dialogue.roles or length < dialogue.whole_from:
                continue
            if given := dialogue.prefill(self.tx, self.visit, text):
                if isinstance(given, Outbound):
                    return [given]
                state = self._fresh(name, self._with_photos(dialogue, given))
                self.conversation = self.conversation.opening(state)
                first, *rest = self._go_on(state)
                understood = self._understood(dialogue, state)
                return [replace(first, text=f"{understood}\n{first.text}"), *rest]
        return []

    def _with_photos(self, dialogue: Dialogue, given: Given) -> Given:
        """A report that came as the words under a picture has the picture too."""
        if not self.visit.inbound.files or dialogue.form.question("photos") is None:
            return given
        kept = keep_files(self.tx, self.visit, takes=(PHOTO,))
        return given if isinstance(kept, Refused) else {**given, "photos": {"value": list(kept), "raw": ""}}

    def _understood(self, dialogue: Dialogue, state: FormState) -> str:
        """How a whole message was taken; the values too, unless the card shows them."""
        walked, look = self._stand(dialogue, state)
        lines: list[str] = [self.visit.say(f"{state.form}.understood_as", look=look, given=walked.kept)]
        if walked.question is not None:
            ahead = {key: entry["value"] for key, entry in state.given.items() if entry.get("value") is not None}
            said = replace(walked, kept={**ahead, **walked.kept})  # also what stands behind the open question
            lines += [
                asking.card_line(self.visit, dialogue.form, question.key, said, look)
                for question in dialogue.form.questions
                if said.kept.get(question.key) is not None
            ]
        return "\n".join(lines)

    def waits_for_words(self) -> bool:
        """Whether the open question takes any words as its answer, so that a bare command word is one too."""
        state = self.conversation.form
        if state is None:
            return False
        dialogue = self.registry.dialogues[state.form]
        walked, _ = self._stand(dialogue, state)
        return walked.question is not None and walked.question.kind in WORDED

    def takes(self, text: str) -> bool:
        """Whether bare words that name a command are for the open form: any words are, or the label under its card."""
        return self.waits_for_words() or any(fold(label) == fold(text) for label in self._labels_of_the_form())

    def _labels_of_the_form(self) -> list[str]:
        state = self.conversation.form
        return [one.label for one in self.conversation.offered if state and f"|{state.draft}|" in one.data]

    def expects(self, text: str) -> bool:
        """Whether the open question has these words among its answers."""
        state = self.conversation.form
        if state is None:
            return False
        walked, look = self._stand(self.registry.dialogues[state.form], state)
        options = walked.question.options(walked.kept, look) if walked.question else ()
        return any(fold(text) in (*option.words, fold(option.label)) for option in options)

    def offered(self, text: str) -> str:
        """The data of the choice that words name among those shown last; "" when they name none."""
        picked = pick(text, [(choice, choice.label) for choice in self.conversation.offered])
        return picked.value.data if isinstance(picked, Value) else ""

    def menu(self) -> tuple[Choice, ...]:
        return menu_choices(self.visit, self.visit.known.role)

    # -- commands and buttons ------------------------------------------------------------------

    def press(self, data: str) -> list[Outbound]:
        """A button of a form: `prefix|draft|…`."""
        prefix, draft, *rest = [*data.split("|"), ""] if data.count("|") == 1 else data.split("|")
        state = self.conversation.form
        if prefix == "u":
            return self._take_back(draft)
        if state is None or state.draft != draft:
            return self._stale(draft)
        match prefix, rest:
            case "q", [key, value]:
                return self._value_pressed(state, key, value)
            case "k", [key, control]:
                return self.control(control, key)
            case "r", [act]:
                return self._review_pressed(state, act)
            case "e", [key]:
                return self._edit(state, key)
        return [self.visit.answer("common.no_such_button")]

    def _stale(self, draft: str) -> list[Outbound]:
        """A button of another moment: say what became of it, and where we are."""
        finished = conversations.draft_finished_at(self.tx, draft)
        if finished is not None:
            return [self.visit.answer("form.already_saved", at=self.visit.moment_of(finished)), *self.still_open()]
        parked = next((form for form in self.conversation.parked if form.draft == draft), None)
        if parked is not None and self._is_mine(parked):
            self.conversation = self.conversation.opening(parked)
            return [self._prompt_again(parked)]
        return [self.visit.answer("form.stale_button"), *self.still_open()]

    def _value_pressed(self, state: FormState, key: str, value: str) -> list[Outbound]:
        dialogue = self.registry.dialogues[state.form]
        walked, look = self._stand(dialogue, state)
        if walked.question is None or walked.question.key != key:
            return [self.visit.answer("form.stale_button"), *self.still_open()]
        said = Said(at=self.visit.written_at, value=value)
        return self._heard(state, turn.answer(dialogue.form, state, look, said))

    def _heard(self, state: FormState, heard: FormState | Refused) -> list[Outbound]:
        return [self._refuse(state, heard)] if isinstance(heard, Refused) else self._go_on(heard)

    def _refuse(self, state: FormState, refused: Refused) -> Outbound:
        dialogue = self.registry.dialogues[state.form]
        walked, look = self._stand(dialogue, state)
        sentence = asking.refusal(self.visit, dialogue.form, walked.question, refused)
        if walked.question is None:
            return self.visit.reply(sentence)
        return asking.prompt(self.visit, dialogue.form, state, walked, look, before=sentence)

    def _go_on(self, state: FormState) -> list[Outbound]:
        """After an answer: show how it was understood, then the next question, the card, or the end."""
        dialogue = self.registry.dialogues[state.form]
        before = self.conversation.form
        walked, look = self._stand(dialogue, state)
        if walked.question is not None and walked.refused is not None and not walked.question.fixed:
            state = replace(state, given={k: v for k, v in state.given.items() if k != walked.question.key})
            self._keep_open(state)
            return [self._refuse(state, walked.refused)]
        told = forgetting(dialogue.form, state, walked.kept, look)
        if told.given.keys() != state.given.keys():
            self._unsay(state)
        state = told
        self._keep_open(state)
        if walked.question is None:
            if not dialogue.reviewed or dialogue.decided(walked.kept):
                return self._finish(state)
            return [asking.review(self.visit, dialogue, state, walked, look)]
        echo = self._echo(dialogue, before, state, walked, look)
        return [asking.prompt(self.visit, dialogue.form, state, walked, look, before=echo)]

    def _echo(self, dialogue: Dialogue, before: FormState | None, state: FormState, walked: Walked, look: Look) -> str:
        """ "Hiểu là: …" for a value whose words could be read in more than one way."""
        changed = [key for key in walked.kept if before is None or before.given.get(key) != state.given.get(key)]
        question = dialogue.form.question(changed[-1]) if changed else None
        if question is None or not question.echo or walked.kept[question.key] is None:
            return ""
        shown = asking.in_words(self.visit, question, walked.kept[question.key], walked, look)
        return self.visit.say("form.understood", shown=shown)

    def _unsay(self, state: FormState) -> None:
        """What a form showed that may be about somebody else does not stay in the post."""
        if self.registry.dialogues[state.form].form.secretive:
            outbox.unsay(self.tx, state.draft, self.visit.now)

    def _keep_open(self, state: FormState) -> None:
        self.conversation = replace(self.conversation, form=state)

    def control(self, control: str, key: str = "") -> list[Outbound]:
        state = self.conversation.form
        if state is None:
            return [self.visit.answer("form.nothing_open", self.menu() if self.visit.asker else ())]
        if control == "cancel":
            return self._cancel(state)
        dialogue = self.registry.dialogues[state.form]
        walked, look = self._stand(dialogue, state)
        if key and (walked.question is None or walked.question.key != key):
            return [self.visit.answer("form.stale_button"), *self.still_open()]
        moves = {"back": turn.back, "skip": turn.skip, "done": turn.close_collection, "keep": turn.keep}
        if control not in moves:
            return [self.visit.answer("common.no_such_button")]
        return self._heard(state, moves[control](dialogue.form, state, look))

    def _cancel(self, state: FormState) -> list[Outbound]:
        self._unsay(state)
        self.conversation = replace(self.conversation.closing(state.acting), cancelled=state)
        if self.visit.asker is None:
            return [self.visit.answer("join.cancelled")]
        undo = Choice(label=self.visit.say("form.control.take_back"), data=f"u|{state.draft}")
        title = self.visit.say(f"{state.form}.called")
        return [self.visit.answer("form.cancelled", (undo, *self.menu()), title=title), *self.still_open()]

    def _take_back(self, draft: str) -> list[Outbound]:
        cancelled = self.conversation.cancelled
        if cancelled is None or cancelled.draft != draft or not (self._may(cancelled) and self._is_mine(cancelled)):
            return self._stale(draft)
        self.conversation = replace(self.conversation.opening(cancelled), cancelled=None)
        return [self._prompt_again(cancelled)]

    def _review_pressed(self, state: FormState, act: str) -> list[Outbound]:
        dialogue = self.registry.dialogues[state.form]
        walked, _ = self._stand(dialogue, state)
        if walked.question is not None and walked.question.key in state.given and walked.refused is None:
            return [self.visit.answer("form.stale_button"), *self.still_open()]
        if walked.question is not None:  # the present has changed since the card was shown
            return self._go_on(state)
        if act == "send":
            return self._finish(state)
        if act == "card":
            return [self._prompt_again(state)]
        if act == "edit":
            return [asking.which_to_edit(self.visit, dialogue.form, state, walked)]
        if act == "later":
            return self._later(state)
        return [self.visit.answer("common.no_such_button")]

    def _later(self, state: FormState) -> list[Outbound]:
        self.conversation = replace(self.conversation, form=None, parked=(state, *self.conversation.parked))
        title = self.visit.say(f"{state.form}.called")
        return [self.visit.answer("form.put_aside", (self.visit.desk.command_choice("tieptuc"),), title=title)]

    def resume(self) -> list[Outbound]:
        """Take the form up again that was put aside last."""
        if self.visit.asker is not None:
            self.conversation = self.conversation.taking_up(self.visit.asker.active.membership_id)
        if self.conversation.form is None:
            return [self.visit.answer("form.nothing_open", self.menu())]
        return [self._prompt_again(self.conversation.form)]

    def _edit(self, state: FormState, key: str) -> list[Outbound]:
        dialogue = self.registry.dialogues[state.form]
        question = dialogue.form.question(key)
        if key not in state.given or question is None or question.fixed:
            return [self.visit.answer("form.stale_button"), *self.still_open()]
        return self._go_on(turn.reopen(state, key))

    def _finish(self, state: FormState) -> list[Outbound]:
        """The answers become rows, once for this draft, in this turn's transaction."""
        dialogue = self.registry.dialogues[state.form]
        walked, _ = self._stand(dialogue, state)
        conversations.finish_draft(self.tx, state.draft, state.form, self.visit.now)
        self.conversation = replace(self.conversation.closing(state.acting), cancelled=None)
        if self.visit.asker and not dialogue.unsigned(walked.kept):
            self.visit.note(self.tx, "form", state.form)
        self._unsay(state)
        replies = dialogue.finish(self.tx, replace(self.visit, draft=state.draft), walked.kept)
        self._looks.clear()  # what was seen before is no longer so
        if isinstance(replies, Opening):
            return self.open_with(replies)
        if self._acts_in_a_new_role():
            return replies
        return [*replies, *self.still_open()]

    def _prompt_again(self, state: FormState) -> Outbound:
        dialogue = self.registry.dialogues[state.form]
        walked, look = self._stand(dialogue, state)
        if walked.question is None:
            return asking.review(self.visit, dialogue, state, walked, look)
        return asking.prompt(self.visit, dialogue.form, state, walked, look)

    def still_open(self) -> list[Outbound]:
        """After something else was answered: the open form is still there, at the same question."""
        state = self.conversation.form
        if state is None:
            return []
        again = self._prompt_again(state)
        intact = self.visit.say("form.still_open", title=self.visit.say(f"{state.form}.called"))
        return [replace(again, text=f"{intact}\n{again.text}")]

    def _acts_in_a_new_role(self) -> bool:
        """Whoever has just joined in another role acts in it; the forms of the old one wait."""
        if self.visit.asker is None:
            return False
        before = {membership.membership_id for membership in self.visit.asker.memberships}
        now = people.memberships_of(self.tx, self.visit.asker.person_id)
        fresh = [membership for membership in now if membership.membership_id not in before]
        if fresh:
            self.conversation = replace(self.conversation, active=fresh[-1].membership_id)
        return bool(fresh)

    def _close_what_cannot_go_on(self) -> None:
        """A form that no longer exists, or whose role was taken away, is closed; one of another role waits aside."""
        kept = [form for form in (self.conversation.form, *self.conversation.parked) if form and self._may(form)]
        form = self.conversation.form if self.conversation.form in kept else None
        if form is not None and not self._is_mine(form):
            form = None
        aside = tuple(one for one in kept if one is not form)
        self.conversation = replace(self.conversation, form=form, parked=aside)

    def _may(self, state: FormState) -> bool:
        """Whether the form still exists and the membership in which it was opened still holds."""
        dialogue, asker = self.registry.dialogues.get(state.form), self.visit.asker
        if dialogue is None:
            return False
        if asker is None or not state.acting:
            return dialogue.strangers
        held = next((one for one in asker.memberships if one.membership_id == state.acting), None)
        return held is not None and held.role in dialogue.roles

    def _is_mine(self, state: FormState) -> bool:
        """Whether the form belongs to the role in which the person acts now."""
        return not state.acting or (
            self.visit.asker is not None and self.visit.asker.active.membership_id == state.acting
        )


def _unsaid(state: FormState, dialogue: Dialogue, given: Given) -> bool:
    """Whether a form of this kind holds nothing but what a button puts into it, or was begun by the same button."""
    begun_alike = all(state.given.get(key, {}).get("value") == entry.get("value") for key, entry in given.items())
    return state.form == dialogue.form.name and (state.given.keys() <= given.keys() or begun_alike)
