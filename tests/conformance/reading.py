"""What a transcript says, as one channel shows it: the same words in the same order, changed by what it declares."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.channels.base import Channel
from bot.channels.capabilities import Capabilities, Contacts
from bot.engine import TEXTS
from tests.conformance.kit import Kit, Seen
from tests.house import PUBLIC_URL

NUMBERED = re.compile(r"  (\d+)\. (.*)")
CONTROLS = re.compile(r"  \[(.*)\]")
CONTACT = re.compile(r"  \(nút (.*)\)")
FILE = re.compile(r"  \(kèm (?:ảnh|tệp) (.*)\)")
LINK, A_LINK = re.compile(rf"{PUBLIC_URL}/xem/\S+"), "(đường dẫn)"
# A platform tells that it took a message, our own page that somebody opened it: the counts differ, and should.
ARRIVED = re.compile(r"(đã tới máy|chưa tới máy|đã tới, chưa trả lời) \d+")
TAKES = re.compile(r" Trong số [^:]+: gửi miễn phí [^.]*\.")  # said only where a channel closes to the silent
ABROAD = re.compile(r"\{% if look.abroad %\}(.*?)\{% endif %\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message in a transcript."""

    lines: tuple[str, ...] = ()
    file: str = ""
    contact: str = ""
    choices: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()


def told(lines: Iterable[str]) -> Iterator[Told]:
    """The messages that stand between two lines of ours: words, then what can be pressed."""
    message = Told()
    for line in filter(None, lines):
        if numbered := NUMBERED.fullmatch(line):
            message = replace(message, choices=(*message.choices, numbered[2]))
        elif controls := CONTROLS.fullmatch(line):
            message = replace(message, controls=tuple(controls[1].split(" · ")))
        elif contact := CONTACT.fullmatch(line):
            message = replace(message, contact=contact[1])
        elif file := FILE.fullmatch(line):
            message = replace(message, file=file[1])
        else:
            if message.choices or message.controls:
                yield message
                message = Told()
            message = replace(message, lines=(*message.lines, line))
    if message != Told():
        yield message


def expected(lines: Iterable[str], kit: Kit, channel: Channel) -> list[str]:
    """What a person on this channel sees of it, as `read` puts it."""
    words: list[str] = []
    for message in told(lines):
        text = [on_channel(line, kit, channel) for line in message.lines]
        buttons, numbered = in_words(message, channel)
        if message.file and not taken(message.file, channel.can):
            text.append(f"Tệp {message.file}: {A_LINK}")
        file = message.file if taken(message.file, channel.can) else ""
        if (
            file and not channel.can.words_beside
        ):  # the file goes first, and the words under it are a message of their own
            words, file = [*words, *pressed_apart((), file, ())], ""
        beside = (message.contact,) if message.contact and channel.can.contacts is Contacts.BESIDE else ()
        words += pressed_apart([*text, *numbered], file, (*beside, *buttons))
        if message.contact and channel.can.contacts is Contacts.CARD:
            words += pressed_apart((), "", (message.contact,))
    return joined(words)


def taken(file: str, can: Capabilities) -> bool:
    """Whether the channel takes a file of that name; otherwise a link to it is sent."""
    mime = mimetypes.guess_type(file)[0] or ""
    as_picture = mime.startswith("image/") and can.picture != 0  # too large a picture is made small
    return as_picture or (can.document != 0 and (not can.document_kinds or mime in can.document_kinds))


def on_channel(line: str, kit: Kit, channel: Channel) -> str:
    """A line of the bot's: it names the channel, and asks for consent to servers abroad."""
    line = re.sub(r"\bweb (\d)", rf"{kit.people} \1", line)
    if channel.abroad:  # before there is consent, no household is named there
        line = re.sub(r"của hộ \*\*.*?\*\*", "của **hộ gia đình mình**", line)
    line = ARRIVED.sub(r"\1 ?", line)
    line = re.sub(r"(Tài khoản trò chuyện:|trên|qua) web(?! \(bản demo\))", rf"\1 {kit.people}", line)
    return line if channel.can.bold else line.replace("**", "")


@cache
def abroad_sentences() -> tuple[str, ...]:
    """What people are told besides, before they agree to servers abroad."""
    sources = (path.read_text(encoding="utf-8") for path in TEXTS.glob("*.toml"))
    found = {sentence.strip() for source in sources for sentence in ABROAD.findall(source)}
    return tuple(sorted(found, key=len, reverse=True))  # one may begin like another


def in_words(message: Told, channel: Channel) -> tuple[Sequence[str], list[str]]:
    """The labels that are buttons here, and the lines that stand for those that are not."""
    if fits(message.choices + message.controls, channel):
        return message.choices + message.controls, []
    numbered = [f"{number}. {label}" for number, label in enumerate(message.choices, 1)]
    if fits(message.controls, channel):
        return message.controls, numbered
    return (), [*numbered, f"Hoặc nhắn: {' · '.join(message.controls)}."]


def fits(labels: Sequence[str], channel: Channel) -> bool:
    """Whether these can all be buttons."""
    most, longest = channel.can.buttons, channel.can.label
    few = most is None or len(labels) <= most
    return few and (longest is None or all(len(label) <= longest for label in labels))


def read(seen: Iterable[Seen]) -> list[str]:
    """What was seen: stretches of words, files and buttons in order, however the words were cut into messages."""
    words: list[str] = []
    for message in seen:
        text = TAKES.sub("", ARRIVED.sub(r"\1 ?", LINK.sub(A_LINK, message.text)))
        for sentence in abroad_sentences():
            text = text.replace(sentence, "")
        words += pressed_apart(text.split("\n"), message.file, message.buttons)
    return joined(words)


def pressed_apart(lines: Iterable[str], file: str, buttons: Sequence[str]) -> list[str]:
    """Words as they are; files and buttons marked, so that nothing written can pass for them."""
    files = [f"\0file {file}"] if file else []
    return [*lines, *files, *(f"\0{part}" for label in buttons for part in label.split(" · "))]


def joined(words: Iterable[str]) -> list[str]:
    """Neighbouring lines as one, spaces told alike."""
    runs: list[str] = []
    for word in words:
        clean = " ".join(word.split(" ")).strip()
        if clean.startswith("\0") or not runs or runs[-1].startswith("\0"):
            runs.append(clean)
        elif clean:
            runs[-1] = f"{runs[-1]} {clean}".strip()
    return [" ".join(run.split()) for run in runs if run]
