"""Entering for somebody else: for whom, who helps whom, and who wrote what. Every reading takes whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from storage import campaign
from storage.campaign import Named, Owner
from storage.database import Tx, load_queries, record_or_none

_Q = load_queries("behalf")
PERSON = "P:"
"""Before the id of somebody known who is no individual yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beneficiary:
    """An individual for whom something is entered."""

    individual_id: str
    name: str
    unit_id: str
    unit_name: str
    person_id: str | None

    @property
    def owner(self) -> Owner:
        """Whose the record will be."""
        return Owner(owner_id=self.individual_id, name=self.name, unit_id=self.unit_id, individual=True)


def units_for(tx: Tx, person_id: str) -> list[Named]:
    """The units for whose people a person may enter something."""
    return [Named(code=row["unit_id"], name=row["name"]) for row in _Q.units_for(tx, person_id=person_id)]


def namesakes(tx: Tx, unit_id: str) -> list[Named]:
    """The people of a unit, for their names to be compared with one that was typed."""
    return [Named(code=row["code"], name=row["name"]) for row in _Q.namesakes(tx, unit_id=unit_id)]


def beneficiary(tx: Tx, individual_id: str, person_id: str) -> Beneficiary | None:
    """An individual, if the person may enter something for them."""
    return record_or_none(Beneficiary, _Q.beneficiary(tx, individual_id=individual_id, person_id=person_id))


def add(tx: Tx, name: str, unit_id: str, phone: str, group: str, helper: str) -> str:
    """A new individual for whom somebody enters; returns the code."""
    individual_id = campaign.next_individual(tx)
    _Q.add_helped(
        tx,
        individual_id=individual_id,
        name=name,
        unit_id=unit_id,
        phone=phone,
        neighborhood_group=group,
        helped_by=helper,
    )
    return individual_id


def recognise(tx: Tx, code: str, unit_id: str, helper: str) -> str:
    """Somebody of the unit who is known, as an individual; what is known of them stays."""
    if code.startswith(PERSON):
        name = next(one.name for one in namesakes(tx, unit_id) if one.code == code)
        code = campaign.add_individual(tx, code.removeprefix(PERSON), name, unit_id).owner_id
    _Q.help(tx, individual_id=code, helped_by=helper)
    return code


def helped(tx: Tx, person_id: str) -> list[Owner]:
    """The individuals without a chat of their own for whom a secretary answers."""
    return [
        Owner(owner_id=row["individual_id"], name=row["name"], unit_id=row["unit_id"], individual=True)
        for row in _Q.helped(tx, person_id=person_id)
    ]


def author_of(tx: Tx, record_id: str) -> str:
    """Who wrote a model or a report that belongs to somebody else; "" when its owner did."""
    return _Q.author_of(tx, record_id=record_id) or ""
