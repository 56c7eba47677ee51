-- Grain: one row per country, month and release.
-- The releases with the rank of the holder and its record (high, low or none) as of each release.
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

ranked as (
    select
        release_months.month_number,
        release_months.release_known_at,
        vintages.country_code,
        -- To a tenth, as tables of major holders are printed: holders with the same figure share a rank.
        rank() over (
            partition by release_months.month_number, release_months.release_known_at
            order by round(vintages.holdings_usd_bn, 1) desc
        ) as holder_rank
    from release_months
    inner join vintages
        on
            release_months.month_number = vintages.month_number
            and release_months.release_known_at >= vintages.valid_from
            and release_months.release_known_at < vintages.valid_until
    inner join countries on vintages.country_code = countries.country_code
    where not countries.is_aggregate
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
