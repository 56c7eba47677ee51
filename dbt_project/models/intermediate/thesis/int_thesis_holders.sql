-- Grain: one row per claim and time of asking.
-- How many holders withdrew and strengthened (as `holder_divergence` does), the rank of the claim's country, and for how many
-- years in a row it sold.
with questions as (
    select * from {{ ref('int_thesis_questions') }}
    where measure in ('holders_both_ways', 'holder_rank', 'years_of_net_selling')
),

figures as (
    select
        figures.*,
        countries.is_aggregate
    from {{ ref('int_thesis_figures') }} as figures
    inner join {{ ref('dim_country') }} as countries on figures.country_code = countries.country_code
),

-- What is held back is missing in every view.
incomplete as (
    select month_end
    from {{ ref('int_holdings_months') }}
    where instrument = 'total' and not is_month_complete
),

years_of_holders as (
    select
        questions.claim_number,
        questions.asked,
        figures.country_code,
        max(case when figures.month_number = questions.claim_month_number - 12 then figures.holdings_usd_bn end)
            as year_before_usd_bn,
        sum(case when figures.month_number > questions.claim_month_number - 12 then figures.net_purchases_usd_bn end)
            as net_purchases_usd_bn,
        count(case when figures.month_number > questions.claim_month_number - 12 then figures.net_purchases_usd_bn end)
            as months_reported
    from questions
    inner join figures
        on
            questions.view_name = figures.view_name
            and figures.month_number between questions.claim_month_number - 12 and questions.claim_month_number
    where questions.measure = 'holders_both_ways' and not figures.is_aggregate
    group by questions.claim_number, questions.asked, figures.country_code
),

holders_by_way as (
    select
        claim_number,
        asked,
        sum(case when net_purchases_usd_bn <= -0.05 * year_before_usd_bn then 1 else 0 end) as holders_withdrawing,
        sum(case when net_purchases_usd_bn >= 0.05 * year_before_usd_bn then 1 else 0 end) as holders_strengthening
    from years_of_holders
    where months_reported = 12 and year_before_usd_bn > 0
    group by claim_number, asked
),

ranked as (
    select
        questions.claim_number,
        questions.asked,
        figures.country_code = questions.country_code as is_the_holder,
        row_number() over (
            partition by questions.claim_number, questions.asked
            order by figures.holdings_usd_bn desc, figures.country_code asc
        ) as holder_rank
    from questions
    inner join figures
        on questions.view_name = figures.view_name and questions.claim_month_number = figures.month_number
    where questions.measure = 'holder_rank' and not figures.is_aggregate
),

-- Years of twelve months, counted back from the month of the claim.
years as (
    select
        questions.claim_number,
        questions.asked,
        cast(floor((questions.claim_month_number - figures.month_number) / 12.0) as integer) as years_back,
        sum(figures.net_purchases_usd_bn) as net_purchases_usd_bn,
        count(figures.net_purchases_usd_bn) as months_reported
    from questions
    inner join figures
        on
            questions.view_name = figures.view_name
            and questions.country_code = figures.country_code
            and questions.claim_month_number >= figures.month_number
    where questions.measure = 'years_of_net_selling'
    group by
        questions.claim_number, questions.asked,
        cast(floor((questions.claim_month_number - figures.month_number) / 12.0) as integer)
),

years_sold as (
    select
        claim_number,
        asked,
        min(case when months_reported = 12 and net_purchases_usd_bn >= 0 then years_back end) as first_year_bought,
        count(case when months_reported = 12 then 1 end) as years_reported
    from years
    group by claim_number, asked
)

select
    questions.claim_number,
    questions.asked,
    case when incomplete.month_end is null then holders_by_way.holders_withdrawing end as holders_withdrawing,
    case when incomplete.month_end is null then holders_by_way.holders_strengthening end as holders_strengthening,
    case when incomplete.month_end is null then ranked.holder_rank end as holder_rank,
    -- If it sold in every year reported, it may have sold before: only enough years make a number.
    case
        when years_sold.first_year_bought is not null then years_sold.first_year_bought
        when years_sold.years_reported >= questions.claimed_number then years_sold.years_reported
    end as years_of_net_selling
from questions
left join incomplete on questions.claim_month_end = incomplete.month_end
left join holders_by_way on questions.claim_number = holders_by_way.claim_number and questions.asked = holders_by_way.asked
left join ranked
    on questions.claim_number = ranked.claim_number and questions.asked = ranked.asked and ranked.is_the_holder
left join years_sold on questions.claim_number = years_sold.claim_number and questions.asked = years_sold.asked
