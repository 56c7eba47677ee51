-- Grain: one row per direction, country, month, security type and instrument.
-- Holdings, net purchases and valuation of all securities since 1984, as known at the as-of date. `securities_as_of()` has the
-- same definition.
{{ latest_securities(ref('fct_securities_vintages')) }}
