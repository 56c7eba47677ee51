-- Grain: a country, month and instrument: level, change, share and rank. No change is given across a re-basing.
with holdings as (
    select * from {{ ref('fct_holdings') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

-- The months since the last re-basing stand on one basis.
on_one_basis as (
    select
        *,
        sum(case when is_break then 1 else 0 end) over (
            partition by country_code, instrument order by month_end rows unbounded preceding
        ) as basis_number
    from holdings
),

with_earlier as (
    select
        now.*,
        month_before.holdings_usd_bn as holdings_1m_ago_usd_bn,
        year_before.holdings_usd_bn as holdings_12m_ago_usd_bn
    from on_one_basis as now
    left join on_one_basis as month_before
        on
            now.country_code = month_before.country_code
            and now.instrument = month_before.instrument
            and now.basis_number = month_before.basis_number
            and last_day(now.month_end - interval '1 month') = month_before.month_end
    left join on_one_basis as year_before
        on
            now.country_code = year_before.country_code
            and now.instrument = year_before.instrument
            and now.basis_number = year_before.basis_number
            and last_day(now.month_end - interval '12 months') = year_before.month_end
),

totals as (
    select
        month_end,
        instrument,
        holdings_usd_bn as all_foreign_usd_bn
    from holdings
    where country_code = '99996'
),

ranked as (
    select
        holdings.country_code,
        holdings.month_end,
        holdings.instrument,
        row_number() over (
            partition by holdings.month_end, holdings.instrument
            order by holdings.holdings_usd_bn desc, holdings.country_code asc
        ) as holder_rank
    from holdings
    inner join countries on holdings.country_code = countries.country_code
    where not countries.is_aggregate
)

select
    with_earlier.country_code,
    with_earlier.country,
    with_earlier.month_end,
    with_earlier.instrument,
    with_earlier.holdings_usd_bn,
    cast(with_earlier.holdings_usd_bn - with_earlier.holdings_1m_ago_usd_bn as decimal(18, 3)) as change_1m_usd_bn,
    cast(with_earlier.holdings_usd_bn - with_earlier.holdings_12m_ago_usd_bn as decimal(18, 3)) as change_12m_usd_bn,
    cast(ranked.holder_rank as integer) as holder_rank,
    with_earlier.is_break,
    with_earlier.known_at,
    round(
        100 * cast(with_earlier.holdings_usd_bn - with_earlier.holdings_12m_ago_usd_bn as double)
        / nullif(with_earlier.holdings_12m_ago_usd_bn, 0), 4
    ) as change_12m_pct,
    round(cast(with_earlier.holdings_usd_bn as double) / nullif(totals.all_foreign_usd_bn, 0), 6) as all_foreign_share
from with_earlier
left join totals
    on with_earlier.month_end = totals.month_end and with_earlier.instrument = totals.instrument
left join ranked
    on
        with_earlier.country_code = ranked.country_code
        and with_earlier.month_end = ranked.month_end
        and with_earlier.instrument = ranked.instrument
order by with_earlier.country_code, with_earlier.month_end, with_earlier.instrument
