-- Grain: one row per claim about holdings and time of asking.
-- The number that each claim's measure gives, the dollars that one unit of it stands for, and the figures behind it.
with levels as (
    select * from {{ ref('int_thesis_levels') }}
),

holders as (
    select * from {{ ref('int_thesis_holders') }}
),

chances as (
    select * from {{ ref('int_thesis_chances') }}
),

together as (
    select
        levels.*,
        holders.holders_withdrawing,
        holders.holders_strengthening,
        holders.holder_rank,
        holders.years_of_net_selling,
        chances.gap_usd_bn,
        chances.chance_pct,
        levels.holdings_usd_bn - levels.holdings_before_usd_bn as change_usd_bn
    from levels
    left join holders on levels.claim_number = holders.claim_number and levels.asked = holders.asked
    left join chances on levels.claim_number = chances.claim_number and levels.asked = chances.asked
),

measured as (
    select
        *,
        case measure
            when 'level' then cast(holdings_usd_bn as double)
            when 'change' then cast(change_usd_bn as double)
            when 'change_pct' then 100 * cast(change_usd_bn as double) / cast(nullif(holdings_before_usd_bn, 0) as double)
            when 'net_purchases' then cast(net_purchases_usd_bn as double)
            when 'change_from_peak_pct'
                then 100 * (cast(holdings_usd_bn as double) / cast(nullif(peak_usd_bn, 0) as double) - 1)
            when 'share_pct' then 100 * cast(holdings_usd_bn as double) / cast(nullif(comparison_usd_bn, 0) as double)
            -- If no month was lower, the whole history counts, provided it is as long as the claim.
            when 'years_at_low'
                then
                    case
                        when lower_month_number is not null
                            then cast(claim_month_number - lower_month_number as double) / 12
                        when claim_month_number - first_month_number >= 12 * claimed_number and holdings_usd_bn is not null
                            then cast(claim_month_number - first_month_number as double) / 12
                    end
            when 'years_at_high'
                then
                    case
                        when higher_month_number is not null
                            then cast(claim_month_number - higher_month_number as double) / 12
                        when claim_month_number - first_month_number >= 12 * claimed_number and holdings_usd_bn is not null
                            then cast(claim_month_number - first_month_number as double) / 12
                    end
            when 'low_year' then cast(extract(year from lower_month_end) as double)
            when 'months_at_or_below' then case when holdings_usd_bn is not null then cast(months_at_or_below as double) end
            when 'months_at_or_above' then case when holdings_usd_bn is not null then cast(months_at_or_above as double) end
            when 'holder_rank' then cast(holder_rank as double)
            when 'holders_both_ways' then cast(least(holders_withdrawing, holders_strengthening) as double)
            when 'years_of_net_selling' then cast(years_of_net_selling as double)
            when 'chance_pct' then chance_pct
        end as unrounded_number,
        case
            when measure in ('level', 'change', 'net_purchases') then cast(1 as double)
            when measure = 'change_pct' then cast(holdings_before_usd_bn as double) / 100
            when measure = 'change_from_peak_pct' then cast(peak_usd_bn as double) / 100
            when measure = 'share_pct' then cast(comparison_usd_bn as double) / 100
        end as usd_bn_of_one,
        -- How far the level is from the next one that would give another answer.
        case
            when measure in ('years_at_low', 'low_year') then next_above_usd_bn - holdings_usd_bn
            when measure = 'years_at_high' then holdings_usd_bn - next_below_usd_bn
            when measure = 'months_at_or_below' and months_at_or_below = 0 then next_above_usd_bn - holdings_usd_bn
            when measure = 'months_at_or_above' and months_at_or_above = 0 then holdings_usd_bn - next_below_usd_bn
        end as distance_usd_bn
    from together
)

select
    claim_number,
    asked,
    claimed_number,
    measure,
    newest_month_end,
    claim_month_end,
    country,
    basis,
    holdings_usd_bn,
    peak_usd_bn,
    comparison,
    comparison_usd_bn,
    lower_month_end,
    higher_month_end,
    lowest_survey_usd_bn,
    months_at_or_above,
    change_usd_bn,
    net_purchases_usd_bn,
    valuation_change_usd_bn,
    other_change_usd_bn,
    holders_withdrawing,
    holders_strengthening,
    gap_usd_bn,
    usd_bn_of_one,
    distance_usd_bn,
    known_at,
    round(unrounded_number, 4) as measured_number
from measured
