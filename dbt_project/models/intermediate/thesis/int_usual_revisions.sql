-- Grain: one row per country.
-- By how much total holdings are usually revised, billions of dollars: between the oldest and the newest value known of a
-- month, the median over months that were revised.
with releases as (
    -- Before form SLT became monthly, two releases of a month may be of two forms.
    select
        *,
        row_number() over (partition by country_code, month_end order by release_known_at asc) as from_oldest,
        row_number() over (partition by country_code, month_end order by release_known_at desc) as from_newest
    from {{ ref('int_holdings_releases') }}
    where month_end >= date '2023-02-01'
),

revisions as (
    select
        oldest.country_code,
        cast(abs(newest.holdings_usd_bn - oldest.holdings_usd_bn) as double) as revision_usd_bn
    from releases as oldest
    inner join releases as newest
        on
            oldest.country_code = newest.country_code
            and oldest.month_end = newest.month_end
            and newest.from_newest = 1
    where
        oldest.from_oldest = 1
        and abs(newest.holdings_usd_bn - oldest.holdings_usd_bn) > greatest(newest.rounding_usd_bn, oldest.rounding_usd_bn)
)

select
    country_code,
    round({{ element_of(quantiles('revision_usd_bn', [0.5]), 1) }}, 3) as usual_revision_usd_bn
from revisions
group by country_code
