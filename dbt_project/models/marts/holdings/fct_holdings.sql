-- Grain: one row per country, month and instrument.
-- One continuous history from 1984 on, as known at the as-of date. `holdings_as_of()` has the same definition.
{{ latest_holdings(ref('fct_holdings_vintages')) }}
