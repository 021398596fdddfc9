"""`python -m bot check` looks at each channel where it really is, and says what to do."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from bot.app import alone_on
from bot.config import Settings
from bot.engine import load_texts
from bot.inspection import Finding, check
from storage import backups, health
from storage.database import open_plain, transaction
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


async def test_a_copy_that_was_put_back_asks_no_platform_and_turns_no_key(tmp_path: Path) -> None:
    """The refresh token serves once: asked for here, it would be lost for the server that still runs."""
    async with FakeZaloOa() as account:
        chosen = settings(tmp_path, zalo_oa=account_at(account))
        open_plain(chosen.storage.path).close()
        copy = backups.make(chosen.storage.path, tmp_path / "copies", 0, tmp_path / "media")
        backups.restore(copy, chosen.storage.path, 1, tmp_path / "media")
        assert "chưa hỏi nền tảng nào" in told(await check(chosen))
        assert account.ledger.calls == []
        connection = open_plain(chosen.storage.path)
        with transaction(connection) as tx:
            backups.release(tx, 2, send=False)
        connection.close()
        assert "Zalo OA: được" in told(await check(chosen))


async def test_what_an_administrator_would_not_see_by_themselves(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    chosen = settings(tmp_path, storage={"url": f"sqlite:///{tmp_path / 'ward.db'}", "backup_folder": str(copies)})
    connection = open_plain(chosen.storage.path)
    health.raise_alarm(connection, "1", "channel_down", "telegram", {"why": "no_name", "since": 1616547600000}, 1)
    connection.close()
    chosen.storage.path.chmod(0o644)
    copies.write_text("not a folder")
    lines = told(await check(chosen))
    assert "Quản trị: chưa có ai." in lines
    assert "Đang có việc bất thường: Từ 08:00, 24/03/2021, hệ thống không gửi được tin nào qua kênh Telegram" in lines
    assert f"chmod 600 {chosen.storage.path}" in lines
    assert "Thư mục sao lưu: không ghi được" in lines


TURNED_OFF = re.compile(r"# (\[|# |[a-z_]+ = )")  # a line of a channel in the example, and no remark


def as_a_clerk_fills_it(fakes: dict[str, str], values: dict[str, str]) -> str:
    """The example with every channel turned on: `#` taken away, the values put in, the addresses those of the fakes."""
    lines: list[str] = []
    for line in Path("config.example.toml").read_text(encoding="utf-8").splitlines():
        plain = line.removeprefix("# ") if TURNED_OFF.match(line) else line
        key = plain.partition(" = ")[0]
        section = next((one[1:-1] for one in reversed([*lines, plain]) if one.startswith("[")), "")
        known = values.get(f"{section}.{key}") or (fakes.get(section) if key.endswith("_url") else None)
        lines.append(f'{key} = "{known}"' if known and " = " in plain else plain)
    return "\n".join(lines)


async def test_the_guide_followed_to_the_letter(tmp_path: Path) -> None:
    """docs/kenh-zalo.md and config.example.toml: every channel on, checked, and well."""
    async with FakeTelegram() as telegram, FakeZaloOa() as account, FakeZaloBot() as bot:
        fakes = {"telegram": telegram.base_url, "zalo_oa": account.base_url, "zalo_bot": bot.base_url, "web": PUBLIC}
        values = {"telegram.token": telegram.token, "zalo_bot.token": BOT_TOKEN}
        secret = {"app_id": APP_ID, "oa_id": OA_ID, "secret_key": SECRET_KEY, "oa_secret": OA_SECRET}
        values |= {f"zalo_oa.{key}": value for key, value in {**secret, "refresh_token": FIRST_REFRESH}.items()}
        values["storage.url"] = f"sqlite:///{tmp_path / 'ward.db'}"
        chosen = Settings.model_validate(tomllib.loads(as_a_clerk_fills_it(fakes, values)))
        lines = told(found := await check(chosen))
        assert all(line.well for line in found), lines
        for said in ("Telegram: được", "Zalo OA: được", "Zalo Bot: được", f"đặt địa chỉ {PUBLIC}/hooks/zalo_oa"):
            assert said in lines
    guide = Path("docs/kenh-zalo.md").read_text(encoding="utf-8")
    for key in ("app_id", "oa_id", "secret_key", "oa_secret", "refresh_token", "public_url", "notice_template"):
        assert f"`{key}`" in guide or f"[web] {key}" in guide, key
    for section in ("Zalo Official Account", "Zalo Bot Platform", "Telegram"):
        assert f". {section}" in guide
