"""config.toml → frozen settings. Whatever is wrong becomes a list of problems with texts, never a traceback.

Each value may also come from the environment, which wins: DANVAN_TELEGRAM__TOKEN is [telegram] token.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from bot.core.calendar import PROACTIVE_HOURS, ZONE
from bot.core.small_cells import FEWEST
from bot.core.texts import Texts

ENV = "DANVAN_"
OURS = "ours:"  # begins the type of an error whose reason is one of our own texts
SQLITE = "sqlite:///"
TELEGRAM = "https://api.telegram.org"
ZALO_BOT = "https://bot-api.zaloplatforms.com"
ZALO_OA = "https://openapi.zalo.me"
ZALO_OAUTH = "https://oauth.zaloapp.com"
ZALO_BUSINESS = "https://business.openapi.zalo.me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong: the address of its sentence, and what the sentence needs. Never holds a secret."""

    address: str
    values: Mapping[str, str]


class ConfigError(Exception):
    """The configuration can't be used; `problems` has everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.address for problem in problems))
        self.problems = tuple(problems)


def problems_told(problems: Iterable[Problem], texts: Texts) -> list[str]:
    """A sentence for each problem: what is wrong, where, what to do."""
    return [texts.say(problem.address, **problem.values) for problem in problems]


# What a value must look like -------------------------------------------------------------------


def _wrong(reason: str, **values: object) -> PydanticCustomError:
    return PydanticCustomError(f"{OURS}{reason}", "{reason}", {"reason": reason, **values})


def _read_hour(value: object) -> time:
    if isinstance(value, time) and not (value.second or value.microsecond):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        return time.fromisoformat(value)
    raise _wrong("hour")


def _read_number(value: object) -> object:
    if isinstance(value, bool):  # true would pass as 1
        raise _wrong("wrong_type.number")
    return value


def _between(least: int, most: int) -> AfterValidator:
    def check(value: float) -> float:
        if not least <= value <= most:
            raise _wrong("out_of_range", least=least, most=most)
        return value

    return AfterValidator(check)


def _check_timezone(value: str) -> str:
    if value != str(ZONE):  # days, deadlines and holidays are Vietnam's; the key is there to say so
        raise _wrong("timezone")
    return value


def _check_storage(value: str) -> str:
    if value.startswith("postgres"):
        raise _wrong("postgresql")
    if not value.startswith(SQLITE) or not value.removeprefix(SQLITE) or ":memory:" in value:
        raise _wrong("storage_url")
    return value


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise _wrong("web_address")
    return value.rstrip("/")


def _digits(value: str) -> str:
    if not re.fullmatch(r"[0-9]{5,25}", value):
        raise _wrong("digits")
    return value


def _check_secret(form: str, reason: str) -> Callable[[SecretStr], SecretStr]:
    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(form, value.get_secret_value()):
            raise _wrong(reason)
        return value

    return check


def _read_span(value: object) -> object:
    """("07:30", "11:30") of "07:30-11:30"."""
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"[0-9:]{5}-[0-9:]{5}", value):
        raise _wrong("span")
    start, end = _read_hour(value[:5]), _read_hour(value[6:])
    if start >= end:
        raise _wrong("span")
    return start, end


Text = Annotated[str, Field(min_length=1)]
Hour = Annotated[time, BeforeValidator(_read_hour)]
Span = Annotated[tuple[time, time], BeforeValidator(_read_span)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Port = Annotated[int, BeforeValidator(_read_number), _between(1, 65535)]
Rate = Annotated[float, BeforeValidator(_read_number), _between(1, 1000)]
Token = Annotated[SecretStr, AfterValidator(_check_secret(r"[0-9]+:[A-Za-z0-9_-]+", "token"))]
WebhookSecret = Annotated[SecretStr, AfterValidator(_check_secret(r"[A-Za-z0-9_-]{0,256}", "webhook_secret_form"))]
ZaloToken = Annotated[SecretStr, AfterValidator(_check_secret(r"[0-9A-Za-z]+:[A-Za-z0-9_-]+", "zalo_token"))]
ZaloHookSecret = Annotated[SecretStr, AfterValidator(_check_secret(r"(\S{8,256})?", "zalo_hook_secret"))]
Filled = Annotated[SecretStr, AfterValidator(_check_secret(r"\S+", "empty_secret"))]
Digits = Annotated[str, AfterValidator(_digits)]
Proxy = Annotated[SecretStr, AfterValidator(_check_secret(r"(https?://\S+)?", "proxy"))]


# The settings ----------------------------------------------------------------------------------


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WardSettings(_Section):
    """The ward and its hours; `phone` is what people are told to call, `undo_minutes` how long a notice waits."""

    name: Text
    phone: Text
    timezone: Annotated[Text, AfterValidator(_check_timezone)] = "Asia/Ho_Chi_Minh"
    digest_at: Hour = time(17, 0)
    reminder_at: Hour = time(8, 0)
    proactive_hours: tuple[Span, ...] = tuple(PROACTIVE_HOURS)
    undo_minutes: Annotated[int, BeforeValidator(_read_number), _between(0, 60)] = 2
    fewest_households: Annotated[int, BeforeValidator(_read_number), _between(1, 50)] = FEWEST


class StorageSettings(_Section):
    """Where the records are, and where, when and how many copies of them are kept."""

    url: Annotated[Text, AfterValidator(_check_storage)] = "sqlite:///data/danvan.db"
    backup_folder: Text = "data/backups"
    backup_at: Hour = time(2, 0)
    backups_kept: Annotated[int, BeforeValidator(_read_number), _between(1, 365)] = 14

    @property
    def path(self) -> Path:
        """The database file; relative to the working directory unless the URL has four slashes."""
        return Path(self.url.removeprefix(SQLITE))


class WebSettings(_Section):
    """The page and the webhooks; `public_url` is how the internet reaches them, without a slash at the end."""

    host: Text = "127.0.0.1"
    port: Port = 8080
    public_url: WebAddress = ""


class TelegramSettings(_Section):
    """The Telegram channel."""

    token: Token
    base_url: Annotated[Text, AfterValidator(_web_address)] = TELEGRAM
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: WebhookSecret = SecretStr("")
    proxy: Proxy = SecretStr("")
    messages_per_second: Rate = 25.0
    household_data: Literal["consented", "link"] = "consented"
    chat_messages_per_second: Rate = 1.0


class ZaloBotSettings(_Section):
    """A bot of the Zalo Bot Platform."""

    token: ZaloToken
    base_url: Annotated[Text, AfterValidator(_web_address)] = ZALO_BOT
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: ZaloHookSecret = SecretStr("")


class ZaloOaSettings(_Section):
    """A Zalo Official Account. `notice_parameters` maps the placeholders of an approved template to our values."""

    app_id: Digits
    oa_id: Digits
    secret_key: Filled
    oa_secret: Filled
    refresh_token: Filled
    base_url: Annotated[Text, AfterValidator(_web_address)] = ZALO_OA
    oauth_url: Annotated[Text, AfterValidator(_web_address)] = ZALO_OAUTH
    business_url: Annotated[Text, AfterValidator(_web_address)] = ZALO_BUSINESS
    paid_days: bool = True
    notice_template: str = ""
    notice_parameters: dict[str, Literal["text", "link", "phone"]] = {}


class Settings(BaseSettings):
    """All settings. A channel without its section is off."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENV, env_nested_delimiter="__", env_ignore_empty=True
    )

    ward: WardSettings
    storage: StorageSettings = StorageSettings()
    web: WebSettings = WebSettings()
    telegram: TelegramSettings | None = None
    zalo_oa: ZaloOaSettings | None = None
    zalo_bot: ZaloBotSettings | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then the file."""
        return env_settings, init_settings


_SECTIONS: Mapping[str, type[_Section]] = {
    "ward": WardSettings,
    "storage": StorageSettings,
    "web": WebSettings,
    "telegram": TelegramSettings,
    "zalo_oa": ZaloOaSettings,
    "zalo_bot": ZaloBotSettings,
}
# An address of a database may hold its password.
_SHOWN_NEVER = {"token", "webhook_secret", "proxy", "url", "secret_key", "oa_secret", "refresh_token"}


# Reading ---------------------------------------------------------------------------------------


def load_config(path: Path) -> Settings:
    """The settings of a file and of the environment. Raises ConfigError, and nothing else, with all problems found."""
    tree = _read(path)
    strange = _strange_variables()
    try:
        settings = Settings(**tree)
    except ValidationError as error:
        # The original holds what was typed, secrets too: it is not passed on.
        problems = [_problem(detail) for detail in error.errors(include_url=False)]
        raise ConfigError([*problems, *strange]) from None
    except SettingsError:  # a whole section in one variable, and not as JSON
        whole = [name for name in os.environ if name.upper().removeprefix(ENV).lower() in _SECTIONS]
        raise _one("section_variable", variable=", ".join(whole)) from None
    if problems := [*strange, *_contradictions(settings)]:
        raise ConfigError(problems)
    return settings


def _read(path: Path) -> dict[str, Any]:
    place = {"path": str(path)}
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _one("missing_file", **place) from None
    except OSError:
        raise _one("unreadable", **place) from None
    try:
        return tomllib.loads(data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise _one("not_utf8", **place, line=str(data.count(b"\n", 0, error.start) + 1)) from None
    except tomllib.TOMLDecodeError as error:
        raise _one("broken_toml", **place, line=_line(str(error), data)) from None


def _one(reason: str, **values: str) -> ConfigError:
    return ConfigError([Problem(address=f"config.{reason}", values=values)])


def _line(message: str, data: bytes) -> str:
    found = re.search(r"at line (\d+)", message)
    return found[1] if found else str(len(data.splitlines()))  # "at end of document"


_KINDS = {
    "string_type": "text",
    "int_type": "number",
    "int_parsing": "number",
    "int_from_float": "number",
    "float_type": "number",
    "float_parsing": "number",
    "model_type": "table",
    "dict_type": "table",
    "bool_type": "flag",
    "bool_parsing": "flag",
}


def _problem(detail: ErrorDetails) -> Problem:
    kind, place, given = detail["type"], [str(part) for part in detail["loc"]], detail.get("ctx", {})
    values = {"key": ".".join(place), "variable": _variable(place)}
    if kind == "extra_forbidden":
        nearest = _nearest(place[-1], _SECTIONS[place[0]].model_fields if len(place) > 1 else _SECTIONS)
        return Problem(address="config.unknown_key", values={**values, "nearest": nearest})
    if kind == "missing":
        return Problem(address="config.missing_key" if len(place) > 1 else "config.missing_section", values=values)
    values["value"] = "" if len(place) == 1 or place[-1] in _SHOWN_NEVER else str(detail["input"])[:60]
    values |= {name: str(value) for name, value in given.items()}
    return Problem(address=f"config.{_reason(kind)}", values=values)


def _reason(kind: str) -> str:
    if kind.startswith(OURS):
        return kind.removeprefix(OURS)
    if kind in _KINDS:
        return f"wrong_type.{_KINDS[kind]}"
    return {"string_too_short": "empty", "literal_error": "unknown_choice"}.get(kind, "wrong_value")


def _variable(place: Sequence[str]) -> str:
    """The environment variable that a value came from; "" when it stands in the file."""
    wanted = (ENV + "__".join(place)).upper()
    return next((name for name in os.environ if name.upper() == wanted), "")


def _nearest(word: str, words: Iterable[str]) -> str:
    return next(iter(get_close_matches(word.lower(), list(words), n=1)), "")


def _strange_variables() -> list[Problem]:
    """Variables of ours that name no section; a wrong key within a section is found like one in the file."""
    strange = []
    for name in sorted(os.environ):
        section, separator, key = name.upper().removeprefix(ENV).lower().partition("__")
        if name.upper().startswith(ENV) and separator and section not in _SECTIONS:
            nearest = _nearest(section, _SECTIONS)
            values = {"key": f"{section}.{key}", "variable": name, "nearest": nearest and f"{nearest}.{key}"}
            strange.append(Problem(address="config.unknown_key", values=values))
    return strange


def _contradictions(settings: Settings) -> list[Problem]:
    """What is wrong between values that are right alone."""
    found = [*_hours(settings.ward), *_hooks_of(settings, "telegram", TELEGRAM)]
    found += _hooks_of(settings, "zalo_bot", ZALO_BOT)
    account = settings.zalo_oa
    if account is not None:
        found += _public_url(settings, "zalo_oa", official=account.base_url == ZALO_OA)
        if bool(account.notice_template) != bool(account.notice_parameters):
            found.append(Problem(address="config.half_a_template", values={}))
    return found


def _hours(ward: WardSettings) -> list[Problem]:
    """A reminder that is due when nobody may be written to would always wait."""
    spans = ward.proactive_hours
    if not spans or any(start <= ward.reminder_at < end for start, end in spans):
        return []
    shown = ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in spans)
    return [Problem(address="config.reminder_at", values={"value": f"{ward.reminder_at:%H:%M}", "spans": shown})]


def _hooks_of(settings: Settings, name: str, official: str) -> list[Problem]:
    """A channel that is called by its platform needs a secret and an address."""
    channel = getattr(settings, name)
    if channel is None or channel.mode != "webhook":
        return []
    found = _public_url(settings, name, official=channel.base_url == official)
    if not channel.webhook_secret.get_secret_value():
        found.insert(0, Problem(address="config.webhook_secret_missing", values={"channel": name}))
    return found


def _public_url(settings: Settings, name: str, *, official: bool) -> list[Problem]:
    url = settings.web.public_url
    if not url:
        return [Problem(address="config.public_url_missing", values={"channel": name})]
    if official and not url.startswith("https://"):
        return [Problem(address="config.public_url_insecure", values={"channel": name})]
    return []
