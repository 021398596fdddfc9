"""The nouns of looking after the house: what was seen from outside the records, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WARN_AT, STOP_AT = 0.8, 0.95
"""Parts of a month's messages at which administrators are warned, and from which on only replies go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the records don't tell: room on the disk in bytes, jobs that fail, channels that say they are not well."""

    free: int
    room: int  # the whole disk
    on: tuple[str, ...] | None = None  # the channels that the settings turn on; None: whichever there are
    clock: str = ""  # what is the matter with the clock: jumped, far, back
    copy_trouble: str = ""  # why the last copy failed, where this process has seen it
    failing_jobs: tuple[str, ...] = ()
    complaints: Mapping[str, str] = field(default_factory=dict)  # channel name -> short English key
    monthly: Mapping[str, int] = field(default_factory=dict)  # channel name -> messages that a month may have
    most_people: Mapping[str, int] = field(default_factory=dict)  # channel name -> people that it lets us have
    silence: Mapping[str, int] = field(default_factory=dict)  # channel name -> working hours without an update
    keeps: Mapping[str, int] = field(default_factory=dict)  # channel name -> hours for which it keeps what is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Something that is wrong now: `kind` names its sentences, `subject` is which channel or job, if any."""

    kind: str
    subject: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
