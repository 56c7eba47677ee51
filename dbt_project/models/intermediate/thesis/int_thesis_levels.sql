-- Grain: one row per claim about holdings and time of asking.
-- Holdings and flows of the claim's country in the month of the claim, before it and over its horizon, and of the country that it
-- is compared with.
{% set in_horizon = 'figures.month_number > questions.claim_month_number - questions.horizon_months'
    ~ ' and figures.month_number <= questions.claim_month_number' %}
with questions as (
    select * from {{ ref('int_thesis_questions') }}
),

figures as (
    select * from {{ ref('int_thesis_figures') }}
),

-- Long-term securities and bills, where the survey has both.
survey as (
    select
        country_code,
        month_end,
        sum(survey_usd_bn) as total_usd_bn
    from {{ ref('survey_holdings') }}
    where security_type = 'treasury'
    group by country_code, month_end
    having count(*) = 2
),

of_country as (
    select
        questions.claim_number,
        questions.asked,
        {%- for column in ['country', 'holdings_usd_bn', 'basis'] %}
            max(case when figures.month_number = questions.claim_month_number then figures.{{ column }} end) as {{ column }},
        {%- endfor %}
        max(case when figures.month_end = questions.newest_month_end then figures.holdings_usd_bn end) as newest_usd_bn,
        max(
            case
                when figures.month_number = questions.claim_month_number - questions.horizon_months then figures.holdings_usd_bn
            end
        ) as holdings_before_usd_bn,
        {%- for column in ['net_purchases_usd_bn', 'valuation_change_usd_bn', 'other_change_usd_bn'] %}
            sum(case when {{ in_horizon }} then figures.{{ column }} end) as {{ column }},
            count(case when {{ in_horizon }} then figures.{{ column }} end) as months_of_{{ column }},
        {%- endfor %}
        max(case when figures.month_number <= questions.claim_month_number then figures.holdings_usd_bn end) as peak_usd_bn,
        min(figures.month_number) as first_month_number,
        min(figures.month_end) as first_month_end,
        max(case when figures.month_number <= questions.claim_month_number then figures.known_at end) as known_at
    from questions
    inner join figures on questions.view_name = figures.view_name and questions.country_code = figures.country_code
    group by questions.claim_number, questions.asked
),

of_comparison as (
    select
        questions.claim_number,
        questions.asked,
        max(figures.country) as country,
        max(figures.holdings_usd_bn) as holdings_usd_bn,
        max(figures.known_at) as known_at
    from questions
    inner join figures
        on
            questions.view_name = figures.view_name
            and questions.comparison_code = figures.country_code
            and questions.claim_month_number = figures.month_number
    group by questions.claim_number, questions.asked
),

-- Earlier months at or below, and at or above, the month of the claim.
compared_with_past as (
    select
        questions.claim_number,
        questions.asked,
        max(case when figures.holdings_usd_bn <= of_country.holdings_usd_bn then figures.month_number end)
            as lower_month_number,
        max(case when figures.holdings_usd_bn <= of_country.holdings_usd_bn then figures.month_end end) as lower_month_end,
        max(case when figures.holdings_usd_bn >= of_country.holdings_usd_bn then figures.month_number end)
            as higher_month_number,
        max(case when figures.holdings_usd_bn >= of_country.holdings_usd_bn then figures.month_end end) as higher_month_end,
        count(case when figures.holdings_usd_bn <= of_country.holdings_usd_bn then 1 end) as months_at_or_below,
        count(case when figures.holdings_usd_bn >= of_country.holdings_usd_bn then 1 end) as months_at_or_above,
        -- The nearest other level: a revision by as much would give another month.
        min(case when figures.holdings_usd_bn > of_country.holdings_usd_bn then figures.holdings_usd_bn end)
            as next_above_usd_bn,
        max(case when figures.holdings_usd_bn < of_country.holdings_usd_bn then figures.holdings_usd_bn end)
            as next_below_usd_bn
    from questions
    inner join of_country on questions.claim_number = of_country.claim_number and questions.asked = of_country.asked
    inner join figures
        on
            questions.view_name = figures.view_name
            and questions.country_code = figures.country_code
            and questions.claim_month_number > figures.month_number
    group by questions.claim_number, questions.asked
),

-- Before the first month, only the survey has holdings.
compared_with_survey as (
    select
        questions.claim_number,
        questions.asked,
        count(case when survey.total_usd_bn <= of_country.holdings_usd_bn then 1 end) as surveys_at_or_below,
        count(case when survey.total_usd_bn >= of_country.holdings_usd_bn then 1 end) as surveys_at_or_above,
        min(survey.total_usd_bn) as lowest_survey_usd_bn
    from questions
    inner join of_country on questions.claim_number = of_country.claim_number and questions.asked = of_country.asked
    inner join survey
        on questions.country_code = survey.country_code and of_country.first_month_end > survey.month_end
    group by questions.claim_number, questions.asked
)

select
    questions.claim_number,
    questions.asked,
    questions.view_name,
    questions.claimed_number,
    questions.measure,
    questions.country_code,
    questions.comparison_code,
    questions.horizon_months,
    questions.barrier_usd_bn,
    questions.newest_month_end,
    questions.claim_month_end,
    questions.claim_month_number,
    of_country.country,
    of_country.basis,
    of_country.holdings_usd_bn,
    of_country.newest_usd_bn,
    of_country.holdings_before_usd_bn,
    of_country.peak_usd_bn,
    of_country.first_month_number,
    of_comparison.country as comparison,
    of_comparison.holdings_usd_bn as comparison_usd_bn,
    compared_with_past.lower_month_number,
    compared_with_past.lower_month_end,
    compared_with_past.higher_month_number,
    compared_with_past.higher_month_end,
    compared_with_past.next_above_usd_bn,
    compared_with_past.next_below_usd_bn,
    compared_with_survey.lowest_survey_usd_bn,
    {%- for column in ['net_purchases_usd_bn', 'valuation_change_usd_bn', 'other_change_usd_bn'] %}
        case
            when of_country.months_of_{{ column }} = questions.horizon_months then of_country.{{ column }}
        end as {{ column }},
    {%- endfor %}
    compared_with_past.months_at_or_below + coalesce(compared_with_survey.surveys_at_or_below, 0) as months_at_or_below,
    compared_with_past.months_at_or_above + coalesce(compared_with_survey.surveys_at_or_above, 0) as months_at_or_above,
    greatest(of_country.known_at, coalesce(of_comparison.known_at, of_country.known_at)) as known_at
from questions
inner join of_country on questions.claim_number = of_country.claim_number and questions.asked = of_country.asked
left join of_comparison on questions.claim_number = of_comparison.claim_number and questions.asked = of_comparison.asked
left join compared_with_past
    on questions.claim_number = compared_with_past.claim_number and questions.asked = compared_with_past.asked
left join compared_with_survey
    on questions.claim_number = compared_with_survey.claim_number and questions.asked = compared_with_survey.asked
