"""Every sentence that can be said is written, and every sentence written can be said."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.core.message import BOLD_OFF, BOLD_ON
from bot.core.notice_life import KINDS
from bot.core.people import Role
from bot.core.texts import MissingText, Texts
from bot.engine import HERE, load_texts
from handlers import SUBJECTS
from handlers.subject import no_prefill

DIALOGUES = {subject.dialogue.form.name: subject.dialogue for subject in SUBJECTS if subject.dialogue}
FORMS = [dialogue.form for dialogue in DIALOGUES.values()]
COMMANDS = [command.name for subject in SUBJECTS for command in subject.commands]
ROOMS = ("bot", "handlers", "storage")
ADDRESS = re.compile(r"[a-z_]+(\.[a-z0-9_{}]+)+")
FILE_ENDINGS = (".toml", ".css", ".js", ".csv", ".db", ".py")


def demanded() -> set[str]:
    """Addresses derived from forms and tables."""
    wanted = {f"common.you.{role}" for role in Role} | {f"common.as.{role}" for role in Role}
    wanted |= {f"menu.help.{role}" for role in Role} | {f"common.weekday.{day}" for day in range(7)}
    wanted |= {f"notice.kind.{kind}" for kind in KINDS}
    wanted |= {f"{name}.understood_as" for name, dialogue in DIALOGUES.items() if dialogue.prefill is not no_prefill}
    for form in FORMS:
        wanted |= {f"{form.name}.{question.key}.ask" for question in form.questions}
        wanted.add(f"{form.name}.called")
        if DIALOGUES[form.name].reviewed:
            wanted.add(f"{form.name}.title")
            wanted |= {f"{form.name}.{question.key}.label" for question in form.questions}
    return wanted


def literals() -> dict[str, Path]:
    """Whatever looks like an address, or the pattern of one, in the code."""
    found: dict[str, Path] = {}
    for room in ROOMS:
        for path in sorted((HERE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for words in strings_in(node):
                    if ADDRESS.fullmatch(words) and not words.endswith(FILE_ENDINGS):
                        found[words] = path
    return found


def strings_in(node: ast.AST) -> list[str]:
    """A constant as it is, an f-string with {} for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        return ["".join(str(part) for part in parts)]
    return []


def fitting(patterns: Sequence[str]) -> re.Pattern[str]:
    """What fits any of the patterns, in which {} stands for something."""
    return re.compile("|".join(re.escape(one).replace(r"\{\}", r"[A-Za-z0-9_.]+") for one in patterns))


TEXTS = load_texts()
SUBJECT_FILES = {path.stem for path in (HERE / "templates" / "texts").glob("*.toml")}


def test_every_demanded_text_is_written() -> None:
    assert demanded() - TEXTS.addresses() == set()


def test_every_address_in_the_code_is_written() -> None:
    plain = {
        words: path for words, path in literals().items() if "{" not in words and words.split(".")[0] in SUBJECT_FILES
    }
    missing = {words: path.name for words, path in plain.items() if words not in TEXTS.addresses()}
    known_prefixes = {address.rpartition(".")[0] for address in TEXTS.addresses()}
    assert {words: name for words, name in missing.items() if words not in known_prefixes} == {}


def test_no_text_is_written_that_nothing_says() -> None:
    derived = demanded() | {f"{form.name}.{extra}" for form in FORMS for extra in ("opening", "review.send")}
    patterns = [
        words for words in literals() if words.split(".")[0].startswith("{") or words.split(".")[0] in SUBJECT_FILES
    ]
    said = fitting([pattern for pattern in patterns if not pattern.startswith("{}.{}")])
    unused = {
        address
        for address in TEXTS.addresses() - derived
        if not said.fullmatch(address)
        and not is_refusal(address)
        and not (address.startswith("menu.") and address.removeprefix("menu.") in COMMANDS)
    }
    assert unused == set()


def is_refusal(address: str) -> bool:
    """A refusal is said by its reason; each reason must be one that the code can give."""
    _, _, reason = address.partition("refused.")
    return bool(reason) and reason.rpartition(".")[2] in REASONS


REASONS = {
    words
    for room in ROOMS
    for path in sorted((HERE / room).rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    for words in strings_in(node)
    if re.fullmatch(r"[a-z_0-9]+", words)
}


def reasons_of_reading() -> set[str]:
    """Every reason that reading can refuse for."""
    return {
        node.args[0].value
        for path in sorted((HERE / "bot" / "core" / "reading").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Invalid"
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_reason_of_reading_has_a_sentence() -> None:
    kinds = {question.kind for form in FORMS for question in form.questions}
    missing = {
        reason
        for reason in reasons_of_reading()
        if not TEXTS.has(f"form.refused.{reason}")
        and not any(TEXTS.has(f"form.refused.{kind}.{reason}") for kind in kinds)
    }
    assert missing == set()


@pytest.mark.parametrize("words", ["**đậm**", f"{BOLD_ON}đậm{BOLD_OFF}", "{{ 7*7 }}", "{% for %}", "<b>x</b>", "=1+1"])
def test_a_persons_words_never_become_markup_or_template(words: str) -> None:
    said = Texts({"a.b": "Tên: **{{ name }}**"}).say("a.b", name=words)
    plain = words.replace(BOLD_ON, "").replace(BOLD_OFF, "")
    assert said == f"Tên: {BOLD_ON}{plain}{BOLD_OFF}"


def test_a_text_inside_a_text_keeps_its_bold() -> None:
    texts = Texts({"a.inner": "**x**", "a.outer": "{{ inner }}"})
    assert texts.say("a.outer", inner=texts.say("a.inner")) == f"{BOLD_ON}x{BOLD_OFF}"


def test_a_missing_text_is_named() -> None:
    with pytest.raises(MissingText, match="no\\.such"):
        TEXTS.say("no.such")
