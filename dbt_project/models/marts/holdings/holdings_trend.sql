-- Grain: one row per country, month and instrument.
-- Level, changes, shares, rank, records and trend. No change is computed across a re-basing.
with holdings as (
    select * from {{ ref('int_holdings_on_one_basis') }}
),

records as (
    select * from {{ ref('int_holdings_records') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

slopes as (
    select
        country_code,
        month_end,
        'total' as instrument,
        max(case when window_months = 12 then slope_pct_a_year end) as slope_12m_pct_a_year,
        max(case when window_months = 36 then slope_pct_a_year end) as slope_36m_pct_a_year
    from {{ ref('int_holdings_slopes') }}
    group by country_code, month_end
),

ranks as (
    select * from {{ ref('int_holder_ranks') }}
),

completeness as (
    select * from {{ ref('int_holdings_months') }}
),

-- A change is only valid on one basis, and over exactly one, three or twelve months.
with_earlier as (
    select
        holdings.*,
        max(holdings.holdings_usd_bn) over one_month_ago as holdings_1m_ago_usd_bn,
        max(holdings.holdings_usd_bn) over three_months_ago as holdings_3m_ago_usd_bn,
        max(holdings.holdings_usd_bn) over twelve_months_ago as holdings_12m_ago_usd_bn
    from holdings
    window
        one_month_ago as (
            partition by holdings.country_code, holdings.instrument, holdings.basis_number order by holdings.month_number
            range between 1 preceding and 1 preceding
        ),
        three_months_ago as (
            partition by holdings.country_code, holdings.instrument, holdings.basis_number order by holdings.month_number
            range between 3 preceding and 3 preceding
        ),
        twelve_months_ago as (
            partition by holdings.country_code, holdings.instrument, holdings.basis_number order by holdings.month_number
            range between 12 preceding and 12 preceding
        )
),

with_changes as (
    select
        *,
        holdings_usd_bn - holdings_1m_ago_usd_bn as change_1m_usd_bn,
        holdings_usd_bn - holdings_3m_ago_usd_bn as change_3m_usd_bn,
        holdings_usd_bn - holdings_12m_ago_usd_bn as change_12m_usd_bn,
        sign(holdings_usd_bn - holdings_1m_ago_usd_bn) as direction
    from with_earlier
),

-- A streak ends when the direction changes, or if no change can be computed.
with_turns as (
    select
        *,
        case when direction = lag(direction) over months then 0 else 1 end as is_turn
    from with_changes
    window months as (partition by country_code, instrument order by month_number)
),

with_streaks as (
    select
        *,
        sum(is_turn) over (
            partition by country_code, instrument order by month_number rows unbounded preceding
        ) as streak_number
    from with_turns
),

totals as (
    select
        holdings.month_end,
        holdings.instrument,
        holdings.country_code,
        holdings.country,
        holdings.holdings_usd_bn
    from holdings
    inner join countries on holdings.country_code = countries.country_code
    where countries.region = 'Total' and not countries.is_memo
),

assembled as (
    select
        months.*,
        records.observations,
        records.observations_5y,
        records.observations_10y,
        records.low_5y_usd_bn,
        records.high_5y_usd_bn,
        records.low_10y_usd_bn,
        records.high_10y_usd_bn,
        records.peak_usd_bn,
        records.peak_month_end,
        records.first_month_number,
        records.rebased_month_end,
        records.rebased_month_number,
        records.lowest_since,
        records.highest_since,
        slopes.slope_12m_pct_a_year,
        slopes.slope_36m_pct_a_year,
        ranks.holder_rank,
        ranks.holder_rank_change_1m,
        ranks.holder_rank_change_12m,
        completeness.is_month_complete,
        completeness.missing_countries,
        case when completeness.is_month_complete then all_foreign.holdings_usd_bn end as all_foreign_usd_bn,
        case
            when countries.is_aggregate or not completeness.is_month_complete then null
            -- Canada is its own region.
            when countries.country = countries.region then months.holdings_usd_bn
            else region.holdings_usd_bn
        end as region_usd_bn,
        row_number() over (
            partition by months.country_code, months.instrument, months.streak_number order by months.month_number
        ) as months_in_streak
    from with_streaks as months
    left join countries on months.country_code = countries.country_code
    inner join records
        on
            months.country_code = records.country_code
            and months.instrument = records.instrument
            and months.month_end = records.month_end
    inner join completeness
        on
            months.month_end = completeness.month_end
            and months.instrument = completeness.instrument
    left join ranks
        on
            months.country_code = ranks.country_code
            and months.month_end = ranks.month_end
            and months.instrument = ranks.instrument
    left join slopes
        on
            months.country_code = slopes.country_code
            and months.month_end = slopes.month_end
            and months.instrument = slopes.instrument
    left join totals as all_foreign
        on
            months.month_end = all_foreign.month_end
            and months.instrument = all_foreign.instrument
            and all_foreign.country_code = '99996'
    left join totals as region
        on
            months.month_end = region.month_end
            and months.instrument = region.instrument
            and concat('Total ', countries.region) = region.country
),

-- Which comparisons reach across a re-basing.
with_reach as (
    select
        *,
        concat_ws(
            ', ',
            case when peak_month_end < rebased_month_end then 'peak' end,
            case when lowest_since < rebased_month_end then 'lowest_since' end,
            case when highest_since < rebased_month_end then 'highest_since' end,
            case when observations_5y = 60 and rebased_month_number > month_number - 59 then '5-year flags' end,
            case when observations_10y = 120 and rebased_month_number > month_number - 119 then '10-year flags' end,
            case when observations >= 120 and rebased_month_number > first_month_number then 'record flags' end
        ) as reaches
    from assembled
)

select
    country_code,
    country,
    month_end,
    instrument,
    holdings_usd_bn,
    cast(change_1m_usd_bn as decimal(18, 3)) as change_1m_usd_bn,
    cast(change_3m_usd_bn as decimal(18, 3)) as change_3m_usd_bn,
    cast(change_12m_usd_bn as decimal(18, 3)) as change_12m_usd_bn,
    round(100 * cast(change_1m_usd_bn as double) / nullif(holdings_1m_ago_usd_bn, 0), 4) as change_1m_pct,
    round(100 * cast(change_3m_usd_bn as double) / nullif(holdings_3m_ago_usd_bn, 0), 4) as change_3m_pct,
    round(100 * cast(change_12m_usd_bn as double) / nullif(holdings_12m_ago_usd_bn, 0), 4) as change_12m_pct,
    round(cast(holdings_usd_bn as double) / nullif(all_foreign_usd_bn, 0), 6) as all_foreign_share,
    round(cast(holdings_usd_bn as double) / nullif(region_usd_bn, 0), 6) as region_share,
    holder_rank,
    holder_rank_change_1m,
    holder_rank_change_12m,
    cast(peak_usd_bn as decimal(18, 3)) as peak_usd_bn,
    peak_month_end,
    cast(holdings_usd_bn - peak_usd_bn as decimal(18, 3)) as change_from_peak_usd_bn,
    round(100 * cast(holdings_usd_bn - peak_usd_bn as double) / nullif(peak_usd_bn, 0), 4) as change_from_peak_pct,
    lowest_since,
    highest_since,
    -- A record needs ten years of months, and an N-year low needs all of its months.
    case when observations_5y = 60 then holdings_usd_bn = low_5y_usd_bn end as is_5y_low,
    case when observations_5y = 60 then holdings_usd_bn = high_5y_usd_bn end as is_5y_high,
    case when observations_10y = 120 then holdings_usd_bn = low_10y_usd_bn end as is_10y_low,
    case when observations_10y = 120 then holdings_usd_bn = high_10y_usd_bn end as is_10y_high,
    case when observations >= 120 and is_month_complete then lowest_since is null end as is_record_low,
    case when observations >= 120 and is_month_complete then highest_since is null end as is_record_high,
    cast(observations as integer) as observations,
    cast(direction * months_in_streak as integer) as streak_months,
    slope_12m_pct_a_year,
    slope_36m_pct_a_year,
    is_break,
    is_month_complete,
    nullif(
        concat_ws(
            '; ',
            case
                when observations = 1 then 'no change: the first month known'
                when is_break then 'no change: another basis than the month before'
                when holdings_1m_ago_usd_bn is null then 'no change over one month: the month before is not known on this basis'
            end,
            case
                when observations > 1 and change_12m_usd_bn is null and rebased_month_number > month_number - 12
                    then concat('no change over twelve months: re-based in ', {{ month_in_words('rebased_month_end') }})
                when observations > 1 and change_12m_usd_bn is null
                    then 'no change over twelve months: the month twelve months before is not known on this basis'
            end,
            case
                when reaches <> ''
                    then concat('read across the last re-basing in ', {{ month_in_words('rebased_month_end') }}, ': ', reaches)
            end,
            case
                when observations < 120
                    then
                        concat(
                            'no record is reported: months known ', cast(observations as {{ dbt.type_string() }}),
                            ', needed 120'
                        )
            end,
            case
                when not is_month_complete
                    then concat('no rank, share or record: the month is incomplete without ', missing_countries)
            end
        ), ''
    ) as basis_note,
    known_at
from with_reach
order by country_code, month_end, instrument
