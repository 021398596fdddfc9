"""Every household is a canary: its name and its address may reach only those who may know of it."""

from __future__ import annotations

import json
from collections import defaultdict

from storage.database import Tx
from storage.people import code_hash

Known = defaultdict[str, set[str]]
"""Households by chat."""

MEMBERS = """
SELECT a.chat, m.household_id FROM household_members m JOIN accounts a ON a.person_id = m.person_id
"""
STAFF = """
SELECT a.chat, h.household_id FROM memberships m
JOIN accounts a ON a.person_id = m.person_id
JOIN unit_ancestors u ON u.ancestor_id = m.unit_id
JOIN households h ON h.unit_id = u.unit_id
WHERE m.role IN ('officer', 'admin')
"""
SENT = """
SELECT a.chat, q.household_id FROM door_rounds r
JOIN door_calls c ON c.round_id = r.round_id
JOIN notice_recipients q ON q.recipient_id = c.recipient_id
JOIN accounts a ON a.person_id = r.assignee_id
"""
INVITED = "SELECT household_id FROM invitations WHERE household_id IS NOT NULL AND code_hash = ?"
MARKED = "SELECT household_id, head_name, address FROM households"


def who_may_know(tx: Tx) -> Known:
    """The chats of members and officers, of whoever was sent to their door or held a slip with their code in hand."""
    known: Known = defaultdict(set)
    for query in (MEMBERS, STAFF, SENT):
        for row in tx.execute(query).fetchall():
            known[row["chat"]].add(row["household_id"])
    for row in tx.execute("SELECT raw FROM inbox WHERE state = 'done'").fetchall():
        said = json.loads(row["raw"])
        for found in tx.execute(INVITED, (code_hash(str(said.get("text", "")).rpartition(" ")[2]),)).fetchall():
            known[str(said.get("account"))].add(found["household_id"])
    return known


def strayed(tx: Tx) -> list[str]:
    """Where anything of a household went that should not have gone there; nothing is good."""
    homes = tx.execute(MARKED).fetchall()
    known = who_may_know(tx)
    return [
        f"{home['household_id']} to {row['chat']}: {row['body']}"
        for row in tx.execute("SELECT chat, body FROM outbox").fetchall()
        for home in homes
        if (home["head_name"] in row["body"] or home["address"] in row["body"])
        and home["household_id"] not in known[row["chat"]]
    ]
