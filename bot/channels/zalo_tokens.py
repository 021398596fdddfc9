"""The keys of a Zalo Official Account: renewed before they end, written down before they are used.

A refresh token works once and gives the next one. Whoever loses it needs an administrator's consent anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import aiohttp

from bot.channels.answers import wording
from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.wire import Lost, Reply, Secret, Wire, object_in

log = logging.getLogger(__name__)

OAUTH_URL: Final = "https://oauth.zaloapp.com"
PATH: Final = "/v4/oa/access_token"
EARLY: Final = 30 * 60_000  # milliseconds before its end at which an access token is renewed
SHORTEST: Final = 60  # seconds; a server that says less is not believed
FIRST_PAUSE: Final = 1_000  # milliseconds after a renewal that failed, doubled each time
LONGEST_PAUSE: Final = 60_000  # where an administrator must act, the first pause is as long as this
APP_REFUSED: Final = frozenset({-14002, -14003})
"""Numbers of the key server that are about the app, not about the consent; it publishes no table of them."""


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
        self._unkept: Keys | None = None  # granted, but the store could not take them
        self._failed: DeliveryFailed | None = None
        self._again_at = 0
        self._pause = FIRST_PAUSE
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
        """New keys; for a while after a failure the same failure, without asking anybody."""
        if self._failed and 0 < self._again_at - self._now() <= LONGEST_PAUSE:
            raise DeliveryFailed(self._failed.trouble, self._failed.why, said=self._failed.said)
        try:
            fresh = await self._kept(self._unkept or await self._asked(keys))
        except DeliveryFailed as failed:
            self._rest(failed)
            raise
        self._failed, self._pause = None, FIRST_PAUSE
        self._keys = fresh
        return fresh

    async def _asked(self, keys: Keys) -> Keys:
        form = aiohttp.FormData({"refresh_token": keys.refresh, "app_id": self._app_id, "grant_type": "refresh_token"})
        reply = await self._wire.post(Secret(self._url), form, headers={"secret_key": self._secret_key.reveal()})
        answer = _granted(reply)
        return Keys(
            access=answer["access_token"],
            refresh=answer["refresh_token"],
            expires_at=self._now() + max(SHORTEST, int(answer["expires_in"])) * 1000,
            seed=keys.seed,
        )

    async def _kept(self, fresh: Keys) -> Keys:
        """On disk before anybody uses it: the old one is worth nothing from the moment of the answer."""
        self._unkept = fresh
        try:
            await self._store.save(fresh)
        except Exception as error:  # whatever the store raises: nothing was sent to anybody
            log.error("zalo_oa: new keys could not be kept: %s", type(error).__name__)
            raise DeliveryFailed(Trouble.CHANNEL_DOWN, "keys_not_kept") from None
        self._unkept = None
        return fresh

    def _rest(self, failed: DeliveryFailed) -> None:
        self._failed = failed
        pause = LONGEST_PAUSE if failed.trouble is Trouble.MISCONFIGURED else self._pause
        self._pause = min(LONGEST_PAUSE, self._pause * 2)
        self._again_at = self._now() + pause


def _granted(reply: Reply | Lost) -> dict[str, Any]:
    if isinstance(reply, Lost):
        raise DeliveryFailed(Trouble.CHANNEL_DOWN, reply.kind)
    answer = object_in(reply.body)
    if reply.status >= 500 or reply.status == 429:
        raise DeliveryFailed(Trouble.CHANNEL_DOWN, "too_many" if reply.status == 429 else "server_error")
    if answer is None:  # a captive portal or a block page says nothing about our consent
        raise DeliveryFailed(Trouble.CHANNEL_DOWN, "not_zalo")
    try:
        good = {key: str(answer[key]) for key in ("access_token", "refresh_token", "expires_in")}
        int(good["expires_in"])  # a string of digits
    except (ValueError, KeyError):
        raise _refusal(answer) from None
    return good


def _refusal(answer: Mapping[str, Any]) -> DeliveryFailed:
    """Its `error_name` is all that the key server tells."""
    said = wording(str(answer.get("error_name", "")))
    if answer.get("error") in APP_REFUSED:
        return DeliveryFailed(Trouble.MISCONFIGURED, "app_invalid", said=said)
    return DeliveryFailed(Trouble.MISCONFIGURED, "consent_lost", said=said)
