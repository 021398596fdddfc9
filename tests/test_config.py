"""The configuration: what is taken, and a sentence for everything that can't be."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import ConfigError, Problem, Settings, load_config, problems_told
from bot.core.texts import Texts, flatten

ROOT = Path(__file__).parents[1]
WARD = '[ward]\nname = "Phường thử"\nphone = "024 0000 0000"\n'
ZALO_BOT = '[zalo_bot]\ntoken = "1:secret-token"\n'
ZALO_OA = (
    '[zalo_oa]\napp_id = "11111"\noa_id = "22222"\nsecret_key = "key"\n'
    'oa_secret = "secret-token"\nrefresh_token = "secret-token"\n'
)
TELEGRAM = '[telegram]\ntoken = "1:secret-token"\n'
WEBHOOK = TELEGRAM + 'mode = "webhook"\n'
PUBLIC = '[web]\npublic_url = "https://danvan.example.vn"\n'


def texts() -> Texts:
    tree = tomllib.loads((ROOT / "templates" / "texts" / "config.toml").read_text(encoding="utf-8"))
    return Texts({f"config.{address}": words for address, words in flatten(tree)})


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("DANVAN_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(file: Path, content: str | bytes) -> Settings:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_config(file)


def problems(file: Path, content: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load(file, content)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.problems


# What is taken ---------------------------------------------------------------------------------


def test_the_example_loads() -> None:
    settings = load_config(ROOT / "config.example.toml")
    assert (settings.ward.name, settings.ward.digest_at, settings.ward.reminder_at) == (
        "phường Phúc Lợi",
        time(17),
        time(8),
    )
    assert settings.storage.path == Path("data/danvan.db")
    assert (settings.web.host, settings.web.port, settings.web.public_url) == ("127.0.0.1", 8080, "")
    assert settings.telegram is None


def test_the_example_with_every_channel_switched_on_loads_and_names_every_key(file: Path) -> None:
    lines = (ROOT / "config.example.toml").read_text(encoding="utf-8").splitlines()
    content = "\n".join(re.sub(r"^# (?=\[|# |[a-z_]+ =)", "", line) for line in lines)
    content = content.replace("thay-bằng-mã-của-bot", "token").replace('public_url = ""', 'public_url = "https://w.vn"')
    settings = load(file, content)
    assert settings.telegram is not None
    assert settings.telegram.messages_per_second == 25
    tree = tomllib.loads(content)
    for name in Settings.model_fields:
        assert set(tree[name]) == set(type(getattr(settings, name)).model_fields)


def test_what_is_left_out_has_a_default(file: Path) -> None:
    settings = load(file, WARD)
    assert settings.ward.timezone == "Asia/Ho_Chi_Minh"
    assert settings.telegram is None


def test_a_byte_order_mark_and_a_time_without_quotes(file: Path) -> None:
    settings = load(file, b"\xef\xbb\xbf" + (WARD + "digest_at = 16:30:00\n").encode())
    assert settings.ward.digest_at == time(16, 30)


def test_a_full_path_has_four_slashes(file: Path) -> None:
    assert load(file, WARD + '[storage]\nurl = "sqlite:////srv/d.db"').storage.path == Path("/srv/d.db")


def test_settings_are_frozen_and_hide_their_secrets(file: Path) -> None:
    settings = load(file, WARD + WEBHOOK + 'webhook_secret = "another"\n' + PUBLIC)
    assert settings.telegram is not None
    assert settings.telegram.token.get_secret_value() == "1:secret-token"
    assert "secret-token" not in repr(settings)
    assert "another" not in repr(settings)
    with pytest.raises(ValueError, match="frozen"):
        settings.web.port = 1


def test_the_environment_wins_and_may_switch_a_channel_on(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANVAN_TELEGRAM__TOKEN", "2:from-outside")
    monkeypatch.setenv("DANVAN_WEB__PORT", "9090")
    monkeypatch.setenv("DANVAN_WARD__PHONE", "")
    settings = load(file, WARD + "[web]\nport = 8081\n")
    assert settings.telegram is not None
    assert settings.telegram.token.get_secret_value() == "2:from-outside"
    assert (settings.web.port, settings.ward.phone) == (9090, "024 0000 0000")


# What is refused -------------------------------------------------------------------------------

REFUSED = [
    ("span", WARD + 'proactive_hours = ["7-11"]', {"key": "ward.proactive_hours.0"}),
    ("span", WARD + 'proactive_hours = ["11:30-07:30"]', {"key": "ward.proactive_hours.0"}),
    ("not_utf8", b'[ward]\nname = "Ph\xf4"', {"line": "2"}),
    ("broken_toml", "[ward]\nname = Phường", {"line": "2"}),
    ("broken_toml", '[ward]\nname = "a"\nname = "b"\nphone = "1"\n', {"line": "3"}),
    ("broken_toml", '[ward]\nname = """a\n', {"line": "2"}),
    ("unknown_key", WARD + "digest = 1", {"key": "ward.digest", "nearest": "digest_at"}),
    ("unknown_key", WARD + "xyzzy = 1", {"key": "ward.xyzzy", "nearest": ""}),
    ("unknown_key", WARD + "[telegramm]", {"key": "telegramm", "nearest": "telegram"}),
    ("missing_section", PUBLIC, {"key": "ward"}),
    ("missing_key", '[ward]\nname = "Phường"', {"key": "ward.phone"}),
    ("missing_key", WARD + "[telegram]", {"key": "telegram.token"}),
    ("empty", '[ward]\nname = " "\nphone = "1"', {"key": "ward.name"}),
    *(
        ("hour", WARD + f"digest_at = {hour}", {"key": "ward.digest_at"})
        for hour in ('"17h"', '"24:00"', '"7:00"', "17")
    ),
    *(("out_of_range", WARD + f"[web]\nport = {port}", {"value": str(port)}) for port in (0, -1, 65536)),
    ("out_of_range", WARD + TELEGRAM + "messages_per_second = 0", {"key": "telegram.messages_per_second"}),
    ("timezone", WARD + 'timezone = "Asia/Hanoi"', {"value": "Asia/Hanoi"}),
    ("timezone", WARD + 'timezone = "../../etc/passwd"', {}),
    ("timezone", WARD + 'timezone = "Asia"', {}),
    ("storage_url", WARD + '[storage]\nurl = "mysql://u:pass@h/d"', {"key": "storage.url", "value": ""}),
    ("storage_url", WARD + '[storage]\nurl = "sqlite:///"', {}),
    ("storage_url", WARD + '[storage]\nurl = "sqlite:///:memory:"', {}),
    ("postgresql", WARD + '[storage]\nurl = "postgresql://u:pass@h/d"', {"value": ""}),
    ("web_address", WARD + '[web]\npublic_url = "danvan.vn"', {"key": "web.public_url"}),
    ("web_address", WARD + TELEGRAM + 'base_url = "ftp://x"', {"key": "telegram.base_url"}),
    ("unknown_choice", WARD + TELEGRAM + 'mode = "push"', {"value": "push"}),
    ("token", WARD + '[telegram]\ntoken = ""', {"key": "telegram.token"}),
    ("token", WARD + '[telegram]\ntoken = "1: a"', {"value": ""}),
    ("webhook_secret_form", WARD + WEBHOOK + 'webhook_secret = "có dấu"\n' + PUBLIC, {"value": ""}),
    ("webhook_secret_missing", WARD + WEBHOOK + PUBLIC, {}),
    ("public_url_missing", WARD + WEBHOOK + 'webhook_secret = "s"', {}),
    ("public_url_insecure", WARD + WEBHOOK + 'webhook_secret = "s"\n' + PUBLIC.replace("https", "http"), {}),
    ("zalo_token", WARD + '[zalo_bot]\ntoken = "1: a"', {"value": ""}),
    ("zalo_hook_secret", WARD + ZALO_BOT + 'webhook_secret = "short"', {"value": ""}),
    ("webhook_secret_missing", WARD + ZALO_BOT + 'mode = "webhook"\n' + PUBLIC, {"channel": "zalo_bot"}),
    ("empty_secret", WARD + PUBLIC + ZALO_OA.replace('"key"', '""'), {"key": "zalo_oa.secret_key"}),
    ("digits", WARD + PUBLIC + ZALO_OA.replace("11111", "abc"), {"key": "zalo_oa.app_id", "value": "abc"}),
    ("public_url_missing", WARD + ZALO_OA, {"channel": "zalo_oa"}),
    ("half_a_template", WARD + PUBLIC + ZALO_OA + 'notice_template = "T1"', {}),
    ("unknown_choice", WARD + PUBLIC + ZALO_OA + 'notice_parameters = { ten = "name" }', {"value": "name"}),
    ("wrong_type.flag", WARD + PUBLIC + ZALO_OA + 'paid_days = "maybe"', {"key": "zalo_oa.paid_days"}),
    ("wrong_type.table", WARD + PUBLIC + ZALO_OA + 'notice_parameters = "x"', {"key": "zalo_oa.notice_parameters"}),
    ("proxy", WARD + TELEGRAM + 'proxy = "socks5://u:pass@h:1"', {"value": ""}),
    ("reminder_at", WARD + 'reminder_at = "12:00"', {"value": "12:00", "spans": "07:30-11:30, 13:30-20:00"}),
    ("reminder_at", WARD + 'proactive_hours = ["09:00-11:00"]', {"value": "08:00", "spans": "09:00-11:00"}),
    ("wrong_type.text", "[ward]\nname = 5\nphone = '1'", {"key": "ward.name"}),
    ("wrong_type.number", WARD + '[web]\nport = "tám"', {"key": "web.port"}),
    ("wrong_type.number", WARD + "[web]\nport = true", {"key": "web.port"}),
    ("wrong_type.number", WARD + "[web]\nport = 80.5", {"key": "web.port"}),
    ("wrong_type.number", WARD + TELEGRAM + 'messages_per_second = "x"', {}),
    ("wrong_type.table", "web = 8080\n" + WARD, {"key": "web", "value": ""}),
]


