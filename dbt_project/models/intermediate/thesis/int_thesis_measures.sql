-- Grain: a claim of the scorecard, and whether it is seen with the figures known on the day of the claim (`then`) or with those
-- known now: the number that the claim's measure gives, and what the reason is told from.
with claims as (
    select * from {{ ref('thesis_claims') }}
),

cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

holdings as (
    select
        country_code,
        country,
        month_end,
        holdings_usd_bn,
        net_sales_usd_bn,
        valuation_change_usd_bn,
        other_change_usd_bn,
        is_break,
        vintage_basis,
        known_at
    from {{ ref('fct_holdings') }}
    where instrument = 'total'
),

vintages as (
    select * from {{ ref('fct_holdings_vintages') }}
    where instrument = 'total'
),

countries as (
    select * from {{ ref('dim_country') }}
),

claim_day as (
    select max(claimed_on) as claimed_on
    from claims
),

-- What was known on the day of the claim; where the press quoted a first print, the quoted figure.
vintages_then as (
    select
        vintages.*,
        row_number() over (
            partition by vintages.country_code, vintages.month_end order by vintages.known_at desc
        ) as recency
    from vintages
    cross join claim_day
    where vintages.known_at < claim_day.claimed_on + interval '1 day'
),

quoted_then as (
    select
        quoted.country_code,
        quoted.month_end,
        quoted.holdings_usd_bn,
        row_number() over (partition by quoted.country_code, quoted.month_end order by quoted.released_on desc) as recency
    from {{ ref('stg_tic__first_prints') }} as quoted
    cross join claim_day
    cross join cutoff
    where
        quoted.released_on <= claim_day.claimed_on
        and {{ end_of_release('quoted.released_on') }} < cutoff.known_before
),

both_views as (
    select
        'then' as seen,
        vintages_then.country_code,
        vintages_then.country,
        vintages_then.month_end,
        coalesce(quoted_then.holdings_usd_bn, vintages_then.holdings_usd_bn) as holdings_usd_bn,
        vintages_then.net_sales_usd_bn,
        cast(null as decimal(18, 3)) as valuation_change_usd_bn,
        cast(null as decimal(18, 3)) as other_change_usd_bn,
        vintages_then.is_break,
        case when quoted_then.holdings_usd_bn is not null then 'quoted' else vintages_then.vintage_basis end as basis,
        vintages_then.known_at
    from vintages_then
    left join quoted_then
        on
            vintages_then.country_code = quoted_then.country_code
            and vintages_then.month_end = quoted_then.month_end
            and quoted_then.recency = 1
    where vintages_then.recency = 1 and vintages_then.holdings_usd_bn is not null
    union all
    select
        'now' as seen,
        country_code,
        country,
        month_end,
        holdings_usd_bn,
        net_sales_usd_bn,
        valuation_change_usd_bn,
        other_change_usd_bn,
        is_break,
        vintage_basis as basis,
        known_at
    from holdings
),

figures as (
    select
        *,
        cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number
    from both_views
),

newest as (
    select
        seen,
        country_code,
        max(month_end) as newest_month_end
    from figures
    group by seen, country_code
),

-- A claim is about its own month, or about the newest month there is. Nothing is said of it before the day on which it was made.
asked as (
    select
        claims.*,
        newest.seen,
        newest.newest_month_end,
        cast(
            12 * extract(year from coalesce(claims.month_end, newest.newest_month_end))
            + extract(month from coalesce(claims.month_end, newest.newest_month_end)) as integer
        ) as asked_month_number,
        coalesce(claims.month_end, newest.newest_month_end) as asked_month_end
    from claims
    inner join newest on claims.country_code = newest.country_code
    cross join cutoff
    where
        claims.measure not in (
            'flow_yield_correlation', 'matched_gap_of_bitcoin', 'bitcoin_to_equities', 'bonds_falling_with_equities'
        )
        and cutoff.known_before > claims.claimed_on
),

