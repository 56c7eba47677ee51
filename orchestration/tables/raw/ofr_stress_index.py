"""The OFR's Financial Stress Index, its categories and regions; the categories add up to the index."""

from orchestration.tables.raw_table import Absence, Column, Observations, RawTable, Series


def _series(name: str, series_id: str, kind: str, title: str, highest: float) -> Series:
    role = "stress_benchmark" if kind == "index" else "stress_component"
    return Series(
        published_name=name,
        series_id=series_id,
        kind=kind,
        title=title,
        units="Index",
        frequency="D",
        role=role,
        publication_lag_days=2,
        licence="public_domain",
        calendar="business",
        lowest=-10,
        highest=highest,
    )


def _part(name: str, suffix: str, kind: str, words: str, highest: float = 30) -> Series:
    return _series(name, f"OFR_FSI_{suffix}", kind, f"OFR Financial Stress Index: contribution of {words}", highest)


SERIES = (
    _series("OFR FSI", "OFR_FSI", "index", "OFR Financial Stress Index", 50),
    _part("Credit", "CREDIT", "category", "credit"),
    _part("Equity valuation", "EQUITY_VALUATION", "category", "equity valuation"),
    _part("Safe assets", "SAFE_ASSETS", "category", "safe assets"),
    _part("Funding", "FUNDING", "category", "funding"),
    _part("Volatility", "VOLATILITY", "category", "volatility"),
    _part("United States", "UNITED_STATES", "region", "the United States", 40),
    _part("Other advanced economies", "OTHER_ADVANCED", "region", "other advanced economies"),
    _part("Emerging markets", "EMERGING_MARKETS", "region", "emerging markets"),
)
"""The components that a document must have, each once."""

TABLE = RawTable(
    name="ofr_stress_index",
    about="the OFR's Financial Stress Index, its categories and regions",
    grain="component, date and vintage; a null value was retracted",
    sources=("ofr",),
    series=(Column("component", "varchar", "The index, a category or a region."),),
    period=Column("date", "date", "The day that the figure is about."),
    values=(Column("value", "decimal(12, 6)", "Null: retracted, or missing that day.", unit="index points"),),
    absence=Absence.RETRACTION,
    licence="public_domain",
    may_be_redistributed=True,
    summary_label="OFR",
    observations=Observations(
        model="stg_ofr__stress_index",
        series=SERIES,
    ),
)
