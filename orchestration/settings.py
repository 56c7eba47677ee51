"""Every setting of Tidemark, with its default: one class, read from the environment.

Belongs here: what a person may set, its type, its default, and the sentence they read when the value is wrong.
Does not belong here: what follows from a setting (paths inside the archive, addresses of single documents): the
package that uses it derives that.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent
IS_INSTALLED = (PACKAGE / "dbt_project").is_dir()
"""A wheel carries `dbt_project` and `expectations` inside the package; in a checkout they are next to it."""
PROJECT_ROOT = PACKAGE if IS_INSTALLED else PACKAGE.parent
"""The folder that holds `dbt_project` and `expectations`. Nothing is written into it: it may be read-only."""
DEFAULT_HOME = (Path.cwd() if IS_INSTALLED else PROJECT_ROOT) / "warehouse"
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Years that `TIDEMARK_AS_OF` may have; others are slips of the finger."""
_SECRETS = ("FRED_API_KEY", "alert_webhook_url", "smtp_url", "dagster_postgres")
_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
_SIZE = re.compile(r"[1-9][0-9]*(\.[0-9]+)?\s?[MG]i?B")
NOT_IN_HOME = ("?", "#", ";", "%")
"""Dagster and dbt-duckdb take a file's path for an address, where these have a meaning of their own."""


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names the variable and what it takes."""


def _base_address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must be an address that starts with http:// or https://")
    return value.rstrip("/")


BaseAddress = Annotated[str, AfterValidator(_base_address)]


class Settings(BaseSettings):
    """The settings of one load. Field names are the environment variables, less the prefix `TIDEMARK_`."""

    model_config = SettingsConfigDict(env_prefix="TIDEMARK_", frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = Field(
        default=DEFAULT_HOME,
        description="Where everything lies: archive, working file, published file, Dagster's storage, reports.",
    )
    source: str = Field(
        default="live",
        description="`live`, `sample`, or a folder that holds a manifest.csv.",
    )
    as_of: dt.date | None = Field(
        default=None,
        description="Build the marts as known on this day (YYYY-MM-DD). Default: all that is known.",
    )
    fred_api_key: SecretStr | None = Field(
        default=None,
        validation_alias="FRED_API_KEY",
        description="Optional key of the FRED API: adds vintages. Never written anywhere.",
    )
    memory_limit: str = Field(
        default="2GB",
        description="The most memory that DuckDB takes in each of the two processes of a load, such as 500MB or 8GB.",
    )
    keep_releases: int = Field(default=3, ge=1, description="How many published releases stay on disk.")

    export: Literal["none", "all", "public"] = Field(
        default="none",
        description="Files of every mart beside the release: `all`, or `public`, what may be passed on to others.",
    )
    export_format: Literal["parquet", "csv", "both"] = Field(
        default="parquet", description="Of these files: `parquet`, `csv` or `both`."
    )
    raw_export: Path | None = Field(
        default=None,
        description="Folder that each load writes the tables of raw to, as Parquet: what the models read on Spark.",
    )

    wait_seconds: float = Field(
        default=900, ge=0, description="How long a load waits for another one in the same home to end."
    )

    automation: Literal["on", "off"] = Field(
        default="off",
        description="`on`: schedules and sensors run unless switched off in the UI; `off`: unless switched on there.",
    )

    dagster_postgres: SecretStr | None = Field(
        default=None,
        description="PostgreSQL for Dagster's runs, events and schedules, instead of SQLite in the home; never logged.",
    )

    alert_webhook_url: SecretStr | None = Field(
        default=None, description="Where failures and late data are posted to as JSON; never logged."
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="The server that sends the same by e-mail: smtp://user:password@host:port; never logged.",
    )
    alert_email_to: str | None = Field(
        default=None,
        validate_default=True,
        description="Who gets it: addresses, with commas between them. Needs `smtp_url`.",
    )

    tic_url: BaseAddress = "https://ticdata.treasury.gov"
    treasury_url: BaseAddress = "https://home.treasury.gov"
    fred_url: BaseAddress = "https://fred.stlouisfed.org"
    fred_api_url: BaseAddress = "https://api.stlouisfed.org"
    ofr_url: BaseAddress = "https://www.financialresearch.gov"
    coinbase_url: BaseAddress = "https://api.exchange.coinbase.com"
    binance_url: BaseAddress = "https://data-api.binance.vision"
    binance_archive_url: BaseAddress = "https://data.binance.vision"
    kraken_url: BaseAddress = "https://api.kraken.com"

    http_timeout_seconds: float = Field(default=20, gt=0, description="Time-out of one connection or read.")
    http_attempts: int = Field(default=4, ge=1, le=10, description="How often one address is tried.")
    http_max_wait_seconds: float = Field(default=60, ge=0, description="Longest pause between two tries.")
    http_requests_per_second: float = Field(default=1.6, gt=0, description="Rate limit per host.")

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
            raise ValueError("must be smtp://user:password@host:port, or smtps://...; write %23 for # in it, %2F for /")
        raise ValueError("must be an address that starts with http:// or https://")

    @field_validator("dagster_postgres")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        with suppress(ValueError):
            parts = urlsplit(value.get_secret_value()) if value else None
            # A sign of the password that is not written as %.. makes the rest of it a host or a database.
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
        if "smtp_url" not in info.data:  # it is told already
            return value
        server = info.data["smtp_url"]
        if value is None:
            if server is not None:
                raise ValueError("is missing: TIDEMARK_SMTP_URL alone sends nothing to anybody")
            return None
        if any(not _ADDRESS.fullmatch(part.strip()) for part in value.split(",")):
            raise ValueError("must be e-mail addresses, with commas between them")
        if server is None:
            raise ValueError("needs TIDEMARK_SMTP_URL=smtp://user:password@host:port, the server that sends it")
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
                f"must be a folder whose whole path has none of {' '.join(NOT_IN_HOME)} and nothing that cannot be "
                "printed: Dagster and dbt would take another file for it"
            )
        return home

    @field_validator("raw_export")
    @classmethod
    def _absolute_export(cls, value: Path | None) -> Path | None:
        try:
            return value.expanduser().resolve() if value else None
        except (ValueError, RuntimeError, OSError) as error:
            raise ValueError(f"must be a folder ({error})") from None

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
                f"TIDEMARK_SOURCE={self.source}: no manifest.csv there. It takes `live`, `sample`, "
                "or a folder of publisher files with a manifest.csv."
            )
        return folder


def _folder_with_manifest(text: str) -> Path | None:
    try:
        folder = Path(text).expanduser().resolve()
        return folder if (folder / "manifest.csv").is_file() else None
    except (ValueError, RuntimeError, OSError):  # no path can be so called
        return None


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a value cannot be used; the message has a line for each.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(item) for item in error.errors())) from None
    _ = settings.source_folder
    return settings


def _explain(item: object) -> str:
    assert isinstance(item, dict)
    name = str(item["loc"][0]) if item["loc"] else "settings"
    variable = name if name == "FRED_API_KEY" else f"TIDEMARK_{name.upper()}"
    reason = str(item["msg"]).removeprefix("Value error, ")
    shown = "" if name in _SECRETS or item.get("input") is None else f"={_printable(str(item.get('input')))}"
    return f"{variable}{shown}: {reason}"


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)