-- Everything that the claim's own country says about it.
of_country as (
    select
        asked.claim_number,
        asked.seen,
        max(case when figures.month_number = asked.asked_month_number then figures.country end) as country,
        max(case when figures.month_number = asked.asked_month_number then figures.holdings_usd_bn end) as holdings_usd_bn,
        max(case when figures.month_number = asked.asked_month_number then figures.basis end) as basis,
        max(case when figures.month_end = asked.newest_month_end then figures.holdings_usd_bn end) as newest_usd_bn,
        max(case when figures.month_number = asked.asked_month_number then figures.net_sales_usd_bn end) as net_sales_usd_bn,
        max(case when figures.month_number = asked.asked_month_number then figures.valuation_change_usd_bn end)
            as valuation_change_usd_bn,
        max(case when figures.month_number = asked.asked_month_number then figures.other_change_usd_bn end)
            as other_change_usd_bn,
        max(case when figures.month_number = asked.asked_month_number - 1 then figures.holdings_usd_bn end)
            as month_before_usd_bn,
        max(case when figures.month_number = asked.asked_month_number - 12 then figures.holdings_usd_bn end)
            as year_before_usd_bn,
        sum(
            case
                when
                    figures.month_number between asked.asked_month_number - 11 and asked.asked_month_number
                    then figures.net_sales_usd_bn
            end
        ) as net_sales_12m_usd_bn,
        count(
            case
                when
                    figures.month_number between asked.asked_month_number - 11 and asked.asked_month_number
                    then figures.net_sales_usd_bn
            end
        ) as months_of_net_sales,
        max(case when figures.month_number <= asked.asked_month_number then figures.holdings_usd_bn end) as peak_usd_bn,
        min(figures.month_number) as first_month_number,
        max(figures.known_at) as known_at
    from asked
    inner join figures
        on asked.seen = figures.seen and asked.country_code = figures.country_code
    group by asked.claim_number, asked.seen
),

of_comparison as (
    select
        asked.claim_number,
        asked.seen,
        max(case when figures.month_number = asked.asked_month_number then figures.country end) as country,
        max(case when figures.month_number = asked.asked_month_number then figures.holdings_usd_bn end) as holdings_usd_bn,
        sum(
            case
                when
                    figures.month_number between asked.asked_month_number - 11 and asked.asked_month_number
                    then figures.net_sales_usd_bn
            end
        ) as net_sales_12m_usd_bn,
        count(
            case
                when
                    figures.month_number between asked.asked_month_number - 11 and asked.asked_month_number
                    then figures.net_sales_usd_bn
            end
        ) as months_of_net_sales,
        max(figures.known_at) as known_at
    from asked
    inner join figures
        on asked.seen = figures.seen and asked.comparison_code = figures.country_code
    group by asked.claim_number, asked.seen
),

-- The last earlier month at or below the claim's, over the whole history.
lower_before as (
    select
        asked.claim_number,
        asked.seen,
        max(figures.month_end) as lower_month_end,
        max(figures.month_number) as lower_month_number
    from asked
    inner join of_country on asked.claim_number = of_country.claim_number and asked.seen = of_country.seen
    inner join figures
        on
            asked.seen = figures.seen
            and asked.country_code = figures.country_code
            and asked.asked_month_number > figures.month_number
            and of_country.holdings_usd_bn >= figures.holdings_usd_bn
    where asked.measure in ('years_at_low', 'low_year')
    group by asked.claim_number, asked.seen
),

-- Holders whose net sales of twelve months are a twentieth and more of what they held before.
flows_of_holders as (
    select
        asked.claim_number,
        asked.seen,
        figures.country_code,
        max(case when figures.month_number = asked.asked_month_number - 12 then figures.holdings_usd_bn end)
            as year_before_usd_bn,
        sum(case when figures.month_number > asked.asked_month_number - 12 then figures.net_sales_usd_bn end)
            as net_sales_12m_usd_bn,
        count(case when figures.month_number > asked.asked_month_number - 12 then figures.net_sales_usd_bn end)
            as months_of_net_sales
    from asked
    inner join figures
        on
            asked.seen = figures.seen
            and figures.month_number between asked.asked_month_number - 12 and asked.asked_month_number
    inner join countries on figures.country_code = countries.country_code
    where asked.measure = 'holders_both_ways' and not countries.is_aggregate
    group by asked.claim_number, asked.seen, figures.country_code
),

