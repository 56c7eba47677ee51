"""Reads every setting of Tidemark from the environment: one class, with types and defaults.

Belongs here: the settings, their types and defaults, and the messages for invalid values and misspelled names. Does not
belong here: what follows from a setting, such as paths inside the archive or addresses of documents; the package that
uses it derives that.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, cast
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent
IS_INSTALLED = (PACKAGE / "dbt_project").is_dir()
"""A wheel carries `dbt_project` and `expectations` inside the package; in a checkout they are next to it."""
PROJECT_ROOT = PACKAGE if IS_INSTALLED else PACKAGE.parent
"""The folder that holds `dbt_project` and `expectations`. Nothing is written into it: it may be read-only."""
DEFAULT_HOME = (Path.cwd() if IS_INSTALLED else PROJECT_ROOT) / "warehouse"
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Years that `TIDEMARK_AS_OF` may have; others are typing errors."""
PREFIX = "TIDEMARK_"
_NOT_SETTINGS = re.compile(
    r"TIDEMARK_(TEST_.*|SPARK_.*|WORKING_FILE|SEEDS|(.*_)?SERVICE_(HOST|PORT).*|(.*_)?PORT(_[0-9]+_.*)?)"
)
"""Variables of the tests, of dbt's profile, and those that Kubernetes sets for a service called `tidemark`."""
_SECRETS = ("FRED_API_KEY", "alert_webhook_url", "smtp_url", "dagster_postgres")
_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
_OTHER_URL = re.compile(r"TIDEMARK_[A-Z0-9_]+_URL", re.IGNORECASE).fullmatch
_SIZE = re.compile(r"[1-9][0-9]*(\.[0-9]+)?\s?[MG]i?B")
NOT_IN_HOME = ("?", "#", ";", "%")
"""Dagster and dbt-duckdb use a file's path as an address, in which these characters have a meaning."""


class SettingsError(Exception):
    """A setting is invalid; the message names the variable and says what it accepts."""


def _base_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must be an address that starts with http:// or https://")
    return value.rstrip("/")


BaseAddress = Annotated[str, AfterValidator(_base_address)]


