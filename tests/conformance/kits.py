"""The channels that the suite is run against: a row a channel."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance.kit import MakeKit
from tests.conformance.plain_kit import PlainKit
from tests.conformance.telegram_kit import TelegramKit
from tests.conformance.web_kit import WebKit
from tests.conformance.zalo_kits import ZaloBotKit, ZaloOaKit

KITS: Mapping[str, MakeKit] = {
    "web": WebKit,
    "telegram": TelegramKit,
    "zalo_oa": ZaloOaKit,
    "zalo_bot": ZaloBotKit,
    # Nobody's platform, but the poorest that can be thought of: what is lost gracefully there is lost so anywhere.
    "plain": PlainKit,
}
