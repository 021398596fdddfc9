"""Two wards with somebody in every role, every household marked; each act is tried in a savepoint and taken back."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.ids import Ids
from bot.core.message import Address, Inbound, Outbound, outbound_to_json
from bot.engine import load_texts
from handlers import SUBJECTS
from handlers.dialogue.converse import Converse
from handlers.dialogue.visit import Desk
from handlers.registry import Registry
from storage import people
from storage.database import Tx, open_plain, transaction
from storage.demo import all_files
from storage.demo.people import add_demo_people
from storage.loading import load_files, rebuild_ancestors
from tests.canaries import SENT
from tests.clock import FrozenClock
from tests.house import START, WARD

OTHER_WARD = """
INSERT INTO units (unit_id, kind, name, parent_id, valid_from) VALUES
    ('PKH', 'ward', 'Phường Khác (giả định)', 'QLB', '2003-11-06'),
    ('PKH01', 'party_cell', 'Chi bộ Khác (giả định)', 'PKH', '2003-11-06');
INSERT INTO campaigns (campaign_id, unit_id, year, title, opens_on, registration_deadline, focal_body)
    SELECT 'PKH-2021', 'PKH', year, title, opens_on, registration_deadline, focal_body FROM campaigns LIMIT 1;
INSERT INTO fields (campaign_id, code, name, position) SELECT 'PKH-2021', code, name, position FROM fields;
INSERT INTO projects (project_id, name, unit_id) VALUES ('XDE', 'Dự án của phường khác (giả định)', 'PKH');
INSERT INTO households (household_id, unit_id, head_name, address) VALUES
    ('HX01', 'PKH', 'Chủ hộ khác (giả định)', 'Địa chỉ khác (giả định)');
INSERT INTO parcels (household_id, project_id, map_sheet, plot, area_m2, land_type) VALUES
    ('HX01', 'XDE', '12', '45', '50', 'đất ở');
"""
MARKED = """
UPDATE households SET head_name = head_name || ' [' || household_id || '!]',
    address = address || ' [' || household_id || '!]';
UPDATE parcels SET land_type = land_type || ' [' || household_id || '!]', note = '[' || household_id || '!]';
"""
NEWCOMERS = {
    "hox": ("resident", "PKH", "HX01"),
    "cbx": ("secretary", "PKH01", ""),
    "canbox": ("officer", "PKH", ""),
    "lanhdaox": ("leader", "PKH", ""),
    "quantrix": ("admin", "PKH", ""),
    "cu": ("secretary", "CB21", ""),
    "chan": ("resident", "PPL", "H020"),
}
ROLES = {
    "la": "stranger", "cu": "stranger", "ho1": "resident", "ho2": "resident", "chan": "resident", "hox": "resident",
    "cb05": "secretary", "cb22": "secretary", "cbx": "secretary", "canbo": "officer", "canbox": "officer",
    "lanhdao": "leader", "lanhdaox": "leader", "quantri": "admin", "quantrix": "admin",
}  # fmt: skip
MEMBERS = """
SELECT a.chat, m.household_id FROM household_members m JOIN accounts a ON a.person_id = m.person_id
"""
"""The households of residents: the only ones of which they may read anything."""
WARD_OF_STAFF = {"canbo": "PPL", "canbox": "PKH", "quantri": "PPL", "quantrix": "PKH"}
"""Those who may read of every household of a ward. A leader sees counts, a secretary models: of households nothing."""
BESIDES = frozenset({"conversations", "wrong_codes", "finished_drafts", "outbox", "job_runs", "audit", "accounts"})
"""What a refused act may write: where the conversation stands, and what was said."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an act: the answers to whoever acted, everything that goes out by address, what was written."""

    answers: tuple[Outbound, ...]
    out: tuple[tuple[str, str], ...]  # (account, everything that the message says)
    wrote: bool
    strayed: tuple[str, ...]  # the marks of households that went to somebody who may know nothing of them

    @property
    def text(self) -> str:
        return "\n".join(answer.text for answer in self.answers)

    @property
    def buttons(self) -> set[str]:
        """What the buttons of all that goes out carry."""
        bodies = [json.loads(body) for _, body in self.out]
        return {data for body in bodies for _, data in (*body["choices"], *body["controls"])}


