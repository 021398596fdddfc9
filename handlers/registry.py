"""All subjects, found by what people press and type."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.people import Role
from bot.core.reading.fold import fold
from handlers.subject import Command, Subject

ENDINGS = " .!…"
"""What people put behind a word that stands for itself."""


class Registry:
    """The table of subjects, looked up by form, command, words and button."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = tuple(subjects)
        self.dialogues = {subject.dialogue.form.name: subject.dialogue for subject in subjects if subject.dialogue}
        self.commands = {command.name: command for subject in subjects for command in subject.commands}
        self.buttons = {prefix: press for subject in subjects for prefix, press in subject.buttons.items()}
        self.renewals = {about: renew for subject in subjects for about, renew in subject.renews.items()}
        self.hearers = tuple(subject.hears for subject in subjects if subject.hears)
        self.anybody = frozenset(prefix for subject in subjects for prefix in subject.anybody)
        self._words: dict[str, list[Command]] = {}
        for command in self.commands.values():
            for words in (command.name, *command.words):
                self._words.setdefault(words, []).append(command)

    def command_in(self, text: str, role: Role | None) -> tuple[Command, str] | None:
        """(the command that a text gives, what follows it): "/dangky", "/start X", or exactly its words.

        The same words may mean one thing to an officer and another to a resident: "thông báo".
        """
        plain = text.strip()
        if plain.startswith("/"):
            name, _, rest = plain[1:].partition(" ")
            command = self.commands.get(fold(name.partition("@")[0]))
            return (command, rest.strip()) if command else None
        command = self._command(fold(plain.strip(ENDINGS)), role)
        return (command, "") if command else None

    def _command(self, words: str, role: Role | None) -> Command | None:
        named = self._words.get(words, [])
        return next((command for command in named if role in command.roles), named[0] if named else None)
