-- Grain: one row per claim, then or now.
-- The number that each claim's measure gives, and the figures its explanation uses.
with questions as (
    select * from {{ ref('int_thesis_questions') }}
),

figures as (
    select * from {{ ref('int_thesis_figures') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

-- Figures of the claim's own country.
of_country as (
    select
        questions.claim_number,
        questions.seen,
        max(case when figures.month_number = questions.claim_month_number then figures.country end) as country,
        max(case when figures.month_number = questions.claim_month_number then figures.holdings_usd_bn end) as holdings_usd_bn,
        max(case when figures.month_number = questions.claim_month_number then figures.basis end) as basis,
        max(case when figures.month_end = questions.newest_month_end then figures.holdings_usd_bn end) as newest_usd_bn,
        max(case when figures.month_number = questions.claim_month_number then figures.net_sales_usd_bn end) as net_sales_usd_bn,
        max(case when figures.month_number = questions.claim_month_number then figures.valuation_change_usd_bn end)
            as valuation_change_usd_bn,
        max(case when figures.month_number = questions.claim_month_number then figures.other_change_usd_bn end)
            as other_change_usd_bn,
        max(case when figures.month_number = questions.claim_month_number - 1 then figures.holdings_usd_bn end)
            as month_before_usd_bn,
        max(case when figures.month_number = questions.claim_month_number - 12 then figures.holdings_usd_bn end)
            as year_before_usd_bn,
        sum(
            case
                when
                    figures.month_number between questions.claim_month_number - 11 and questions.claim_month_number
                    then figures.net_sales_usd_bn
            end
        ) as net_sales_12m_usd_bn,
        count(
            case
                when
                    figures.month_number between questions.claim_month_number - 11 and questions.claim_month_number
                    then figures.net_sales_usd_bn
            end
        ) as months_of_net_sales,
        max(case when figures.month_number <= questions.claim_month_number then figures.holdings_usd_bn end) as peak_usd_bn,
        min(figures.month_number) as first_month_number,
        max(figures.known_at) as known_at
    from questions
    inner join figures
        on questions.seen = figures.seen and questions.country_code = figures.country_code
    group by questions.claim_number, questions.seen
),

of_comparison as (
    select
        questions.claim_number,
        questions.seen,
        max(case when figures.month_number = questions.claim_month_number then figures.country end) as country,
        max(case when figures.month_number = questions.claim_month_number then figures.holdings_usd_bn end) as holdings_usd_bn,
        sum(
            case
                when
                    figures.month_number between questions.claim_month_number - 11 and questions.claim_month_number
                    then figures.net_sales_usd_bn
            end
        ) as net_sales_12m_usd_bn,
        count(
            case
                when
                    figures.month_number between questions.claim_month_number - 11 and questions.claim_month_number
                    then figures.net_sales_usd_bn
            end
        ) as months_of_net_sales,
        max(figures.known_at) as known_at
    from questions
    inner join figures
        on questions.seen = figures.seen and questions.comparison_code = figures.country_code
    group by questions.claim_number, questions.seen
),

-- The last earlier month at or below the month of the claim, over the whole history.
lower_before as (
    select
        questions.claim_number,
        questions.seen,
        max(figures.month_end) as lower_month_end,
        max(figures.month_number) as lower_month_number
    from questions
    inner join of_country on questions.claim_number = of_country.claim_number and questions.seen = of_country.seen
    inner join figures
        on
            questions.seen = figures.seen
            and questions.country_code = figures.country_code
            and questions.claim_month_number > figures.month_number
            and of_country.holdings_usd_bn >= figures.holdings_usd_bn
    where questions.measure in ('years_at_low', 'low_year')
    group by questions.claim_number, questions.seen
),

-- Holders whose net sales over twelve months are at least a twentieth of their previous holdings.
flows_of_holders as (
    select
        questions.claim_number,
        questions.seen,
        figures.country_code,
        max(case when figures.month_number = questions.claim_month_number - 12 then figures.holdings_usd_bn end)
            as year_before_usd_bn,
        sum(case when figures.month_number > questions.claim_month_number - 12 then figures.net_sales_usd_bn end)
            as net_sales_12m_usd_bn,
        count(case when figures.month_number > questions.claim_month_number - 12 then figures.net_sales_usd_bn end)
            as months_of_net_sales
    from questions
    inner join figures
        on
            questions.seen = figures.seen
            and figures.month_number between questions.claim_month_number - 12 and questions.claim_month_number
    inner join countries on figures.country_code = countries.country_code
    where questions.measure = 'holders_both_ways' and not countries.is_aggregate
    group by questions.claim_number, questions.seen, figures.country_code
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
        questions.claim_number,
        questions.seen,
        questions.measure,
        questions.barrier_usd_bn,
        questions.claimed_number,
        questions.claim_month_end,
        questions.claim_month_number,
        questions.newest_month_end,
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
        of_country.holdings_usd_bn - coalesce(questions.barrier_usd_bn, of_comparison.holdings_usd_bn) as gap_usd_bn,
        -- How fast net sales alone close the gap. Changes due to prices, custody and reporting cannot be extrapolated.
        case
            when questions.comparison_code is null and of_country.months_of_net_sales = 12 then -of_country.net_sales_12m_usd_bn
            when of_country.months_of_net_sales = 12 and of_comparison.months_of_net_sales = 12
                then of_comparison.net_sales_12m_usd_bn - of_country.net_sales_12m_usd_bn
        end as closing_12m_usd_bn,
        greatest(of_country.known_at, coalesce(of_comparison.known_at, of_country.known_at)) as known_at
    from questions
    inner join of_country on questions.claim_number = of_country.claim_number and questions.seen = of_country.seen
    left join of_comparison on questions.claim_number = of_comparison.claim_number and questions.seen = of_comparison.seen
    left join lower_before on questions.claim_number = lower_before.claim_number and questions.seen = lower_before.seen
    left join holders_by_way on questions.claim_number = holders_by_way.claim_number and questions.seen = holders_by_way.seen
)

select
    *,
    round(
        case measure
            when 'level' then cast(holdings_usd_bn as double)
            -- Shown with the claim, although it cannot confirm it.
            when 'not_in_tic' then cast(holdings_usd_bn as double)
            when 'change_1m' then cast(holdings_usd_bn - month_before_usd_bn as double)
            when 'change_12m_pct'
                then 100 * (cast(holdings_usd_bn as double) / cast(nullif(year_before_usd_bn, 0) as double) - 1)
            when 'net_sales_12m' then cast(net_sales_12m_usd_bn as double)
            when 'change_from_peak_pct'
                then 100 * (cast(holdings_usd_bn as double) / cast(nullif(peak_usd_bn, 0) as double) - 1)
            when 'share_pct'
                then 100 * cast(holdings_usd_bn as double) / cast(nullif(comparison_usd_bn, 0) as double)
            -- If no month was lower, the whole history counts, provided it is as long as the claim.
            when 'years_at_low'
                then
                    case
                        when lower_month_number is not null
                            then cast(claim_month_number - lower_month_number as double) / 12
                        when holdings_usd_bn is not null and claim_month_number - first_month_number >= 12 * claimed_number
                            then cast(claim_month_number - first_month_number as double) / 12
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
