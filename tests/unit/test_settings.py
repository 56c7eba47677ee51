"""A wrong setting gets a sentence that names the variable, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "SOURCE", "AS_OF", "KEEP_RELEASES", "ALERT_WEBHOOK_URL", "ALERT_EMAIL_TO", "SMTP_URL"):
        monkeypatch.delenv(f"TIDEMARK_{name}", raising=False)
    monkeypatch.delenv("FRED_API_KEY", raising=False)


def test_defaults_are_the_live_publishers_and_all_that_is_known() -> None:
    settings = load_settings()
    assert settings.source == "live"
    assert settings.as_of is None
    assert settings.home.name == "warehouse"
    assert settings.source_folder is None
    assert settings.export == "none"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TIDEMARK_AS_OF", "2026-13-01", "TIDEMARK_AS_OF=2026-13-01: must be a date"),
        ("TIDEMARK_AS_OF", "yesterday", "must be a date, YYYY-MM-DD"),
        ("TIDEMARK_SOURCE", "/nowhere/at/all", "no manifest.csv there"),
        ("TIDEMARK_KEEP_RELEASES", "0", "TIDEMARK_KEEP_RELEASES=0"),
        ("TIDEMARK_MEMORY_LIMIT", "much", "TIDEMARK_MEMORY_LIMIT=much: must be a size, such as 500MB or 8GB"),
        ("TIDEMARK_EXPORT", "everything", "TIDEMARK_EXPORT=everything: Input should be 'none', 'all' or 'public'"),
        ("TIDEMARK_EXPORT_FORMAT", "xlsx", "TIDEMARK_EXPORT_FORMAT=xlsx"),
        ("TIDEMARK_FRED_URL", "fred.stlouisfed.org", "must be an address that starts with http"),
        ("TIDEMARK_ALERT_EMAIL_TO", "desk", "TIDEMARK_ALERT_EMAIL_TO=desk: must be e-mail addresses, separated"),
        ("TIDEMARK_ALERT_EMAIL_TO", "desk@bank.example", "needs TIDEMARK_SMTP_URL=smtp://user:password@host:port"),
        ("TIDEMARK_SMTP_URL", "smtp://mail.bank.example", "TIDEMARK_ALERT_EMAIL_TO: is missing"),
        ("TIDEMARK_HTTP_ATTEMPTS", "many", "TIDEMARK_HTTP_ATTEMPTS=many"),
        ("TIDEMARK_SORCE", "sample", "TIDEMARK_SORCE is not a setting. Did you mean TIDEMARK_SOURCE?"),
        ("TIDEMARK_ASOF", "2026-01-01", "Did you mean TIDEMARK_AS_OF?"),
        ("TIDEMARK_MEMORY", "1GB", "Did you mean TIDEMARK_MEMORY_LIMIT?"),
        ("TIDEMARK_WEBHOOK_URL", "https://hooks.example/x", "Did you mean TIDEMARK_ALERT_WEBHOOK_URL?"),
        ("TIDEMARK_FRED_API_KEY", "x", "TIDEMARK_FRED_API_KEY is not a setting. Did you mean FRED_API_KEY?"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "variable",
    ["TIDEMARK_VERSION", "TIDEMARK_PORT", "TIDEMARK_SERVICE_HOST", "TIDEMARK_PORT_3000_TCP_ADDR", "tidemark_source"],
)
def test_variables_that_others_set_are_ignored(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "sample")
    load_settings()


def test_a_wrong_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRED_API_KEY", "NotAKeyAtAll")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "FRED_API_KEY: must be 32 lower-case letters and digits" in str(caught.value)
    assert "NotAKeyAtAll" not in str(caught.value)


def test_a_key_does_not_show_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRED_API_KEY", "0123456789abcdef0123456789abcdef")
    assert "0123456789abcdef" not in repr(load_settings())


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "TIDEMARK_ALERT_WEBHOOK_URL",
            "hooks.example/SECRET",
            "must be an address that starts with http:// or https://",
        ),
        ("TIDEMARK_SMTP_URL", "mail.example:SECRET", "must be smtp://user:password@host:port, or smtps://..."),
        ("TIDEMARK_SMTP_URL", "smtp://user:SECRET#@mail.example:587", "write %23 for #"),
        ("TIDEMARK_DAGSTER_POSTGRES", "postgres://user:SECRET@host/database", "must be postgresql://user:password@"),
        ("TIDEMARK_DAGSTER_POSTGRES", "postgresql://user:SECRET@host", "must be postgresql://user:password@host:port/"),
        ("TIDEMARK_DAGSTER_POSTGRES", "postgresql://user:SEC@SECRET@host/database", "write %40 for @"),
        ("TIDEMARK_DAGSTER_POSTGRES", "postgresql://user:SECRET/@host:5432/database", "write %40 for @"),
        ("TIDEMARK_DAGSTER_POSTGRES", "postgresql://user:12/SECRET@host:5432/database", "write %40 for @"),
        ("TIDEMARK_DAGSTER_POSTGRES", "postgresql://host/database?password=SECRET", "must be postgresql://user:"),
    ],
)
def test_an_address_with_a_secret_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv("TIDEMARK_ALERT_EMAIL_TO", "desk@bank.example")
    monkeypatch.setenv("TIDEMARK_SMTP_URL", "smtp://mail.example")
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"Invalid setting: {variable}: ")
    assert said in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1, "only the cause is reported"


def test_a_folder_with_a_manifest_is_a_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path\n", encoding="utf-8")
    monkeypatch.setenv("TIDEMARK_SOURCE", str(tmp_path))
    assert load_settings().source_folder == tmp_path.resolve()