holders_by_way as (
    select
        claim_number,
        seen,
        sum(case when net_sales_12m_usd_bn <= -0.05 * year_before_usd_bn then 1 else 0 end) as holders_withdrawing,
        sum(case when net_sales_12m_usd_bn >= 0.05 * year_before_usd_bn then 1 else 0 end) as holders_strengthening
    from flows_of_holders
    where months_of_net_sales = 12 and year_before_usd_bn >= 10
    group by claim_number, seen
),

together as (
    select
        asked.claim_number,
        asked.seen,
        asked.measure,
        asked.barrier_usd_bn,
        asked.claimed_number,
        asked.asked_month_end,
        asked.asked_month_number,
        asked.newest_month_end,
        of_country.country,
        of_country.basis,
        of_country.holdings_usd_bn,
        of_country.newest_usd_bn,
        of_country.net_sales_usd_bn,
        of_country.valuation_change_usd_bn,
        of_country.other_change_usd_bn,
        of_country.month_before_usd_bn,
        of_country.year_before_usd_bn,
        of_country.peak_usd_bn,
        of_country.first_month_number,
        of_comparison.country as comparison,
        of_comparison.holdings_usd_bn as comparison_usd_bn,
        lower_before.lower_month_end,
        lower_before.lower_month_number,
        holders_by_way.holders_withdrawing,
        holders_by_way.holders_strengthening,
        case when of_country.months_of_net_sales = 12 then of_country.net_sales_12m_usd_bn end as net_sales_12m_usd_bn,
        of_country.holdings_usd_bn - coalesce(asked.barrier_usd_bn, of_comparison.holdings_usd_bn) as gap_usd_bn,
        -- How fast net sales alone close the gap: changes by prices, custody and reporting cannot be carried forward.
        case
            when asked.comparison_code is null and of_country.months_of_net_sales = 12 then -of_country.net_sales_12m_usd_bn
            when of_country.months_of_net_sales = 12 and of_comparison.months_of_net_sales = 12
                then of_comparison.net_sales_12m_usd_bn - of_country.net_sales_12m_usd_bn
        end as closing_12m_usd_bn,
        greatest(of_country.known_at, coalesce(of_comparison.known_at, of_country.known_at)) as known_at
    from asked
    inner join of_country on asked.claim_number = of_country.claim_number and asked.seen = of_country.seen
    left join of_comparison on asked.claim_number = of_comparison.claim_number and asked.seen = of_comparison.seen
    left join lower_before on asked.claim_number = lower_before.claim_number and asked.seen = lower_before.seen
    left join holders_by_way on asked.claim_number = holders_by_way.claim_number and asked.seen = holders_by_way.seen
)

select
    *,
    round(
        case measure
            when 'level' then cast(holdings_usd_bn as double)
            -- Shown beside the claim, though it cannot tell.
            when 'not_in_tic' then cast(holdings_usd_bn as double)
            when 'change_1m' then cast(holdings_usd_bn - month_before_usd_bn as double)
            when 'change_12m_pct'
                then 100 * (cast(holdings_usd_bn as double) / cast(nullif(year_before_usd_bn, 0) as double) - 1)
            when 'net_sales_12m' then cast(net_sales_12m_usd_bn as double)
            when 'change_from_peak_pct'
                then 100 * (cast(holdings_usd_bn as double) / cast(nullif(peak_usd_bn, 0) as double) - 1)
            when 'share_pct'
                then 100 * cast(holdings_usd_bn as double) / cast(nullif(comparison_usd_bn, 0) as double)
            -- Where nothing was lower, the whole history is: enough if it is as long as the claim.
            when 'years_at_low'
                then
                    case
                        when lower_month_number is not null
                            then cast(asked_month_number - lower_month_number as double) / 12
                        when holdings_usd_bn is not null and asked_month_number - first_month_number >= 12 * claimed_number
                            then cast(asked_month_number - first_month_number as double) / 12
                    end
            when 'low_year' then cast(extract(year from lower_month_end) as double)
            when 'months_until'
                then
                    case
                        when gap_usd_bn <= 0 then 0.0
                        when closing_12m_usd_bn > 0
                            then 12 * cast(gap_usd_bn as double) / cast(closing_12m_usd_bn as double)
                    end
            when 'holders_both_ways'
                then cast(least(holders_withdrawing, holders_strengthening) as double)
        end, 4
    ) as measured_number
from together
