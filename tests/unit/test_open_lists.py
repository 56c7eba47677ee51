"""The lists that a user may extend: valid lines, defaults of blank cells, and the folder TIDEMARK_EXTRA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from orchestration.settings import SettingsError, load_settings
from orchestration.sources import registry
from orchestration.sources.crypto import symbols
from orchestration.tables import seeds
from orchestration.tables.open_lists import MEASURES, OPEN_LISTS
from orchestration.tables.seeds import ListError, check_lists, extra_digest, read_seed, seed_files, write_seeds

Extra = Callable[..., Path]
CLAIM = "claim_id,claim,claimed_on,claimed_number,measure,country_code,holds_if"
KRAKEN = "https://api.kraken.com/0/public/OHLC?pair=ADAUSD&interval=1440"


@pytest.fixture
def extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Extra]:
    """Puts files into a folder, and the folder into TIDEMARK_EXTRA."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        monkeypatch.setenv("TIDEMARK_EXTRA", str(tmp_path))
        return tmp_path

    caches = (seeds._read_open, symbols.listings, symbols.listings_of)
    for cache in caches:
        cache.cache_clear()
    yield write
    for cache in caches:
        cache.cache_clear()


def line(name: str, column: str, value: str) -> dict[str, object]:
    """The one line of a list with this value, without its blanks."""
    frame = read_seed(name)
    (found,) = frame[frame[column] == value].to_dict("records")
    return {str(cell): text for cell, text in found.items() if not pd.isna(text)}


def test_a_fred_series_is_one_line_with_two_cells(extra: Extra) -> None:
    project = read_seed("fred_series")
    extra(fred_series="series_id,role\ncpiaucsl,inflation\n")
    assert line("fred_series", "series_id", "CPIAUCSL") == {
        "series_id": "CPIAUCSL",
        "title": "CPIAUCSL",
        "units": "unknown",
        "frequency": "unknown",
        "role": "inflation",
        "publication_lag_days": "165",
        "licence": "unknown",
        "is_revised": "true",
        "fetch": "true",
        "calendar": "unknown",
        "closed_on": "nothing",
        "window_served": "all",
    }
    assert len(read_seed("fred_series")) == len(project) + 1


