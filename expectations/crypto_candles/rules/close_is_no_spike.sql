-- severity: critical
-- scope: row
-- expected: close is not far from the closes of both neighbors
-- why: Widest real spikes: BTC 16 % (2020-03-12), ETH 13.6 %, SOL 24.4 % (2025-03-02). Bounds of about twice that in
--   dbt_project/seeds/crypto_symbols.csv.
-- advice: Compare the close with another venue. If it is right, accept the row in dbt_project/seeds/corrections.csv.
-- uses: news, neighbours, markets
with rises as (
    select
        news.row_number,
        news.document_id,
        news.close,
        neighbours.close_before_it,
        neighbours.close_after,
        markets.widest_spike_pct,
        ln(nullif(greatest(news.close, 0), 0)) - ln(nullif(greatest(neighbours.close_before_it, 0), 0)) as from_before,
        ln(nullif(greatest(news.close, 0), 0)) - ln(nullif(greatest(neighbours.close_after, 0), 0)) as from_after
    from news
    inner join neighbours on news.row_number = neighbours.row_number
    inner join markets on news.venue = markets.venue and news.symbol = markets.symbol
)

select
    row_number,
    document_id,
    close,
    close_before_it,
    close_after,
    100 * (exp(least(abs(from_before), abs(from_after))) - 1) as spike_pct
from rises
where from_before * from_after > 0 and spike_pct > widest_spike_pct
