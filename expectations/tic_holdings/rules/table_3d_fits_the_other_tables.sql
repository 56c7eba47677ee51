-- severity: critical
-- scope: row
-- expected: the frozen table 3D is within 2.5 billion and 0.2 per cent of mfhhis01 and table 3, December 2011 to
--   October 2022
-- why: Measured: 2.2 billion on 4,097 (official holders, 2015), 0.82 of the allowance. Its last three months were never
--   revised and are left out. Until 2011, the history's United Kingdom includes the Channel Islands and the Isle of
--   Man.
-- uses: news, latest
with pairs as (
    select
        news.document_id,
        news.country_code,
        news.month_end,
        news.holdings * if(news.unit = 'usd_bn', 1000, 1) as holdings,
        latest.holdings * if(latest.unit = 'usd_bn', 1000, 1) as other_holdings
    from news
    inner join latest
        on
            news.country_code = latest.country_code
            and news.month_end = latest.month_end
            and news.security_type = latest.security_type
            and news.instrument = latest.instrument
    where
        (
            (news.series = 'slt3d' and latest.series in ('mfhhis01', 'slt_table3'))
            or (latest.series = 'slt3d' and news.series in ('mfhhis01', 'slt_table3'))
        )
        and news.month_end between date '2011-12-31' and date '2022-10-31'
        and not (news.country_code = '13005' and news.month_end < date '2012-01-31')
),

wrong as (
    select
        document_id,
        country_code,
        month_end,
        arg_max(other_holdings - holdings, abs(other_holdings - holdings)) as difference_usd_mn
    from pairs
    where abs(holdings - other_holdings) > 2500 + 0.002 * other_holdings
    group by document_id, country_code, month_end
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    wrong.difference_usd_mn
from news
inner join wrong
    on
        news.document_id = wrong.document_id
        and news.country_code = wrong.country_code
        and news.month_end = wrong.month_end
