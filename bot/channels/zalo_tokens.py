"""The keys of a Zalo Official Account: renewed before they end, written down before they are used.

A refresh token works once and gives the next one. Whoever loses it needs an administrator's consent anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import aiohttp

from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.wire import Lost, Reply, Secret, Wire

OAUTH_URL: Final = "https://oauth.zaloapp.com"
PATH: Final = "/v4/oa/access_token"
EARLY: Final = 30 * 60_000  # milliseconds before its end at which an access token is renewed
SHORTEST: Final = 60  # seconds; a server that says less is not believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What is kept between runs; `seed` is a hash of the consent in the settings that they grew from."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: int  # epoch milliseconds
    seed: str


class KeyStore(Protocol):
    """Where the keys are kept."""

    async def load(self) -> Keys | None:
        """The keys as last saved."""

    async def save(self, keys: Keys) -> None:
        """Keep the keys; they are on disk on return."""


class Tokens:
    """The access token of the moment; one renewal at a time."""

    def __init__(
        self,
        *,
        wire: Wire,
        store: KeyStore,
        app_id: str,
        secret_key: str,
        refresh_token: str,
        now: Callable[[], int],
        oauth_url: str = OAUTH_URL,
    ) -> None:
        self._wire = wire
        self._store = store
        self._app_id = app_id
        self._secret_key = Secret(secret_key)
        self._given = Secret(refresh_token)
        self._seed = hashlib.sha256(refresh_token.encode()).hexdigest()
        self._now = now
        self._url = oauth_url.rstrip("/") + PATH
        self._keys: Keys | None = None
        self._lock = asyncio.Lock()

    async def access(self) -> str:
        """An access token that is good for a while. Raises DeliveryFailed."""
        async with self._lock:
            keys = await self._current()
            if keys.expires_at - EARLY <= self._now():
                keys = await self._renew(keys)
            return keys.access

    async def refused(self, access: str) -> None:
        """The platform did not take a token: the next is a new one, unless somebody has renewed it meanwhile."""
        async with self._lock:
            keys = await self._current()
            if keys.access == access:
                await self._renew(keys)

    async def _current(self) -> Keys:
        """The kept keys, or those of a consent given since: the settings' refresh token is then another one."""
        if self._keys is None:
            self._keys = await self._store.load()
        if self._keys is None or self._keys.seed != self._seed:
            self._keys = Keys(access="", refresh=self._given.reveal(), expires_at=0, seed=self._seed)
        return self._keys

    async def _renew(self, keys: Keys) -> Keys:
        form = aiohttp.FormData({"refresh_token": keys.refresh, "app_id": self._app_id, "grant_type": "refresh_token"})
        reply = await self._wire.post(Secret(self._url), form, headers={"secret_key": self._secret_key.reveal()})
        answer = _granted(reply)
        fresh = Keys(
            access=answer["access_token"],
            refresh=answer["refresh_token"],
            expires_at=self._now() + max(SHORTEST, int(answer["expires_in"])) * 1000,
            seed=keys.seed,
        )
        # On disk before anybody uses it: the old one is worth nothing from the moment of this answer.
        await self._store.save(fresh)
        self._keys = fresh
        return fresh


def _granted(reply: Reply | Lost) -> dict[str, Any]:
    if isinstance(reply, Lost):
        raise DeliveryFailed(Trouble.CHANNEL_DOWN, reply.kind)
    if reply.status >= 500:
        raise DeliveryFailed(Trouble.CHANNEL_DOWN, "server_error")
    try:
        answer = json.loads(reply.body)
        good = {key: str(answer[key]) for key in ("access_token", "refresh_token", "expires_in")}
        int(good["expires_in"])  # a string of digits
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DeliveryFailed(Trouble.MISCONFIGURED, "consent_lost") from None
    return good