class Settings(BaseSettings):
    """The settings of one load. Field names are the environment variables without the prefix `TIDEMARK_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = Field(
        default=DEFAULT_HOME,
        description="The folder for everything: archive, published file, snapshots, Dagster's storage, reports.",
    )
    source: str = Field(
        default="live",
        description="`live`, `sample`, or a folder with a manifest.csv.",
    )
    as_of: dt.date | None = Field(
        default=None,
        description="Build the marts as known at the end of this day (YYYY-MM-DD). Default: everything known.",
    )
    fred_api_key: SecretStr | None = Field(
        default=None,
        validation_alias="FRED_API_KEY",
        description="Key of the FRED API: adds vintages and units. Never logged or stored.",
    )
    memory_limit: str = Field(
        default="2GB",
        description="DuckDB's memory limit in each of the two processes of a load, such as 500MB or 8GB.",
    )
    engine: Literal["duckdb", "spark"] = Field(
        default="duckdb",
        description="`spark`: a load with a million new rows reads archives of candles and merges vintages on Spark.",
    )
    keep_releases: int = Field(default=3, ge=1, description="How many snapshots stay on disk.")
    keep_runs: int = Field(default=60, ge=1, description="How many runs Dagster's history keeps.")

    export: Literal["none", "all", "public"] = Field(
        default="none",
        description="Export every mart with each snapshot: `all`, or `public` (what may be redistributed).",
    )
    export_format: Literal["parquet", "csv", "both"] = Field(
        default="parquet", description="Format of the exports: `parquet`, `csv` or `both`."
    )
    raw_export: Path | None = Field(
        default=None,
        description="A folder into which each load exports the raw tables as Parquet, for the models on Spark.",
    )

    wait_seconds: float = Field(
        default=900, ge=0, description="How long a load waits for another load in the same home."
    )

    automation: Literal["on", "off"] = Field(
        default="off",
        description="`on`: schedules and sensors run unless stopped in the UI; `off`: only if started there.",
    )

    dagster_postgres: SecretStr | None = Field(
        default=None,
        description="PostgreSQL for Dagster's storage instead of SQLite in the home. Never logged or stored.",
    )

    alert_webhook_url: SecretStr | None = Field(
        default=None, description="Receives failures and late data as JSON. Never logged or stored."
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="Mail server for the same alerts: smtp://user:password@host:port. Never logged or stored.",
    )
    alert_email_to: str | None = Field(
        default=None,
        validate_default=True,
        description="Recipients of the e-mails, separated by commas. Needs `smtp_url`.",
    )

    site_url: BaseAddress | None = Field(
        default=None,
        description="Where the site is on the web: makes links in alerts, feeds and previews absolute.",
    )

    extra: Path | None = Field(
        default=None,
        description="A folder with lists of your own: FRED series, coins, claims, barriers, alerts "
        "(docs/develop/extend.md).",
    )

    base_urls: dict[str, BaseAddress] = Field(
        default_factory=dict,
        description="`TIDEMARK_<NAME>_URL`: asks a publisher at another base address. The publishers' modules have the "
        "names and the defaults.",
    )

    http_timeout_seconds: float = Field(default=20, gt=0, description="Timeout of one connection or read.")
    http_attempts: int = Field(default=4, ge=1, le=10, description="Attempts for each address.")
    http_max_wait_seconds: float = Field(default=60, ge=0, description="Longest pause between two attempts.")
    http_requests_per_second: float = Field(default=1.6, gt=0, description="Rate limit per host.")

    @model_validator(mode="before")
    @classmethod
    def _collect_base_urls(cls, values: dict[str, object]) -> dict[str, object]:
        """Gather every `TIDEMARK_<NAME>_URL` that is no setting of its own; publishers define the names."""
        given: dict[str, object] = {
            name.lower().removeprefix("tidemark_"): text for name, text in os.environ.items() if _OTHER_URL(name)
        }
        given |= {name: text for name, text in values.items() if name.endswith("_url")}
        others = {
            name.removesuffix("_url"): text for name, text in given.items() if text and name not in cls.model_fields
        }
        return values | {"base_urls": others | cast("dict[str, object]", values.get("base_urls", {}))}

    @field_validator("as_of", mode="before")
    @classmethod
    def _plain_date(cls, value: object) -> object:
        if value is None or isinstance(value, dt.date):
            return value
        text = str(value).strip()
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError("must be a date, YYYY-MM-DD") from None
        if text != day.isoformat() or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"must be a date, YYYY-MM-DD, from {FIRST_YEAR} to {LAST_YEAR}")
        return day

    @field_validator("memory_limit")
    @classmethod
    def _size(cls, value: str) -> str:
        if not _SIZE.fullmatch(value):
            raise ValueError("must be a size, such as 500MB or 8GB")
        return value

    @field_validator("fred_api_key")
    @classmethod
    def _key_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        key = value.get_secret_value()
        if not (len(key) == 32 and key.isalnum() and key == key.lower()):
            raise ValueError("must be 32 lower-case letters and digits")
        return value

    @field_validator("alert_webhook_url", "smtp_url")
    @classmethod
    def _secret_address(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        schemes = ("http", "https") if info.field_name == "alert_webhook_url" else ("smtp", "smtps")
        with suppress(ValueError):
            parts = urlsplit(value.get_secret_value()) if value else None
            if parts is None or (parts.scheme in schemes and parts.hostname and parts.port != 0):
                return value
        if info.field_name == "smtp_url":
            raise ValueError("must be smtp://user:password@host:port, or smtps://...; write %23 for #, %2F for /")
        raise ValueError("must be an address that starts with http:// or https://")

    @field_validator("dagster_postgres")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        with suppress(ValueError):
            parts = urlsplit(value.get_secret_value()) if value else None
            # A special character in the password that is not encoded turns the rest of it into a host or a database.
            if parts is None or (
                (parts.scheme, parts.port == 0) == ("postgresql", False)
                and len(parts.path) > 1
                and "@" not in parts.netloc.partition("@")[2] + parts.path
                and "password" not in parse_qs(parts.query)
            ):
                return value
        raise ValueError(
            "must be postgresql://user:password@host:port/database; write %40 for @ in the password, %25 for %, ..."
        )

    @field_validator("alert_email_to")
    @classmethod
    def _addresses(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "smtp_url" not in info.data:  # reported already
            return value
        server = info.data["smtp_url"]
        if value is None:
            if server is not None:
                raise ValueError("is missing: TIDEMARK_SMTP_URL needs recipients")
            return None
        if any(not _ADDRESS.fullmatch(part.strip()) for part in value.split(",")):
            raise ValueError("must be e-mail addresses, separated by commas")
        if server is None:
            raise ValueError("needs TIDEMARK_SMTP_URL=smtp://user:password@host:port, the mail server")
        return value

    @field_validator("home")
    @classmethod
    def _absolute_home(cls, value: Path) -> Path:
        try:
            home = value.expanduser().resolve()
        except (ValueError, RuntimeError, OSError) as error:
            raise ValueError(f"must be a folder ({error})") from None
        if not str(home).isprintable() or any(sign in str(home) for sign in NOT_IN_HOME):
            raise ValueError(
                f"must be a folder whose whole path has none of {' '.join(NOT_IN_HOME)} and only printable characters "
                "in this locale: Dagster and dbt would open another file"
            )
        return home

    @field_validator("extra")
    @classmethod
    def _existing_folder(cls, value: Path | None) -> Path | None:
        folder = value and _resolved(value)
        if folder is not None and not folder.is_dir():
            raise ValueError("must be an existing folder")
        return folder

    @field_validator("raw_export")
    @classmethod
    def _absolute_export(cls, value: Path | None) -> Path | None:
        return value and _resolved(value)

    @cached_property
    def source_folder(self) -> Path | None:
        """The folder that `source` names; None for `live` and `sample`.

        Raises:
            SettingsError: the folder has no manifest.csv.
        """
        if self.source in ("live", "sample"):
            return None
        folder = _folder_with_manifest(self.source)
        if folder is None:
            raise SettingsError(
                f"Invalid setting: TIDEMARK_SOURCE={_printable(self.source)}: no manifest.csv there. Use `live`, "
                "`sample`, or a folder of publisher files with a manifest.csv."
            )
        return folder


def _folder_with_manifest(text: str) -> Path | None:
    try:
        folder = Path(text).expanduser().resolve()
        return folder if (folder / "manifest.csv").is_file() else None
    except (ValueError, RuntimeError, OSError):  # not a possible path
        return None


def extra_folder() -> Path | None:
    """The folder of `TIDEMARK_EXTRA`; None without it. For the lists, which are also read without settings."""
    text = os.environ.get("TIDEMARK_EXTRA")
    return _resolved(Path(text)) if text else None


def _resolved(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except (ValueError, RuntimeError, OSError) as error:
        raise ValueError(f"must be a folder ({error})") from None


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a value is invalid or a name is misspelled; the message has a line for each.
    """
    misspelled = [f"Invalid setting: {sentence}" for name in sorted(os.environ) if (sentence := _misspelled(name))]
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [f"Invalid setting: {_explain(item)}" for item in error.errors()]
        raise SettingsError("\n".join(misspelled + wrong)) from None
    if misspelled:
        raise SettingsError("\n".join(misspelled))
    _ = settings.source_folder
    return settings


