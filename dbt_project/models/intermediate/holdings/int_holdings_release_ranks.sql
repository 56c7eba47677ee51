-- Grain: one row per country, month and release.
-- The releases with the rank of the holder, the best and worst place it may have by tenths, and its record (high, low or none),
-- as of each release.
with releases as (
    select * from {{ ref('int_holdings_releases') }}
),

vintages as (
    select * from {{ ref('int_holdings_vintage_spans') }}
    where holdings_usd_bn is not null
),

countries as (
    select * from {{ ref('dim_country') }}
),

release_months as (
    select distinct
        month_number,
        release_known_at
    from releases
),

-- A holder that counts and had no figure yet: ranks of such a release would be places among the others only.
first_figures as (
    select
        vintages.country_code,
        vintages.month_number,
        min(vintages.valid_from) as first_known_at,
        max(vintages.holdings_usd_bn) as holdings_usd_bn
    from vintages
    inner join countries on vintages.country_code = countries.country_code
    where not countries.is_aggregate
    group by vintages.country_code, vintages.month_number
),

all_foreign as (
    select
        month_number,
        max(holdings_usd_bn) as holdings_usd_bn
    from vintages
    group by month_number
),

incomplete as (
    select distinct
        release_months.month_number,
        release_months.release_known_at
    from release_months
    inner join first_figures
        on
            release_months.month_number = first_figures.month_number
            and release_months.release_known_at < first_figures.first_known_at
    inner join all_foreign on release_months.month_number = all_foreign.month_number
    where cast(first_figures.holdings_usd_bn as double) >= 0.0005 * cast(all_foreign.holdings_usd_bn as double)
),

complete_months as (
    select month_number
    from {{ ref('int_holdings_months') }}
    where instrument = 'total' and is_month_complete
),

ranked as (
    select
        release_months.month_number,
        release_months.release_known_at,
        vintages.country_code,
        row_number() over (
            partition by release_months.month_number, release_months.release_known_at
            order by vintages.holdings_usd_bn desc, vintages.country_code asc
        ) as holder_rank,
        -- Tables of major holders print tenths: holders with the same tenth share their places.
        rank() over (
            partition by release_months.month_number, release_months.release_known_at
            order by round(vintages.holdings_usd_bn, 1) desc
        ) as best_rank,
        count(*) over (
            partition by
                release_months.month_number, release_months.release_known_at, round(vintages.holdings_usd_bn, 1)
        ) as holders_with_the_same_tenth
    from release_months
    inner join vintages
        on
            release_months.month_number = vintages.month_number
            and release_months.release_known_at >= vintages.valid_from
            and release_months.release_known_at < vintages.valid_until
    inner join countries on vintages.country_code = countries.country_code
    inner join complete_months on release_months.month_number = complete_months.month_number
    left join incomplete
        on
            release_months.month_number = incomplete.month_number
            and release_months.release_known_at = incomplete.release_known_at
    where not countries.is_aggregate and incomplete.month_number is null
),

earlier as (
    select
        releases.country_code,
        releases.month_number,
        releases.release_known_at,
        count(*) as months_before,
        max(vintages.holdings_usd_bn) as highest_before_usd_bn,
        min(vintages.holdings_usd_bn) as lowest_before_usd_bn
    from releases
    inner join vintages
        on
            releases.country_code = vintages.country_code
            and releases.month_number > vintages.month_number
            and releases.release_known_at >= vintages.valid_from
            and releases.release_known_at < vintages.valid_until
    group by releases.country_code, releases.month_number, releases.release_known_at
)

select
    releases.country_code,
    releases.country,
    releases.month_end,
    releases.month_number,
    releases.release_known_at,
    releases.first_known_at,
    releases.holdings_usd_bn,
    releases.source_series,
    releases.vintage_basis,
    releases.rounding_usd_bn,
    releases.change_1m_usd_bn,
    ranked.holder_rank,
    ranked.best_rank,
    ranked.best_rank + ranked.holders_with_the_same_tenth - 1 as worst_rank,
    -- A record needs ten years of earlier months.
    case
        when earlier.months_before < 119 or earlier.months_before is null then null
        when releases.holdings_usd_bn > earlier.highest_before_usd_bn then 'high'
        when releases.holdings_usd_bn < earlier.lowest_before_usd_bn then 'low'
        else 'none'
    end as record
from releases
left join ranked
    on
        releases.country_code = ranked.country_code
        and releases.month_number = ranked.month_number
        and releases.release_known_at = ranked.release_known_at
left join earlier
    on
        releases.country_code = earlier.country_code
        and releases.month_number = earlier.month_number
        and releases.release_known_at = earlier.release_known_at
