-- severity: critical
-- scope: row
-- expected: long-term Treasuries of a country in the survey and in the monthly table of that June differ by less than
--   half
-- why: The largest difference of logarithms among holders of 5 billion and more is 0.25 in 723 pairs; 0.7 means twice
--   as much or half.
-- uses: news, latest
with wrong as (
    select
        news.row_number,
        max(latest.holdings) as monthly_holdings
    from news
    inner join latest
        on
            news.country_code = latest.country_code
            and news.month_end = latest.month_end
            and news.security_type = latest.security_type
            and news.instrument = latest.instrument
    where
        news.series = 'shl'
        and latest.series in ('slt_table3', 'slt3d')
        and news.instrument = 'long_term'
        and news.holdings > 0
        and latest.holdings > 0
        and greatest(news.holdings, latest.holdings) > 5000
        and abs(ln(news.holdings / latest.holdings)) > 0.7
    group by news.row_number
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    wrong.monthly_holdings
from news
inner join wrong on news.row_number = wrong.row_number
