"""Words at derived addresses: `register_model.field.ask` is a template, and rendering gives what is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from bot.core import figures
from bot.core.message import BOLD_OFF, BOLD_ON
from bot.core.reading.phones import masked
from bot.core.small_cells import Hidden, Shown

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_VARIES = re.compile(r"\{[{%#]")
_MARKS = str.maketrans("", "", BOLD_ON + BOLD_OFF)


class Words(str):
    """Something rendered by us: its bold marks are ours and stay. Any other text loses them."""

    __slots__ = ()


def plain(text: str) -> str:
    """A text in one line without what makes it bold: for a log."""
    return " ".join(text.translate(_MARKS).split())


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """The text with its first letter small, as in mid-sentence; abbreviations such as UBND stay."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def harmless(value: Any) -> Any:
    """A value without our bold marks, unless the words are our own."""
    return value.translate(_MARKS) if isinstance(value, str) and not isinstance(value, Words) else value


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, finalize=harmless, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        decimal=figures.decimal,
        area=figures.area,
        dated=figures.dated,
        timed=figures.timed,
        moment=figures.momentary,
        short_dated=figures.short_dated,
        lower_first=uncapital,
        masked=masked,
    )
    environment.globals.update(ratio=figures.ratio, share=figures.share)
    return environment


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """(address, template) of every leaf of nested tables."""
    for key, value in tree.items():
        address = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from flatten(value, f"{address}.")
        else:
            yield address, value


class MissingText(KeyError):
    """A text that the program wants to say and nobody wrote; the message is its address."""


class Texts:
    """All that the program can say."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = dict(sources)
        self._templates: dict[str, Template] = {}
        self._constant: dict[str, Words] = {}  # texts with nothing to put in: most labels, said many times a turn
        self._environment = _environment()
        self._environment.filters["counted"] = self.counted

    def addresses(self) -> frozenset[str]:
        """Every address at which something is written."""
        return frozenset(self._sources)

    def has(self, address: str) -> bool:
        """Whether something is written at this address."""
        return address in self._sources

    def first(self, *addresses: str) -> str:
        """The first of the addresses at which something is written, the last one if none is."""
        return next((address for address in addresses if address in self._sources), addresses[-1])

    def say(self, address: str, /, **values: Any) -> Words:
        """The words at an address with the values put in. Values are never compiled, nor is their markup kept."""
        if (constant := self._constant.get(address)) is not None:
            return constant
        template = self._templates.get(address)
        if template is None:
            template = self._templates[address] = self._compile(address)
        words = Words(template.render(values).strip())
        if not _VARIES.search(self._sources[address]):
            self._constant[address] = words
        return words

    def counted(self, count: Shown) -> str:
        """A count as it is written, or what is said in the place of one that is not told."""
        if isinstance(count, Hidden):
            return self.say(f"common.hidden.{count.label}", fewest=count.fewest)
        return figures.counted(count)

    def _compile(self, address: str) -> Template:
        try:
            source = self._sources[address]
        except KeyError:
            raise MissingText(address) from None
        marked = _BOLD.sub(lambda match: f"{BOLD_ON}{match[1]}{BOLD_OFF}", source)
        return self._environment.from_string(marked)