def _misspelled(variable: str) -> str | None:
    """A message about a name that is almost a setting; other names may belong to other programs."""
    name = variable.upper().removeprefix(PREFIX)
    if name == variable.upper() or _NOT_SETTINGS.fullmatch(variable.upper()):
        return None
    names = {field.upper(): PREFIX + field.upper() for field in Settings.model_fields}
    names["FRED_API_KEY"] = "FRED_API_KEY"
    # The publishers know the names of their addresses: see `sources.registry.check_base_urls`.
    if names.get(name) == variable.upper() or _OTHER_URL(variable):
        return None
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.65)
    return f"{_printable(variable)} is not a setting. Did you mean {names[near[0]]}?" if near else None


def _explain(item: object) -> str:
    assert isinstance(item, dict)
    name = "_".join(map(str, item["loc"])) or "settings"
    is_address = name.startswith("base_urls_")
    if is_address:
        name = f"{name.removeprefix('base_urls_')}_url"
    variable = name if name == "FRED_API_KEY" else f"{PREFIX}{name.upper()}"
    reason = str(item["msg"]).removeprefix("Value error, ")
    # An address under an unknown name may be a misspelled one with a password.
    shown = (
        "" if name in _SECRETS or is_address or item.get("input") is None else f"={_printable(str(item.get('input')))}"
    )
    return f"{variable}{shown}: {reason}"


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)
