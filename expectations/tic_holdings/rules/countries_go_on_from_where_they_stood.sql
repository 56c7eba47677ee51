-- severity: critical
-- scope: row
-- expected: no two countries each continue, less their flows of the month, from the other's position of the previous
--   month
-- why: Two unexplained jumps of more than 5 per cent that meet the other's position within 2 per cent, in both
--   directions, are a swap. None occurs in the months with flows (from February 2023).
-- uses: news, incoming
with steps as (
    select
        document_id,
        country_code,
        month_end,
        holdings - net_sales - valuation_change as started_from,
        lag(holdings) over months as was_at
    from incoming
    where
        instrument = 'long_term'
        and (series = 'slt_table3' or (series = 'slt_table1' and security_type = 'all_us_securities'))
    window months as (partition by document_id, country_code order by month_end)
    qualify abs(started_from - was_at) > 0.05 * was_at and was_at > 1000
),

crossed as (
    select
        one.document_id,
        one.country_code,
        one.month_end,
        min(other.country_code) as exchanged_with
    from steps as one
    inner join steps as other
        on
            one.document_id = other.document_id
            and one.month_end = other.month_end
            and one.country_code <> other.country_code
    where
        abs(one.started_from - other.was_at) < 0.02 * other.was_at
        and abs(other.started_from - one.was_at) < 0.02 * one.was_at
    group by one.document_id, one.country_code, one.month_end
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    crossed.exchanged_with
from news
inner join crossed
    on
        news.document_id = crossed.document_id
        and news.country_code = crossed.country_code
        and news.month_end = crossed.month_end