class Town:
    """A database in memory, and the real turn over it."""

    def __init__(self) -> None:
        self.clock = FrozenClock(START)
        self.ids = Ids(self.clock)
        self.tx = open_plain(":memory:")
        with transaction(self.tx) as tx:
            load_files(tx, all_files(), self.ids, self.clock())
            add_demo_people(tx, self.ids, self.clock())
            for statement in f"{OTHER_WARD}{MARKED}".split(";\n"):
                tx.execute(statement)
            rebuild_ancestors(tx)
            self._add_newcomers(tx)
        self.desk = desk = Desk(texts=load_texts(), ids=self.ids, ward=WARD)
        self.registry = Registry(SUBJECTS)
        self._converse = Converse(desk, self.registry, self.clock)
        self._read: dict[int, list[object]] = {}
        self._watch()
        self.tx.execute("BEGIN IMMEDIATE")

    def _watch(self) -> None:
        """Give the records a stamp that changes with each write, and comes back with what is taken back."""
        self.tx.execute("CREATE TEMP TABLE stamp AS SELECT 0 AS at")
        for name, event in itertools.product(self._tables(), ("INSERT", "UPDATE", "DELETE")):
            change = "UPDATE stamp SET at = RANDOM()"
            self.tx.execute(f"CREATE TEMP TRIGGER {name}_{event} AFTER {event} ON main.{name} BEGIN {change}; END")

    def _add_newcomers(self, tx: Tx) -> None:
        for account, (role, unit_id, household_id) in NEWCOMERS.items():
            person_id = self.ids.new()
            people.add_person(tx, person_id, f"{account} (giả định)", self.clock())
            people.add_account(tx, Address(channel="web", chat=account), account, person_id, self.clock())
            people.add_membership(tx, self.ids.new(), person_id, unit_id, role, self.clock())
            if household_id:
                people.join_household(tx, household_id, person_id, self.clock())
            if account == "cu":
                people.end_membership(tx, person_id, unit_id, role, self.clock())
        people.set_reachable(tx, "web", "chan", "blocked")

    def act(self, account: str, *, text: str = "", press: str = "") -> tuple[Outbound, ...]:
        """Somebody types or presses something; it stays."""
        inbound = Inbound(
            address=Address(channel="web", chat=account), sender=account, at=self.clock(), text=text, press=press
        )
        return tuple(self._converse(self.tx, inbound))

    def heard(self, account: str, *, text: str = "", press: str = "") -> Heard:
        """The same, and what came of it."""
        before, already, writes = self._records(), self._newest(), self.tx.total_changes
        answers = self.act(account, text=text, press=press)
        said = [(answer.address.chat, _everything(answer)) for answer in answers]
        queued = self.tx.execute("SELECT chat, body FROM outbox WHERE message_id > ?", (already,)).fetchall()
        out = (*said, *((row["chat"], row["body"]) for row in queued))
        changed = self.tx.total_changes > writes and self._records() != before
        return Heard(answers, out, changed, tuple(self._strayed(out)))

    @contextlib.contextmanager
    def tried(self) -> Iterator[Town]:
        """Whatever is done inside is taken back."""
        self.tx.execute("SAVEPOINT tried")
        try:
            yield self
        finally:
            self.tx.execute("ROLLBACK TO tried")
            self.tx.execute("RELEASE tried")

    def one(self, query: str) -> str:
        """The only value of a query's only row."""
        (row,) = self.tx.execute(query).fetchall()
        (value,) = row.values()
        return str(value)

    def _newest(self) -> str:
        return self.one("SELECT COALESCE(MAX(message_id), '') FROM outbox")

    def _tables(self) -> list[str]:
        names = self.tx.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return [row["name"] for row in names if row["name"] not in BESIDES]

    def _records(self) -> list[object]:
        """All rows of all tables; those of the same stamp are read once, for nearly all acts begin with the same."""
        stamp = int(self.one("SELECT at FROM stamp"))
        found = self._read.pop(stamp, None) or self._all_rows()
        self._read = {**dict(list(self._read.items())[-3:]), stamp: found}  # the newest last
        return found

    def _all_rows(self) -> list[object]:
        cursor = self.tx.cursor()
        cursor.row_factory = None  # they are only compared: they need no names
        return [cursor.execute(f"SELECT * FROM {name}").fetchall() for name in self._tables()]

    def _strayed(self, out: Sequence[tuple[str, str]]) -> Iterator[str]:
        members = {
            (row["chat"], row["household_id"]) for query in (MEMBERS, SENT) for row in self.tx.execute(query).fetchall()
        }
        for row in self.tx.execute("SELECT household_id, unit_id FROM households").fetchall():
            mark = f"[{row['household_id']}!]"
            for account, words in out:
                known = (account, row["household_id"]) in members or WARD_OF_STAFF.get(account) == row["unit_id"]
                if mark in words and not known:
                    yield f"{mark} to {account}"


def _everything(message: Outbound) -> str:
    return json.dumps(outbound_to_json(message), ensure_ascii=False)