@pytest.mark.parametrize(("reason", "content", "values"), REFUSED, ids=[case[0] for case in REFUSED])
def test_each_fault_has_its_sentence(file: Path, reason: str, content: str | bytes, values: dict[str, str]) -> None:
    (problem,) = problems(file, content)
    assert problem.address == f"config.{reason}"
    assert values.items() <= problem.values.items()
    (sentence,) = problems_told([problem], texts())
    assert sentence.endswith(".") or sentence.endswith('".')
    assert problem.values.get("key", "") in sentence
    assert "u:pass" not in sentence
    assert "secret-token" not in sentence + str(problem)


def test_every_sentence_has_a_case() -> None:
    elsewhere = {"missing_file", "unreadable", "section_variable"}
    spare = {"wrong_value"}  # for a rule of the library that we do not know of
    written = {address.removeprefix("config.") for address in texts().addresses()}
    assert written == {case[0] for case in REFUSED} | elsewhere | spare


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.toml", "missing_file"), (tmp_path, "unreadable")):
        with pytest.raises(ConfigError) as caught:
            load_config(path)
        (problem,) = caught.value.problems
        assert problem == Problem(address=f"config.{reason}", values={"path": str(path)})
        assert str(path) in problems_told([problem], texts())[0]


def test_all_faults_are_told_at_once(file: Path) -> None:
    found = problems(file, '[ward]\nnme = "x"\ndigest_at = "x"\n[web]\nport = 0\n')
    assert {problem.address.removeprefix("config.") for problem in found} == {
        "unknown_key",
        "missing_key",
        "hour",
        "out_of_range",
    }
    assert len(found) == 5
    both = problems(file, WARD + WEBHOOK)
    assert [problem.address for problem in both] == ["config.webhook_secret_missing", "config.public_url_missing"]


