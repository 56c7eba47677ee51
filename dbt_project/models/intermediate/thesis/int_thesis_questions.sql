-- Grain: one row per claim about holdings and time of asking (`then`, `then_newest` or `now`).
-- The month each claim asks about, once for each view of the figures: `now`, `then` (as known on the day of the claim), and
-- `then_newest` (the newest month known then, if the claim chose an earlier one without saying so).
with claims as (
    select * from {{ ref('claims') }}
    where measure not in (
        'flow_yield_correlation', 'matched_gap_of_bitcoin', 'bitcoin_to_equities', 'bitcoin_after_equities',
        'bonds_falling_with_equities'
    )
),

incomplete as (
    select month_end
    from {{ ref('int_holdings_months') }}
    where instrument = 'total' and not is_month_complete
),

newest as (
    select
        figures.view_name,
        figures.country_code,
        max(figures.month_end) as newest_month_end,
        max(case when incomplete.month_end is null then figures.month_end end) as newest_complete_month_end
    from {{ ref('int_thesis_figures') }} as figures
    left join incomplete on figures.month_end = incomplete.month_end
    group by figures.view_name, figures.country_code
),

claims_with_view as (
    select
        claims.*,
        cast(claims.claimed_on as {{ dbt.type_string() }}) as view_of_the_day
    from claims
),

-- A claim without figures of its day was made after the newest document, or before the first one.
asked_then as (
    select
        claims.*,
        newest.view_name,
        -- Holders are ranked and counted in complete months only.
        case
            when claims.measure in ('holder_rank', 'holders_both_ways') then newest.newest_complete_month_end
            else newest.newest_month_end
        end as newest_month_end
    from claims_with_view as claims
    inner join newest on claims.view_of_the_day = newest.view_name and claims.country_code = newest.country_code
),

asked as (
    select
        claim_number,
        'then' as asked,
        view_name,
        newest_month_end,
        coalesce(month_end, newest_month_end) as claim_month_end
    from asked_then
    union all
    select
        claim_number,
        'then_newest' as asked,
        view_name,
        newest_month_end,
        newest_month_end as claim_month_end
    from asked_then
    where month_end < newest_month_end and not names_month
    union all
    select
        asked_then.claim_number,
        'now' as asked,
        newest.view_name,
        newest.newest_month_end,
        coalesce(
            asked_then.month_end,
            case
                when asked_then.measure in ('holder_rank', 'holders_both_ways') then newest.newest_complete_month_end
                else newest.newest_month_end
            end
        ) as claim_month_end
    from asked_then
    inner join newest on newest.view_name = 'now' and asked_then.country_code = newest.country_code
)

select
    claims.claim_number,
    asked.asked,
    asked.view_name,
    claims.claimed_number,
    claims.measure,
    claims.country_code,
    claims.comparison_code,
    claims.horizon_months,
    claims.barrier_usd_bn,
    asked.newest_month_end,
    asked.claim_month_end,
    cast(
        12 * extract(year from asked.claim_month_end) + extract(month from asked.claim_month_end) as integer
    ) as claim_month_number
from asked
inner join claims on asked.claim_number = claims.claim_number
