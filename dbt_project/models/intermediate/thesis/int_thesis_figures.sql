-- Grain: one row per view, country and month.
-- Total holdings as known on the day of each claim (the view is the day) and as known now (`now`). If the press quoted a first
-- print by that day, the view uses it. A claim has no view before the day it was made.
with cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

clock as (
    select least(max(documents.retrieved_at), max(cutoff.known_before)) as now_at
    from {{ ref('stg_documents') }} as documents
    cross join cutoff
),

holdings as (
    select * from {{ ref('fct_holdings') }}
    where instrument = 'total'
),

vintages as (
    select * from {{ ref('fct_holdings_vintages') }}
    where instrument = 'total'
),

claim_days as (
    select distinct claims.claimed_on
    from {{ ref('claims') }} as claims
    cross join clock
    where cast(claims.claimed_on as timestamp) < clock.now_at
),

vintages_then as (
    select
        vintages.*,
        claim_days.claimed_on,
        row_number() over (
            partition by claim_days.claimed_on, vintages.country_code, vintages.month_end order by vintages.known_at desc
        ) as recency
    from vintages
    inner join claim_days on vintages.known_at < claim_days.claimed_on + interval '1 day'
),

quoted_then as (
    select
        claim_days.claimed_on,
        quoted.country_code,
        quoted.month_end,
        quoted.holdings_usd_bn,
        row_number() over (
            partition by claim_days.claimed_on, quoted.country_code, quoted.month_end order by quoted.released_on desc
        ) as recency
    from {{ ref('stg_tic__first_prints') }} as quoted
    inner join claim_days on quoted.released_on <= claim_days.claimed_on
    cross join cutoff
    where {{ end_of_release('quoted.released_on') }} < cutoff.known_before
),

-- A file that came out after the quotation and by the day of the claim is newer than it.
all_views as (
    select
        cast(vintages_then.claimed_on as {{ dbt.type_string() }}) as view_name,
        vintages_then.country_code,
        vintages_then.country,
        vintages_then.month_end,
        case when vintages_then.vintage_basis = 'reconstructed' then quoted_then.holdings_usd_bn end as quoted_usd_bn,
        vintages_then.holdings_usd_bn as filed_usd_bn,
        vintages_then.net_sales_usd_bn as net_purchases_usd_bn,
        vintages_then.valuation_change_usd_bn,
        cast(null as decimal(18, 3)) as other_change_usd_bn,
        vintages_then.vintage_basis,
        vintages_then.known_at
    from vintages_then
    left join quoted_then
        on
            vintages_then.claimed_on = quoted_then.claimed_on
            and vintages_then.country_code = quoted_then.country_code
            and vintages_then.month_end = quoted_then.month_end
            and quoted_then.recency = 1
    where vintages_then.recency = 1 and vintages_then.holdings_usd_bn is not null
    union all
    select
        'now' as view_name,
        country_code,
        country,
        month_end,
        cast(null as decimal(18, 3)) as quoted_usd_bn,
        holdings_usd_bn as filed_usd_bn,
        net_sales_usd_bn as net_purchases_usd_bn,
        valuation_change_usd_bn,
        other_change_usd_bn,
        vintage_basis,
        known_at
    from holdings
)

select
    view_name,
    country_code,
    country,
    month_end,
    net_purchases_usd_bn,
    valuation_change_usd_bn,
    other_change_usd_bn,
    known_at,
    cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number,
    coalesce(quoted_usd_bn, filed_usd_bn) as holdings_usd_bn,
    case when quoted_usd_bn is not null then 'quoted' else vintage_basis end as basis
from all_views