def test_a_fault_in_a_variable_names_the_variable(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANVAN_WEB__PORT", "x")
    monkeypatch.setenv("DANVAN_TELEGRAM__TOKN", "2:hidden")
    monkeypatch.setenv("DANVAN_TELEGRAN__TOKEN", "3:hidden")
    told = problems_told(problems(file, WARD + TELEGRAM), texts())
    assert len(told) == 3
    for name in ("DANVAN_WEB__PORT", "DANVAN_TELEGRAM__TOKN", "DANVAN_TELEGRAN__TOKEN"):
        assert sum(name in sentence for sentence in told) == 1
    assert "hidden" not in "".join(told)
    assert any("telegram.token" in sentence for sentence in told)


def test_a_section_in_one_variable_that_cannot_be_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANVAN_WARD", "not json")
    (problem,) = problems(file, WARD)
    assert problem == Problem(address="config.section_variable", values={"variable": "DANVAN_WARD"})
    assert "DANVAN_WARD" in problems_told([problem], texts())[0]


def test_a_webhook_to_a_bot_api_of_ones_own_needs_no_https(file: Path) -> None:
    own = 'webhook_secret = "s"\nbase_url = "http://127.0.0.1:9000/"\n[web]\npublic_url = "http://127.0.0.1:8080/"\n'
    settings = load(file, WARD + WEBHOOK + own)
    assert settings.telegram is not None
    assert (settings.telegram.base_url, settings.web.public_url) == ("http://127.0.0.1:9000", "http://127.0.0.1:8080")


FULL = (
    WARD
    + 'digest_at = "17:00"\n'
    + PUBLIC
    + "port = 8080\n[storage]\nurl = 'sqlite:///d.db'\n"
    + WEBHOOK
    + "webhook_secret = 's'\n"
)
bits = st.sampled_from(
    ["", '"', "=", "\n", "[", "]", "[[", "{", "1", "1.5", "true", "x", "\x00", "ô", "[telegram]", "token", "= {}", "."]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(FULL)), st.integers(0, 12), bits), min_size=1, max_size=4))
def test_a_spoilt_file_gives_settings_or_sentences(file: Path, changes: list[tuple[int, int, str]]) -> None:
    content = FULL
    for place, length, instead in changes:
        content = content[:place] + instead + content[place + length :]
    assert all(problems_told(faults(file, content), texts()))


def faults(file: Path, content: str) -> tuple[Problem, ...]:
    try:
        load(file, content)
    except ConfigError as error:
        return error.problems
    return ()