@pytest.mark.usefixtures("extra")
def test_the_defaults_hold_for_the_lines_of_the_project_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = OPEN_LISTS["fred_series"].columns
    cells = {"series_id": "UNRATE", "role": "labor"}
    lines = [",".join(columns), ",".join(cells.get(name, "") for name in columns)]
    (tmp_path / "fred_series.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    assert line("fred_series", "series_id", "UNRATE")["publication_lag_days"] == "165"


def test_a_list_under_its_old_name_is_refused_with_the_new_one(extra: Extra) -> None:
    extra(thesis_claims=f"{CLAIM}\n")
    with pytest.raises(ListError, match=r"Did you mean claims\.csv\?"):
        check_lists()


@pytest.mark.parametrize(("frequency", "days"), [("D", "1"), ("W", "7"), ("M", "75"), ("Q", "165")])
def test_a_series_without_a_lag_is_known_late_and_never_early(extra: Extra, frequency: str, days: str) -> None:
    extra(fred_series=f"series_id,role,frequency\nCPIAUCSL,inflation,{frequency}\n")
    assert line("fred_series", "series_id", "CPIAUCSL")["publication_lag_days"] == days


def test_a_coin_of_the_user_has_its_documents_read(extra: Extra) -> None:
    assert registry.identify(KRAKEN) is None
    extra(crypto_symbols="symbol,venue,market,quote\nADA,kraken,ADAUSD,USD\n")
    symbols.listings.cache_clear()
    symbols.listings_of.cache_clear()
    assert registry.identify(KRAKEN) == ("kraken", "ADAUSD/1d")
    assert "ADA" in {listing.symbol for listing in symbols.to_fetch("kraken")}


def test_a_claim_gets_number_unit_and_tolerance(extra: Extra) -> None:
    before = max(map(int, read_seed("claims")["claim_number"]))
    extra(claims=f"{CLAIM}\ndenmark,Denmark holds 10.25 bn,2026-02-01,10.25,level,10502,equal\n")
    found = line("claims", "claim_id", "denmark")
    assert (found["claim_number"], found["unit"], found["tolerance"]) == (str(before + 1), "usd_bn", "0.005")
    assert found["confirmed_if"] == "holdings: 10.25 billion dollars, give or take 0.005"
    assert found["refuted_if"] == "holdings: further than 0.005 from 10.25 billion dollars"
    assert "country_code = '10502'" in found["query"]
    assert "<" not in found["query"]


def test_the_rules_of_a_claim_count_one_month_and_one_holder_as_one(extra: Extra) -> None:
    extra(
        claims="claim_id,claim,claimed_on,claimed_number,measure,country_code,holds_if,horizon_months\n"
        "month,Denmark sold in a month,2026-02-01,0,net_purchases,10502,at_most,1\n"
        "ways,Some went,2026-02-01,1,holders_both_ways,99996,at_least,\n"
    )
    assert (
        line("claims", "claim_id", "month")["confirmed_if"] == "net purchases over 1 month: 0 billion dollars or less"
    )
    assert line("claims", "claim_id", "ways")["confirmed_if"].endswith(": 1 holder or more")


def test_a_barrier_gets_its_default_phrase(extra: Extra) -> None:
    extra(projection_barriers="barrier_id,country_code,barrier_usd_bn\njapan_below_1000,42609,1000\n")
    assert line("projection_barriers", "barrier_id", "japan_below_1000")["words"] == "Japan below 1000 bn"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("fred_series", "series_id,role\nCPIAUCSL,\n", "line 2: role is blank"),
        ("fred_series", "series_id,role\nDGS10,yields\n", "line 2: series_id DGS10 is already in the list"),
        ("fred_series", "series_id,role,licence\nCPIAUCSL,inflation,free\n", "one of public_domain, citation_required"),
        ("fred_series", "series_id,role,lowest,highest\nUNRATE,labor,20,0\n", "lowest must be below highest"),
        ("fred_series", "series_id,role,largest_move\nUNRATE,labor,2\n", "needs a move_kind"),
        ("fred_series", "series_id,roll\nUNRATE,labor\n", "line 1: unknown column 'roll'"),
        ("fred_series", "series_id;role\nUNRATE;labor\n", "line 1: unknown column"),
        ("fred_series", "series_id\nUNRATE\n", "line 1: the column role is missing"),
        ("fred_series", "series_id,role\nUNRATE,labor,1\n", "line 2: expected 2 cells"),
        ("crypto_symbols", "symbol,venue,market,quote\nADA,gemini,ADAUSD,USD\n", "one of coinbase, binance"),
        ("crypto_symbols", "symbol,venue,market,quote\nBTC,kraken,XBTUSD,USD\n", "is already in the list"),
        ("claims", f"{CLAIM}\na,A,2026-02-01,1,net_worth,41408,equal\n", "expected one of level, change,"),
        ("claims", f"{CLAIM}\na,A,2026-02-01,1,level,China,equal\n", "country_code is 'China'"),
        ("claims", f"{CLAIM}\na,A,2026-02-01,1,level,Japan,equal\n", "42609 for Japan"),
        ("claims", f"{CLAIM}\na,A,2026-02-01,,level,41408,equal\n", "claimed_number is blank"),
        ("claims", f"{CLAIM}\na,A,2026-02-01,1,share_pct,41408,equal\n", "comparison_code is blank"),
        (
            "claims",
            f"{CLAIM},horizon_months\na,A,2026-02-01,1,chance_pct,41408,at_least,12\n",
            "barrier_usd_bn, comparison_code",
        ),
        ("claims", f"{CLAIM}\na,A,2026-02-01,1,net_purchases,41408,at_most\n", "horizon_months is blank"),
        ("claims", f"{CLAIM}\na,A,2026-02-01,,bitcoin_to_equities,41408,\n", "say what would confirm"),
        ("claims", f"{CLAIM},unit\na,A,2026-02-01,1,level,41408,equal,pct\n", "level is in usd_bn"),
        ("claims", f"{CLAIM},month_end\na,A,2026-02-01,1,level,41408,equal,2026-01-30\n", "last day of a month"),
        ("projection_barriers", "barrier_id,country_code\nb,41408\n", "exactly one of barrier_usd_bn and"),
        ("projection_barriers", "barrier_id,country_code,barrier_usd_bn\nb,41408,-5\n", "a number above 0"),
        ("projection_barriers", "barrier_id,country_code,barrier_country_code\nb,41408,41408\n", "the holder itself"),
        ("projection_barriers", "barrier_id,country_code,barrier_usd_bn\nb,99,5\n", "country_code is '99'"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_file(extra: Extra, name: str, text: str, complaint: str) -> None:
    folder = extra(**{name: text})
    with pytest.raises(ListError) as caught:
        check_lists()
    assert str(folder / f"{name}.csv") in str(caught.value)
    assert complaint in str(caught.value)


def test_all_wrong_lines_are_listed_at_once(extra: Extra) -> None:
    extra(fred_series="series_id,role\nA,\nB,labor\nC,\n")
    with pytest.raises(ListError) as caught:
        check_lists()
    assert [text.partition(": ")[0].rpartition(", ")[2] for text in str(caught.value).splitlines()] == [
        "line 2",
        "line 4",
    ]


def test_an_unknown_list_is_an_error(extra: Extra) -> None:
    folder = extra()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    check_lists()
    (folder / "coins.csv").write_text("symbol\n", encoding="utf-8")
    with pytest.raises(ListError, match="crypto_symbols"):
        check_lists()


def test_a_missing_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMARK_EXTRA", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="TIDEMARK_EXTRA"):
        load_settings()


def test_a_changed_line_changes_the_version_of_the_rules(extra: Extra) -> None:
    without = (extra_digest(), len(seed_files()))
    extra(fred_series="series_id,role\nUNRATE,labor\n")
    once = extra_digest()
    extra(fred_series="series_id,role\nUNRATE,work\n")
    assert len({without[0], once, extra_digest()}) == 3
    assert len(seed_files()) == without[1] + 1


def test_dbt_gets_the_lines_of_both(extra: Extra, tmp_path: Path) -> None:
    target = tmp_path / "dbt" / "seeds"
    assert write_seeds(target) is None, "the result equals the project's own files"
    extra(fred_series="series_id,role\nUNRATE,labor\n")
    assert write_seeds(target) == target
    written = pd.read_csv(target / "fred_series.csv", dtype="str").set_index("series_id")
    assert {"DGS10", "UNRATE"} <= set(written.index)
    assert written.loc["UNRATE", "publication_lag_days"] == "165"
    assert {path.name for path in seeds.SEEDS.iterdir()} == {path.name for path in target.iterdir()}


def test_every_measure_has_a_claim_of_the_project() -> None:
    """So every measure that a claim may have is computed by each load."""
    assert set(read_seed("claims")["measure"]) == set(MEASURES)
