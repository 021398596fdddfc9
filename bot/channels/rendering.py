"""Makes a message into what a platform can show: the one place that knows what to do where a platform lacks something.

No or too few buttons: the choices are numbered, the controls named. No bold: plain words. A text that is too long:
parts, cut after sentences, which arrive in order. A file that the platform does not take: a link to it. No way of its
own to give a telephone number: the words alone ask for it. What concerns a household, where that may not pass: word
that there is something, and where to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.channels.capabilities import Capabilities, Contacts, Files
from bot.core.message import BOLD_OFF, BOLD_ON, Attachment, Lane, Outbound

Say = Callable[..., str]
"""The few words that rendering itself needs, at their addresses."""

_NO_MARKS = str.maketrans("", "", BOLD_ON + BOLD_OFF)
_SENTENCE_END = re.compile(r"(?<=[.!?…:])\s+|\n+")
_AS_FILE = "application/octet-stream"


def fit(
    message: Outbound, can: Capabilities, say: Say, *, size: int | None = None, link: str = ""
) -> tuple[Outbound, ...]:
    """The message in the parts in which a platform can show it; buttons and attachment are with the last.

    `size` is the attachment's in bytes, None when it could not be drawn; `link` is where the message can be read and
    its attachment fetched, "" where no link can be given. Nothing at all where a passing state could only be one more
    message.
    """
    if message.passing and not can.edits:
        return ()
    if withheld(message, can):
        message = _elsewhere(message, say, link)
    message = _with_file(message, can, say, size, link)
    message = _with_buttons(message, can, say)
    if not can.bold:
        message = replace(message, text=plain(message.text))
    if can.contacts is Contacts.NONE:
        message = replace(message, contact="")  # the words ask for the number too
    return _split(message, can)


def needs_link(message: Outbound, can: Capabilities, size: int | None) -> bool:
    """Whether the message can only be shown as a whole with an address of ours."""
    if withheld(message, can):
        return True
    if message.attachment is None or size is None:
        return False
    return can.files is not Files.SENT or _carried(message.attachment, can, size) is None


def withheld(message: Outbound, can: Capabilities) -> bool:
    """Whether the message may not pass over the platform: it concerns a household."""
    return message.household and not can.households


def plain(text: str) -> str:
    """The words without marks."""
    return text.translate(_NO_MARKS)


def _elsewhere(message: Outbound, say: Say, link: str) -> Outbound:
    """Word that there is something; a notice keeps its answers, which are the ward's own words."""
    text = say("delivery.household_link" if link else "delivery.household_elsewhere", link=link)
    choices = message.choices if message.lane is Lane.NOTICE else ()
    return replace(message, text=text, choices=choices, controls=(), attachment=None)


# -- files -----------------------------------------------------------------------------------------------------------


def _with_file(message: Outbound, can: Capabilities, say: Say, size: int | None, link: str) -> Outbound:
    attachment = message.attachment
    if attachment is None:
        return message
    if size is None:
        return _instead(message, say("delivery.file_failed", name=attachment.name))
    carried = _carried(attachment, can, size)
    if carried is not None and (link or can.files is not Files.FETCHED):
        return message if carried is attachment else replace(message, attachment=carried)
    where = "delivery.file_link" if link else "delivery.file_elsewhere"
    return _instead(message, say(where, name=attachment.name, link=link))


def _carried(attachment: Attachment, can: Capabilities, size: int) -> Attachment | None:
    """The attachment as the platform takes it: a picture, else a document; None when it is neither."""
    if attachment.is_picture and _within(size, can.picture):
        return attachment
    taken = not can.document_kinds or attachment.mime in can.document_kinds
    if not taken or not _within(size, can.document):
        return None
    return replace(attachment, mime=_AS_FILE) if attachment.is_picture else attachment


def _within(size: int, most: int | None) -> bool:
    return most is None or size <= most


def _instead(message: Outbound, sentence: str) -> Outbound:
    return replace(message, text="\n".join(part for part in (message.text, sentence) if part), attachment=None)


# -- buttons ---------------------------------------------------------------------------------------------------------


def _with_buttons(message: Outbound, can: Capabilities, say: Say) -> Outbound:
    """All as buttons; else the choices as numbers; else the controls in words too."""
    if _pressable(message, can):
        return message
    numbered = [f"{number}. {choice.label}" for number, choice in enumerate(message.choices, 1)]
    message = replace(message, text="\n".join([message.text, *numbered]).lstrip("\n"), choices=())
    if _pressable(message, can):
        return message
    labels = [control.label for control in message.controls]
    return replace(message, text=f"{message.text}\n{say('delivery.controls', labels=labels)}", controls=())


def _pressable(message: Outbound, can: Capabilities) -> bool:
    count = len(message.choices) + len(message.controls)
    if not _within(count, can.buttons):
        return False
    return can.label is None or all(len(one.label) <= can.label for one in (*message.choices, *message.controls))


# -- length ----------------------------------------------------------------------------------------------------------


def _split(message: Outbound, can: Capabilities) -> tuple[Outbound, ...]:
    """Words too long to stand beside an attachment go before it; where nothing may stand beside one, it goes first."""
    if message.contact and message.text and can.contacts is Contacts.CARD:
        return (*_split(replace(message, contact=""), can), replace(message, text="", choices=(), controls=()))
    if message.attachment is not None and message.text and not can.words_beside:
        alone = replace(message, text="", choices=(), controls=())
        return (alone, *_split(replace(message, attachment=None), can))
    last = can.text if message.attachment is None else can.caption
    if last is None or 2 * len(message.text) <= last:  # no letter is longer than two units
        return (message,)
    texts = split_text(message.text, last if can.text is None else can.text)
    if utf16_length(texts[-1]) > last:
        texts.append("")
    return (*_bare(message, texts[:-1]), replace(message, text=texts[-1]))


def _bare(message: Outbound, texts: list[str]) -> Iterator[Outbound]:
    for text in texts:
        yield replace(message, text=text, choices=(), controls=(), attachment=None, contact="")


def utf16_length(text: str) -> int:
    """Length in UTF-16 units without the bold marks: what platforms count."""
    return sum(2 if ord(letter) > 0xFFFF else 1 for letter in text if letter not in (BOLD_ON, BOLD_OFF))


def split_text(text: str, limit: int) -> list[str]:
    """Parts of at most `limit`, cut at the last line or sentence end that fits, else at a space, else anywhere."""
    parts: list[str] = []
    rest = text
    while utf16_length(rest) > limit:
        cut = _last_cut(rest, limit)
        head, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        head, rest = _close_bold(head, rest)
        parts.append(head)
    return [*parts, rest]


def _last_cut(text: str, limit: int) -> int:
    end = _longest_prefix(text, limit)
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, 0, end) if match.end() > end // 3]
    if sentences:
        return sentences[-1]
    space = text.rfind(" ", end // 3, end)
    return space if space > 0 else end


def _longest_prefix(text: str, limit: int) -> int:
    low, high = 1, min(len(text), limit + text.count(BOLD_ON) + text.count(BOLD_OFF))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if utf16_length(text[:middle]) <= limit else (low, middle - 1)
    return low


def _close_bold(head: str, rest: str) -> tuple[str, str]:
    if head.count(BOLD_ON) > head.count(BOLD_OFF):
        return head + BOLD_OFF, BOLD_ON + rest
    return head, rest
