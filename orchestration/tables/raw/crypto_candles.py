"""Closed candles of the exchanges, every venue."""

from orchestration.tables.raw_table import Absence, Column, RawTable

TABLE = RawTable(
    name="crypto_candles",
    about="closed candles of every venue",
    grain="venue, symbol, quote, interval, open time and vintage",
    sources=("coinbase", "binance", "kraken"),
    series=(
        Column("venue", "varchar", "The exchange."),
        Column("symbol", "varchar", "What is traded: `BTC`, ..."),
        Column("quote", "varchar", "The currency or token that it is traded for."),
        Column(
            "candle_interval",
            "varchar",
            "`1d` (a day), `4h`, ...; `1d of 1m`: a day made of the minutes in `candles/`.",
        ),
    ),
    period=Column("opened_at", "timestamp", "When the candle began, UTC."),
    # Quotes, not ledger money: no mart adds them up, and volumes of cheap coins do not fit into any one DECIMAL.
    values=(
        Column("open", "double", "First price, in `quote`."),
        Column("high", "double", "Highest price, in `quote`."),
        Column("low", "double", "Lowest price, in `quote`."),
        Column("close", "double", "Last price, in `quote`."),
        Column("volume", "double", "Traded, in `symbol`."),
    ),
    others=(Column("parts", "integer", "How many shorter candles it was made of; null for the venue's own candle."),),
    absence=Absence.SILENCE,
    licence="internal_use",
    may_be_redistributed=False,
    summary_label="Crypto",
)
