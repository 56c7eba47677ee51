-- Grain: one row per claim and as-of date.
-- Each claim with its number, the number measured then and now, and the verdict. The figures behind it are in claim_figures.
with verdicts as (
    select * from {{ ref('int_thesis_verdicts') }}
),

of_markets as (
    select * from {{ ref('int_thesis_market_measures') }}
),

cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

warehouse as (
    select * from {{ ref('warehouse_info') }}
),

holdings as (
    select max(cast(known_at as date)) as newest_known_on
    from {{ ref('fct_holdings') }}
    where instrument = 'total'
),

markets as (
    select max(cast(known_at as date)) as newest_known_on
    from of_markets
),

-- Without an as-of date: the day of the newest figure behind a claim, or of the newest document if there is none.
newest as (
    select
        coalesce(
            greatest(
                coalesce(holdings.newest_known_on, markets.newest_known_on),
                coalesce(markets.newest_known_on, holdings.newest_known_on)
            ),
            warehouse.newest_retrieval_on
        ) as newest_known_on
    from holdings
    cross join markets
    cross join warehouse
),

-- There is no verdict before the first document, and none on a claim that was made after the newest figure.
dated as (
    select
        verdicts.*,
        coalesce(cutoff.as_of, newest.newest_known_on) as as_of,
        case
            when verdicts.claimed_on <= coalesce(cutoff.as_of, newest.newest_known_on) then verdicts.verdict
        end as supported_verdict
    from verdicts
    cross join cutoff
    cross join newest
    where coalesce(cutoff.as_of, newest.newest_known_on) is not null
),

-- A margin smaller than the usual revision may turn with the next release.
with_margin as (
    select
        dated.*,
        coalesce(countries.country_plain_name, dated.country) as holder,
        coalesce(compared.country_plain_name, dated.comparison) as compared_with,
        abs(dated.margin_usd_bn) < dated.usual_revision_usd_bn as is_margin_small,
        case
            when not dated.is_made then 'not made yet'
            when dated.supported_verdict is null then 'figures not known'
        end as no_verdict_because
    from dated
    left join {{ ref('dim_country') }} as countries on dated.country_code = countries.country_code
    left join {{ ref('dim_country') }} as compared on dated.comparison = compared.country
)

select
    cast(with_margin.claim_number as integer) as claim_number,
    with_margin.claim_id,
    with_margin.claim,
    with_margin.claimed_on,
    with_margin.country_code,
    with_margin.holder,
    with_margin.compared_with as comparison,
    with_margin.measure,
    with_margin.horizon_months,
    with_margin.month_end,
    with_margin.claim_month_end,
    with_margin.holds_if,
    with_margin.claimed_number,
    with_margin.unit,
    with_margin.measured_then as measured_as_first_printed,
    with_margin.first_print_basis,
    with_margin.measured_newest_then,
    with_margin.measured_now,
    cast(with_margin.margin_usd_bn as decimal(18, 3)) as margin_usd_bn,
    cast(
        case when with_margin.margin_usd_bn is not null then with_margin.usual_revision_usd_bn end as decimal(18, 3)
    ) as usual_revision_usd_bn,
    with_margin.is_margin_small,
    with_margin.supported_verdict as verdict,
    with_margin.no_verdict_because,
    with_margin.caveat,
    with_margin.confirmed_if,
    with_margin.refuted_if,
    with_margin.query,
    with_margin.source,
    with_margin.known_at,
    with_margin.as_of
from with_margin
order by with_margin.claim_number
