-- Grain: one row per country.
-- By how much a first print of total holdings is usually revised, billions of dollars: the median over months that were revised.
with revisions as (
    select
        country_code,
        cast(abs(revision_from_first_usd_bn) as double) as revision_usd_bn
    from {{ ref('holdings_revisions') }}
    -- Before form SLT became monthly, two releases of a month may be of two forms.
    where is_latest_release and is_revised and month_end >= date '2023-02-01'
)

select
    country_code,
    round({{ element_of(quantiles('revision_usd_bn', [0.5]), 1) }}, 3) as usual_revision_usd_bn
from revisions
group by country_code
