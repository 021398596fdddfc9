"""What a line of a list says beyond its cells: whose it is, what follows from it, and what can't be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.core.gatherings import households_wrong
from bot.core.reading.households import REASONS
from storage.campaign import STANCES
from storage.loading.cells import Bad, number_of
from storage.loading.columns import Values
from storage.loading.homes import said_of
from storage.loading.known import Known
from storage.loading.land_lists import GROUP
from storage.loading.tables import Record


def _held(values: Values, known: Known, code: str, role: str, among: Iterable[str], year: tuple[str, int]) -> Record:
    """What models and sessions share: a number in a campaign, and a collective or an individual whose they are."""
    holder = values[f"{role}_code"]
    table = known.demand(holder, tuple(among), f"{role}_code")
    campaign_id = known.campaign(known.home(table, holder), year[1], year[0])
    if values.get("field_code"):
        known.demand(values["field_code"], ("fields",), "field_code", (campaign_id,))
    return {
        "campaign_id": campaign_id,
        "number": number_of(values[code]),
        f"{role}_unit_id": holder if table == "units" else None,
        f"{role}_individual_id": holder if table == "individuals" else None,
    }


def model(values: Values, known: Known) -> Record:
    """A model: its number in the campaign, and whose it is."""
    return _held(values, known, "model_code", "owner", (values["owner_type"],), ("year", values["year"]))


def session(values: Values, known: Known) -> Record:
    """A session: whose it is, its model, and how its households stand. Raises Bad or Unjudged."""
    year = date.fromisoformat(values["date"]).year
    row = _held(values, known, "session_code", "host", ("units", "individuals"), ("date", year))
    if values["host_code"] in values.get("cohost_codes", ()):
        raise Bad("own_cohost", column="cohost_codes", value=values["host_code"])
    row |= _hesitating(values)
    return row | {"reported_on": values["date"]} | _of_model(values, row["campaign_id"], known)


def _hesitating(values: Values) -> Record:
    """Households that hesitate add up from their reasons where the list has no sum of its own. Raises Bad."""
    stances: Values = {name: values.get(f"households_{name}") for name in STANCES}
    reasons = [stances[name] for name in REASONS if stances[name] is not None]
    if stances["hesitating"] is None and reasons:
        stances["hesitating"] = sum(reasons)
    if wrong := households_wrong(stances):
        column = "households_met" if wrong == "more_than_met" else "households_hesitating"
        said: Values = {name: count or 0 for name, count in stances.items()}
        raise Bad(f"households_{wrong}", column=column, **said)
    return {"hesitating_count": stances["hesitating"]} if reasons else {}


def _of_model(values: Values, campaign_id: str, known: Known) -> Record:
    """A session's model, and the field and project that it takes from there when its own cells are empty."""
    code = values.get("model_code")
    if code:
        known.demand(code, ("models",), "model_code", (campaign_id,))
    model = (code and known.rows["models"].find(campaign_id, code)) or {}
    row = {"model_id": model.get("model_id")} if "model_code" in values else {}
    for said, name in (("field_code", "field_code"), ("project_code", "project_id")):
        if model or said in values:
            row[name] = values.get(said) or model.get(name)
    return row


def duty(values: Values, _known: Known) -> Record:
    """A duty: its year."""
    return {"year": date.fromisoformat(values["given_on"]).year}


def resolution(values: Values, known: Known) -> Record:
    """The duty that a resolution is a report on: the one named, else the year's, which a list of resolutions begins."""
    issued_on, unit_id = values["issued_on"], values["unit_code"]
    row = {"done_on": issued_on, "reported_on": issued_on}
    return row | {"duty_id": values.get("duty_code") or _duty_of_the_year(int(issued_on[:4]), unit_id, known)}


def _duty_of_the_year(year: int, unit_id: str, known: Known) -> str:
    campaign_id = known.campaign(unit_id, year, "issued_on")
    above = known.line_up(unit_id)
    duties = [row for row in known.rows["duties"].all().values() if row["year"] == year and row["unit_id"] in above]
    if found := sorted(row["duty_id"] for row in duties if row["evidence"] == "resolution"):
        return str(found[0])
    campaign = known.rows["campaigns"].find(campaign_id) or {}
    duty = {
        "duty_id": f"NQ{year}-{campaign['unit_id']}",
        "unit_id": campaign["unit_id"],
        "year": year,
        "title": campaign["title"],
        "evidence": "resolution",
        "given_on": campaign["opens_on"],
        "due_on": f"{year}-12-31",
    }
    known.rows["duties"].want(duty)
    return str(duty["duty_id"])


def land(values: Values, known: Known) -> Record:
    """A parcel of the ward's own list: its household, found by what the list says of it."""
    project_id = values["project"]
    row = {
        "household_id": known.homes[project_id, *said_of(values)],
        "unit_id": known.home("projects", project_id),
        "project_id": project_id,
        "gone_on": None,
    }
    return row | ({"neighborhood_group": values[GROUP]} if values.get(GROUP) else {})


def is_there(_values: Values, _known: Known) -> Record:
    """A parcel that is listed is there, also when it had gone."""
    return {"gone_on": None}


def group(values: Values, _known: Known) -> Record:
    """A group was counted, or only its share is known."""
    came, invited, share = (values.get(name) for name in ("came", "invited", "share"))
    if (came is None) != (invited is None) or (share is None) == (came is None):
        raise Bad("group_count", column="came")
    if came is not None and came > invited:
        raise Bad("more_came", column="came", came=came, invited=invited)
    return {}


def goal(values: Values, known: Known) -> Record:
    """A goal: its campaign. Raises Bad when nothing is to be reached."""
    if not values["target"]:
        raise Bad("no_target", column="target")
    return {"campaign_id": known.campaign(values["unit_code"], values["year"], "year")}
