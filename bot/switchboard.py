"""Which channels the settings turn on, and what each of them is given: its settings, its pace, its keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.channels.base import Channel, Limits
from bot.channels.telegram import LIMITS as TELEGRAM_LIMITS
from bot.channels.telegram import TelegramChannel, chat_pace
from bot.channels.wire import Timeouts, Wire
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_oa import LIMITS as OA_LIMITS
from bot.channels.zalo_oa import NAME as OA
from bot.channels.zalo_oa import Templates, ZaloOaChannel
from bot.channels.zalo_tokens import Keys, Tokens
from bot.config import Settings, ZaloOaSettings
from bot.runtime.clock import wall_clock
from bot.web.card import CARD_PICTURE
from storage import channels as kept
from storage.channels import KeptKeys
from storage.database import Database


def channels_of(settings: Settings, database: Database) -> list[Channel]:
    """The channels that the settings turn on."""
    made = (telegram_of(settings), zalo_oa_of(settings, database), zalo_bot_of(settings))
    return [channel for channel in made if channel is not None]


def hook_of(settings: Settings, channel: str) -> str:
    """The address at which a platform calls us."""
    return f"{settings.web.public_url}/hooks/{channel}"


def telegram_of(settings: Settings) -> TelegramChannel | None:
    """The Telegram channel, if the settings have one."""
    chosen = settings.telegram
    if chosen is None:
        return None
    return TelegramChannel(
        token=chosen.token.get_secret_value(),
        base_url=chosen.base_url,
        mode=chosen.mode,
        webhook_secret=chosen.webhook_secret.get_secret_value(),
        webhook_url=hook_of(settings, "telegram"),
        proxy=chosen.proxy.get_secret_value(),
        limits=telegram_limits(chosen.messages_per_second, chosen.chat_messages_per_second),
        household_data=chosen.household_data,
    )


def telegram_limits(per_second: float, chat_per_second: float) -> Limits:
    """Telegram's own pace for all chats together and for each; a server of one's own or a paid bot may go faster."""
    burst = max(TELEGRAM_LIMITS.burst, round(per_second / 6))
    return Limits(per_second=per_second, burst=burst, at_once=64, pace=chat_pace(chat_per_second))


def zalo_bot_of(settings: Settings) -> ZaloBotChannel | None:
    """The Zalo Bot Platform's channel, if the settings have one."""
    chosen = settings.zalo_bot
    if chosen is None:
        return None
    return ZaloBotChannel(
        token=chosen.token.get_secret_value(),
        base_url=chosen.base_url,
        mode=chosen.mode,
        webhook_secret=chosen.webhook_secret.get_secret_value(),
        webhook_url=hook_of(settings, "zalo_bot"),
    )


def zalo_oa_of(settings: Settings, database: Database) -> ZaloOaChannel | None:
    """The Official Account's channel, if the settings have one; its keys are kept in the database."""
    chosen = settings.zalo_oa
    if chosen is None:
        return None
    wire = Wire(timeouts=Timeouts(), at_once=OA_LIMITS.at_once)
    return ZaloOaChannel(
        oa_id=chosen.oa_id,
        app_id=chosen.app_id,
        oa_secret=chosen.oa_secret.get_secret_value(),
        tokens=_tokens(chosen, database, wire),
        last_heard=_last_heard(database),
        now=wall_clock,
        wire=wire,
        base_url=chosen.base_url,
        business_url=chosen.business_url,
        paid=chosen.paid_days,
        templates=Templates(notice=chosen.notice_template, parameters=chosen.notice_parameters),
        ward_phone=settings.ward.phone,
        card_picture=f"{settings.web.public_url}{CARD_PICTURE}" if settings.web.public_url else "",
    )


def _tokens(chosen: ZaloOaSettings, database: Database, wire: Wire) -> Tokens:
    return Tokens(
        wire=wire,
        store=DatabaseKeys(database),
        app_id=chosen.app_id,
        secret_key=chosen.secret_key.get_secret_value(),
        refresh_token=chosen.refresh_token.get_secret_value(),
        now=wall_clock,
        oauth_url=chosen.oauth_url,
    )


def _last_heard(database: Database) -> Callable[[str], Awaitable[int | None]]:
    async def last_heard(user: str) -> int | None:
        return await database.read(kept.last_heard, OA, user)

    return last_heard


class DatabaseKeys:
    """The keys of the Official Account, in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> Keys | None:
        """The keys as last saved."""
        found = await self._database.read(kept.keys, OA)
        if found is None:
            return None
        return Keys(access=found.access, refresh=found.refresh, expires_at=found.expires_at, seed=found.seed)

    async def save(self, keys: Keys) -> None:
        """Keep the keys; they are on disk on return."""
        row = KeptKeys(access=keys.access, refresh=keys.refresh, expires_at=keys.expires_at, seed=keys.seed)
        await self._database.write(kept.keep_keys, OA, row)
