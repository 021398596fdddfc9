"""All subjects, found by what people press and type."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.reading.fold import fold
from handlers.subject import Command, Subject


class Registry:
    """The table of subjects, looked up by form, command, words and button."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = tuple(subjects)
        self.dialogues = {subject.dialogue.form.name: subject.dialogue for subject in subjects if subject.dialogue}
        self.commands = {command.name: command for subject in subjects for command in subject.commands}
        self.buttons = {prefix: press for subject in subjects for prefix, press in subject.buttons.items()}
        self.hearers = tuple(subject.hears for subject in subjects if subject.hears)
        self.anybody = frozenset(prefix for subject in subjects for prefix in subject.anybody)
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
