-- Grain: one row per direction, country, month, security type, instrument and publication.
-- Everything that cslt.zip published. The file sends its whole history each month; raw keeps changes, so what a total and its
-- long-term part said together is put together again here.
with securities as (
    select * from {{ ref('stg_tic__cslt') }}
),

-- If an earlier retrieval after the stated release day had another value, the value is dated by its own retrieval.
dated as (
    select
        *,
        case
            when
                lag(cast(retrieved_at as date)) over (
                    partition by series, country_code, month_end order by retrieved_at
                ) >= released_on
                then cast(retrieved_at as date)
            else released_on
        end as published_on
    from securities
),

-- All Treasuries have the valuation change of its long-term part, so they change with either of them.
total_and_part as (
    select
        country_code,
        month_end,
        retrieved_at,
        max(published_on) as published_on,
        max(case when series = 'for_treas' then retrieved_at end) as total_retrieved_at,
        max(case when series = 'for_lt_treas' then retrieved_at end) as part_retrieved_at
    from dated
    where series in ('for_treas', 'for_lt_treas')
    group by country_code, month_end, retrieved_at
),

latest_of_both as (
    select
        country_code,
        month_end,
        published_on,
        max(total_retrieved_at) over so_far as total_retrieved_at,
        max(part_retrieved_at) over so_far as part_retrieved_at
    from total_and_part
    window so_far as (
        partition by country_code, month_end order by retrieved_at rows between unbounded preceding and current row
    )
),

totals as (
    select
        total.direction,
        latest_of_both.country_code,
        latest_of_both.month_end,
        total.security_type,
        total.instrument,
        total.holdings_usd_bn,
        total.net_sales_usd_bn,
        case when total.net_sales_usd_bn is not null then part.valuation_change_usd_bn end as valuation_change_usd_bn,
        latest_of_both.published_on
    from latest_of_both
    inner join dated as total
        on
            latest_of_both.country_code = total.country_code
            and latest_of_both.month_end = total.month_end
            and latest_of_both.total_retrieved_at = total.retrieved_at
            and total.series = 'for_treas'
    left join dated as part
        on
            latest_of_both.country_code = part.country_code
            and latest_of_both.month_end = part.month_end
            and latest_of_both.part_retrieved_at = part.retrieved_at
            and part.series = 'for_lt_treas'
),

parts as (
    select
        direction,
        country_code,
        month_end,
        security_type,
        instrument,
        holdings_usd_bn,
        net_sales_usd_bn,
        case
            when instrument = 'bills' and net_sales_usd_bn is not null then cast(0 as decimal(18, 3))
            else valuation_change_usd_bn
        end as valuation_change_usd_bn,
        published_on
    from dated
    where series <> 'for_treas'
),

everything as (
    select * from totals
    union all
    select * from parts
)

select
    direction,
    country_code,
    month_end,
    security_type,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    {{ end_of_release('published_on') }} as published_at
from everything
