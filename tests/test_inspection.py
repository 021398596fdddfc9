"""`python -m bot check` looks at each channel where it really is, and says what to do."""

from __future__ import annotations

from pathlib import Path

from bot.app import alone_on
from bot.config import Settings
from bot.engine import load_texts
from bot.inspection import Finding, check
from storage.database import open_plain
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo_bot import TOKEN as BOT_TOKEN
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import APP_ID, FIRST_REFRESH, OA_ID, OA_SECRET, SECRET_KEY, FakeZaloOa

TEXTS = load_texts()
WARD = {"name": "Phường Phúc Lợi", "phone": "024 0000 0000"}
PUBLIC = "https://ward.test"


def settings(folder: Path, **channels: object) -> Settings:
    """The settings of a ward with some channels."""
    tree = {"ward": WARD, "storage": {"url": f"sqlite:///{folder / 'ward.db'}"}, "web": {"public_url": PUBLIC}}
    return Settings.model_validate({**tree, **channels})


def told(found: list[Finding]) -> str:
    """What an administrator reads."""
    return "\n".join(TEXTS.say(f"cli.check.{line.name}", **line.values) for line in found)


def account_at(fake: FakeZaloOa) -> dict[str, object]:
    return {
        "app_id": APP_ID,
        "oa_id": OA_ID,
        "secret_key": SECRET_KEY,
        "oa_secret": OA_SECRET,
        "refresh_token": FIRST_REFRESH,
        "base_url": fake.base_url,
        "oauth_url": fake.base_url,
        "business_url": fake.base_url,
    }


async def test_without_channels(tmp_path: Path) -> None:
    found = await check(settings(tmp_path))
    assert all(line.well for line in found)
    assert "Telegram: tắt" in told(found)
    assert "Zalo OA: tắt" in told(found)
    assert "Zalo Bot: tắt" in told(found)


async def test_each_channel_where_it_is(tmp_path: Path) -> None:
    async with FakeTelegram() as telegram, FakeZaloOa() as account, FakeZaloBot() as bot:
        hooked = {"mode": "webhook", "webhook_secret": "TEST-secret"}
        chosen = settings(
            tmp_path,
            telegram={"token": telegram.token, "base_url": telegram.base_url, **hooked},
            zalo_oa=account_at(account),
            zalo_bot={"token": BOT_TOKEN, "base_url": bot.base_url},
        )
        lines = told(found := await check(chosen))
        assert all(line.well for line in found)
        assert "Telegram: được, bot @dan_van_kheo_bot." in lines
        assert "khi chạy, hệ thống sẽ đăng ký https://ward.test/hooks/telegram" in lines
        assert "Zalo OA: được, Phường Phúc Lợi." in lines
        assert "đặt địa chỉ https://ward.test/hooks/zalo_oa" in lines
        assert "Zalo Bot: được, bot bot.danvankheo." in lines
        assert "Chưa nhận được tin nào từ zalo_bot" in lines
        await check(chosen)
        assert account.renewals == 1, "keys that are good are kept, and used again"


async def test_what_is_wrong_says_what_to_do(tmp_path: Path) -> None:
    async with FakeZaloOa() as account, FakeZaloBot() as bot:
        account.refresh = "somebody has used it"
        bot.refuse(401, "Unauthorized", "getMe")
        found = await check(
            settings(tmp_path, zalo_oa=account_at(account), zalo_bot={"token": BOT_TOKEN, "base_url": bot.base_url})
        )
        assert not all(line.well for line in found)
        assert "cấp quyền lại cho ứng dụng, rồi thay refresh_token" in told(found)
        assert "Zalo Bot: không dùng được (token_rejected). Xem lại token trong config.toml." in told(found)
        for secret in (SECRET_KEY, OA_SECRET, FIRST_REFRESH, BOT_TOKEN):
            assert secret not in told(found)


async def test_nothing_is_asked_beside_the_running_product(tmp_path: Path) -> None:
    """A key that is renewed by two would be lost."""
    async with FakeZaloOa() as account:
        chosen = settings(tmp_path, zalo_oa=account_at(account))
        open_plain(chosen.storage.path).close()
        with alone_on(chosen.storage.path):
            assert "hệ thống đang chạy" in told(await check(chosen))
        assert account.ledger.calls == []
