-- Grain: one row per Wednesday with total assets.
-- Assets of the Federal Reserve minus the balances of the Treasury and money funds, in billions of dollars. The balance sheet is
-- published in millions, reverse repurchases in billions.
{% set in_millions = ['WALCL', 'WDTGAL', 'WTREGEN', 'WRBWFRBL', 'WRESBAL', 'WMTSECL1', 'WSEFINTL1', 'WFASECL1', 'WLRRAFOIAL'] %}
with observations as (
    select * from {{ ref('fct_observations') }}
    where
        value is not null
        and series_id in (
            {% for series in in_millions -%}
                '{{ series }}',
            {% endfor -%}
            'RRPONTSYD'
        )
),

series as (
    select
        series_id,
        -- From the catalogue's units, so that a change of units leaves a gap and not figures a thousand times too large.
        case when units like 'Millions%' then 0.001 when units like 'Billions%' then 1.0 end as billions
    from {{ ref('dim_series') }}
),

in_billions as (
    select
        observations.series_id,
        observations.date,
        observations.known_at,
        observations.value * series.billions as usd_bn
    from observations
    inner join series on observations.series_id = series.series_id
),

wednesdays as (
    select
        date,
        {% for series in in_millions -%}
            max(case when series_id = '{{ series }}' then usd_bn end) as {{ series | lower }},
        {% endfor -%}
        max(known_at) as known_at
    from in_billions
    where series_id <> 'RRPONTSYD' and {{ day_of_week('date') }} = 3
    group by date
    having max(case when series_id = 'WALCL' then usd_bn end) is not null
),

-- FRED has no value on days without an operation: use the latest one of the week.
reverse_repos as (
    select
        wednesdays.date,
        in_billions.usd_bn,
        in_billions.known_at,
        row_number() over (partition by wednesdays.date order by in_billions.date desc) as days_back
    from wednesdays
    inner join in_billions
        on
            wednesdays.date >= in_billions.date
            and wednesdays.date < in_billions.date + interval '7 days'
            and in_billions.series_id = 'RRPONTSYD'
),

joined as (
    select
        wednesdays.*,
        reverse_repos.usd_bn as reverse_repo_usd_bn,
        coalesce(wednesdays.wdtgal, wednesdays.wtregen) as treasury_account_usd_bn,
        case
            when wednesdays.wdtgal is not null then 'Wednesday level'
            when wednesdays.wtregen is not null then 'week average'
        end as treasury_account_basis,
        coalesce(wednesdays.wrbwfrbl, wednesdays.wresbal) as reserves_usd_bn,
        case
            when wednesdays.wrbwfrbl is not null then 'Wednesday level'
            when wednesdays.wresbal is not null then 'week average'
        end as reserves_basis,
        greatest(wednesdays.known_at, coalesce(reverse_repos.known_at, wednesdays.known_at)) as row_known_at
    from wednesdays
    left join reverse_repos on wednesdays.date = reverse_repos.date and reverse_repos.days_back = 1
),

netted as (
    select
        *,
        -- The facility started in September 2013. Before that, overnight balances were zero.
        walcl - treasury_account_usd_bn
        - case when date < date '2013-09-23' then coalesce(reverse_repo_usd_bn, 0) else reverse_repo_usd_bn end
            as net_liquidity_usd_bn
    from joined
)

select
    date,
    walcl as fed_assets_usd_bn,
    treasury_account_usd_bn,
    treasury_account_basis,
    reverse_repo_usd_bn,
    reserves_usd_bn,
    reserves_basis,
    net_liquidity_usd_bn,
    wmtsecl1 as custody_treasuries_usd_bn,
    wfasecl1 as custody_agencies_usd_bn,
    wsefintl1 as custody_total_usd_bn,
    wlrrafoial as foreign_repo_pool_usd_bn,
    row_known_at as known_at,
    net_liquidity_usd_bn - lag(net_liquidity_usd_bn, 1) over in_order as net_liquidity_change_1w_usd_bn,
    net_liquidity_usd_bn - lag(net_liquidity_usd_bn, 4) over in_order as net_liquidity_change_4w_usd_bn,
    net_liquidity_usd_bn - lag(net_liquidity_usd_bn, 13) over in_order as net_liquidity_change_13w_usd_bn,
    wmtsecl1 - lag(wmtsecl1, 4) over in_order as custody_treasuries_change_4w_usd_bn
from netted
window in_order as (order by date)
order by date
