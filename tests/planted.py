"""Twelve faults planted one at a time into a copy of the tree: the tests that should catch each must fail.

`python -m tests.planted` plants all; names plant only those. A fault whose place is not found any more is an error:
the code has moved on, and the fault must follow.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 300  # seconds for the tests of one fault
CAUGHT = "caught"
FAILED = 1  # what pytest returns when tests failed; anything else is no verdict
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "data", "__pycache__", ".*_cache", "*.db*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A change that must not go unnoticed, and where it should be noticed."""

    name: str
    file: str
    good: str
    bad: str
    caught_by: tuple[str, ...]


FAULTS = (
    Fault(
        name="ack_before_commit",
        file="bot/channels/telegram.py",
        good="            if updates:\n                await take(updates)\n",
        bad="            self._poll.confirm(updates)\n            if updates:\n                await take(updates)\n",
        caught_by=("tests/channels/test_telegram_receive.py",),
    ),
    Fault(
        name="mark_sent_before_send",
        file="bot/runtime/outbox.py",
        good="            content = await self._drawn(parcel.message)\n",
        bad='            await self._database.write(parcels.sent, parcel.message_id, self._now(), "", 1)\n'
        "            content = await self._drawn(parcel.message)\n",
        caught_by=("tests/runtime/test_outbox.py",),
    ),
    Fault(
        name="dedupe_without_bot",
        file="bot/runtime/inbox.py",
        good="receipts.receive(tx, receipt, channel.bot, update.key)",
        bad='receipts.receive(tx, receipt, "", update.key)',
        caught_by=("tests/runtime/test_inbox.py",),
    ),
    Fault(
        name="begin_not_immediate",
        file="storage/database.py",
        good='    tx.execute("BEGIN IMMEDIATE")\n',
        bad='    tx.execute("BEGIN")\n',
        caught_by=("tests/runtime/test_database.py",),
    ),
    Fault(
        name="no_check_of_the_sender",
        file="handlers/dialogue/converse.py",
        good="    person = people.person_of(tx, inbound.address.channel, inbound.sender)\n",
        bad="    person = people.person_of(tx, inbound.address.channel, inbound.address.chat)\n",
        caught_by=(
            "tests/handlers/test_leader_groups.py::test_leaders_read_and_urge_in_a_registered_group_others_do_not",
        ),
    ),
    Fault(
        name="secret_compared_in_haste",
        file="bot/channels/telegram.py",
        good="not hmac.compare_digest(given, expected)",
        bad="given != expected",
        caught_by=("tests/channels/test_secrets_are_compared.py",),
    ),
    Fault(
        name="raw_html",
        file="bot/channels/telegram.py",
        good='extra: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}',
        bad='extra: dict[str, Any] = {"link_preview_options": {"is_disabled": True}, "parse_mode": "HTML"}',
        caught_by=("tests/channels/test_telegram_send.py",),
    ),
    Fault(
        name="summary_sent_again",
        file="bot/core/message.py",
        good="        return self in (Lane.REMINDER, Lane.SUMMARY)\n",
        bad="        return False\n",
        caught_by=("tests/runtime/test_outbox.py",),
    ),
    Fault(
        name="broadcast_by_cursor",
        file="storage/queries/notices.sql",
        good="AND (r.queued_at IS NULL OR r.again) ORDER BY",
        bad="AND r.recipient_id > (SELECT COALESCE(MAX(p.recipient_id), '') FROM notice_recipients p"
        " WHERE p.notice_id = :notice_id AND p.queued_at IS NOT NULL) ORDER BY",
        caught_by=("tests/handlers/test_notice_progress.py",),
    ),
    Fault(
        name="misfire_default",
        file="bot/runtime/scheduler.py",
        good="        return self.due.now > self.due.due_at + length(self.job)\n",
        bad="        return self.due.now > self.due.due_at + 1000\n",
        caught_by=("tests/runtime/test_scheduler.py",),
    ),
    Fault(
        name="cancel_without_shield",
        file="bot/runtime/inbox.py",
        good="await asyncio.shield(asyncio.ensure_future(self._keep(channel, updates)))",
        bad="await self._keep(channel, updates)",
        caught_by=("tests/runtime/test_inbox.py",),
    ),
    Fault(
        name="restore_that_sends",
        file="storage/backups.py",
        good='            outbox.hold(tx, outbox.EVERY_CHANNEL, "", FOR_EVER)\n',
        bad='            outbox.end_hold(tx, outbox.EVERY_CHANNEL, "")\n',
        caught_by=("tests/test_upkeep.py::test_copy_restore_release",),
    ),
)


def plant(fault: Fault, tree: Path) -> None:
    """Change one place. Raises LookupError unless it is there exactly once."""
    path = tree / fault.file
    text = path.read_text(encoding="utf-8")
    if text.count(fault.good) != 1:
        raise LookupError(f"{fault.name}: its place in {fault.file} was found {text.count(fault.good)} times")
    path.write_text(text.replace(fault.good, fault.bad), encoding="utf-8")


def run(tree: Path, tests: Sequence[str]) -> int:
    """The tests in a tree; what pytest returns. A run that hangs has noticed something too."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(command, cwd=tree, capture_output=True, timeout=PATIENCE, check=False).returncode
    except subprocess.TimeoutExpired:
        return FAILED


def verdict(fault: Fault) -> str:
    """What the tests say with the fault in its place; they must have been content without it."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        if run(tree, fault.caught_by) != 0:
            return "FAILS ANYWAY"
        plant(fault, tree)
        return CAUGHT if run(tree, fault.caught_by) == FAILED else "NOT CAUGHT"


def main() -> int:
    """Plant the faults and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    names = parser.parse_args().names
    chosen = [fault for fault in FAULTS if not names or fault.name in names]
    caught = 0
    for fault in chosen:
        started = time.monotonic()
        found = verdict(fault)
        caught += found == CAUGHT
        sys.stdout.write(f"{found:<14}{fault.name:<28}{time.monotonic() - started:5.0f} s\n")
        sys.stdout.flush()
    sys.stdout.write(f"{caught}/{len(chosen)}\n")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
