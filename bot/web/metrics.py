"""Figures of the running product for a monitoring system: counts and ages, never names."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from bot.web.house import House
from storage import health, outbox
from storage.database import Tx

SECOND = 1000  # milliseconds


async def metrics(house: House, _request: Request) -> Response:
    """The page that Prometheus reads."""
    page = await house.database.read(_page, house.now())
    return Response(page, media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})


def _page(tx: Tx, now: int) -> bytes:
    registry = CollectorRegistry()
    _tallies(registry, "danvan_updates", "Updates received, by what became of them", health.updates_by_state(tx))
    _tallies(registry, "danvan_messages", "Messages to people, by what became of them", health.messages_by_state(tx))
    _one(registry, "danvan_oldest_waiting_seconds", "How long the oldest due message waits", _oldest(tx, now))
    _one(registry, "danvan_alarms", "What is wrong at the moment", len(health.open_alarms(tx)))
    last = health.last_backup(tx, now)
    _one(registry, "danvan_backup_age_seconds", "Age of the newest copy", (now - last.made_at) / SECOND if last else -1)
    return generate_latest(registry)


def _tallies(registry: CollectorRegistry, name: str, help_: str, tallies: list[health.Tally]) -> None:
    gauge = Gauge(name, help_, ("channel", "state"), registry=registry)
    for tally in tallies:
        gauge.labels(tally.channel, tally.state).set(tally.count)


def _one(registry: CollectorRegistry, name: str, help_: str, value: float) -> None:
    Gauge(name, help_, registry=registry).set(value)


def _oldest(tx: Tx, now: int) -> float:
    since = outbox.oldest_due(tx, now)
    return (now - since) / SECOND if since else 0
