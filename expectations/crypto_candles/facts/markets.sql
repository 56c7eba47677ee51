-- The list of markets, with types.
-- uses: seed_crypto_symbols
select
    venue,
    symbol,
    quote,
    cast(widest_open_gap_bp as double) as widest_open_gap_bp,
    cast(widest_spike_pct as double) as widest_spike_pct,
    cast(unbroken_since as timestamp) as unbroken_since,
    cast(delisted_on as timestamp) as delisted_on
from seed_crypto_symbols
