-- severity: critical
-- scope: row
-- expected: since 2018, low is at least a quarter of the lower of open and close
-- why: The lowest real lows since 2018 at these venues are about 0.4 of the close (February 2021, October 2025); a
--   shifted decimal point is 0.1. Before 2018, flash crashes in thin order books were real: ether traded at 0.10 on
--   Coinbase in June 2017.
-- advice: If a flash crash was real, accept the row in dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    open,
    low,
    close
from news
where opened_at >= timestamp '2018-01-01' and low / nullif(least(open, close), 0) < 0.25
