-- Grain: one row per direction, country, month and security type.
-- Levels, twelve-month flows and ranks of long-term securities.
with securities as (
    select
        *,
        cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number
    from {{ ref('fct_securities') }}
    where instrument = 'long_term'
),

over_a_year as (
    select
        *,
        count(*) over since_before as months_with_the_one_before,
        first_value(holdings_usd_bn) over since_before as holdings_before_usd_bn,
        sum(case when is_break then 1 else 0 end) over in_window as breaks,
        count(net_purchases_usd_bn) over in_window as months_with_flows,
        count(valuation_change_usd_bn) over in_window as months_valued,
        sum(net_purchases_usd_bn) over in_window as net_purchases_12m_usd_bn,
        sum(valuation_change_usd_bn) over in_window as valuation_change_12m_usd_bn,
        max(known_at) over since_before as latest_known_at
    from securities
    window
        since_before as (
            partition by direction, country_code, security_type order by month_number
            range between 12 preceding and current row
        ),
        in_window as (
            partition by direction, country_code, security_type order by month_number
            range between 11 preceding and current row
        )
),

judged as (
    select
        *,
        months_with_the_one_before = 13 and breaks = 0 as has_change,
        months_with_flows = 12 and breaks = 0 as has_flows,
        months_with_the_one_before = 13 and breaks = 0 and months_with_flows = 12 and months_valued = 12 as has_all_parts
    from over_a_year
),

ranks as (
    select
        direction,
        country_code,
        month_end,
        security_type,
        rank() over (partition by direction, security_type, month_end order by holdings_usd_bn desc) as holder_rank
    from securities
    where not is_aggregate
)

select
    judged.direction,
    judged.country_code,
    judged.country,
    judged.month_end,
    judged.security_type,
    judged.holdings_usd_bn,
    judged.is_aggregate,
    judged.source_series,
    judged.latest_known_at as known_at,
    cast(ranks.holder_rank as integer) as holder_rank,
    cast(
        case when judged.has_change then judged.holdings_usd_bn - judged.holdings_before_usd_bn end as decimal(18, 3)
    ) as change_12m_usd_bn,
    {{ rounded('100 * cast(case when judged.has_change then judged.holdings_usd_bn - judged.holdings_before_usd_bn end as double)'
        ~ ' / nullif(cast(judged.holdings_before_usd_bn as double), 0)', 4) }} as change_12m_pct,
    cast(case when judged.has_flows then judged.net_purchases_12m_usd_bn end as decimal(18, 3)) as net_purchases_12m_usd_bn,
    cast(
        case when judged.has_all_parts then judged.valuation_change_12m_usd_bn end as decimal(18, 3)
    ) as valuation_change_12m_usd_bn,
    cast(
        case
            when judged.has_all_parts
                then
                    judged.holdings_usd_bn - judged.holdings_before_usd_bn
                    - judged.net_purchases_12m_usd_bn - judged.valuation_change_12m_usd_bn
        end as decimal(18, 3)
    ) as other_change_12m_usd_bn
from judged
left join ranks
    on
        judged.direction = ranks.direction
        and judged.country_code = ranks.country_code
        and judged.month_end = ranks.month_end
        and judged.security_type = ranks.security_type
order by judged.direction, judged.security_type, judged.country_code, judged.month_end
