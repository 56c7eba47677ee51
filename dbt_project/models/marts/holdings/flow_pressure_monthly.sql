-- Grain: one row per holder group, security type and month.
-- Net purchases of long-term US securities by all foreigners, officials and private holders, and how low they are among all
-- earlier months. The percentile of a month uses no later month.
with securities as (
    select
        *,
        cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number
    from {{ ref('fct_securities') }}
    where
        direction = 'foreign_holdings'
        and instrument = 'long_term'
        and country_code in ('99996', '99990', '99991')
),

over_a_year as (
    select
        *,
        count(net_purchases_usd_bn) over in_window as months_with_flows,
        sum(net_purchases_usd_bn) over in_window as net_purchases_12m_usd_bn,
        count(*) over since_before as months_with_the_one_before,
        first_value(holdings_usd_bn) over since_before as holdings_before_usd_bn,
        max(known_at) over since_before as latest_known_at
    from securities
    window
        in_window as (
            partition by country_code, security_type order by month_number range between 11 preceding and current row
        ),
        since_before as (
            partition by country_code, security_type order by month_number range between 12 preceding and current row
        )
),

flows as (
    select
        *,
        100 * cast(net_purchases_12m_usd_bn as double) / nullif(cast(holdings_before_usd_bn as double), 0) as flow_12m_pct
    from over_a_year
    where months_with_flows = 12 and months_with_the_one_before = 13
),

compared as (
    select
        this_month.country_code,
        this_month.security_type,
        this_month.month_end,
        count(earlier.month_end) as earlier_months,
        sum(case when earlier.flow_12m_pct < this_month.flow_12m_pct then 1 else 0 end) as earlier_months_below
    from flows as this_month
    left join flows as earlier
        on
            this_month.country_code = earlier.country_code
            and this_month.security_type = earlier.security_type
            and this_month.month_number > earlier.month_number
    group by this_month.country_code, this_month.security_type, this_month.month_end
)

-- Ten years of earlier months make a percentile.
select
    case flows.country_code when '99990' then 'official' when '99991' then 'private' else 'all' end as holder_group,
    flows.security_type,
    flows.month_end,
    flows.net_purchases_usd_bn,
    cast(flows.net_purchases_12m_usd_bn as decimal(18, 3)) as net_purchases_12m_usd_bn,
    flows.source_series,
    flows.latest_known_at as known_at,
    {{ rounded('flows.flow_12m_pct', 4) }} as flow_12m_pct,
    cast(compared.earlier_months as integer) as n_earlier_months,
    case
        when compared.earlier_months >= 120
            then {{ rounded('100 * cast(compared.earlier_months_below as double) / compared.earlier_months', 2) }}
    end as flow_12m_percentile
from flows
inner join compared
    on
        flows.country_code = compared.country_code
        and flows.security_type = compared.security_type
        and flows.month_end = compared.month_end
order by holder_group, flows.security_type, flows.month_end
