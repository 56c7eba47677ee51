-- The catalogue of series, with types, and the number of days beyond which two rows are not neighbors in time.
-- uses: seed_fred_series
select
    series_id,
    role,
    calendar,
    closed_on,
    move_kind,
    window_served,
    is_revised = 'true' as is_revised,
    cast(lowest as double) as lowest,
    cast(highest as double) as highest,
    cast(largest_spike as double) as largest_spike,
    cast(largest_move as double) as largest_move,
    cast(largest_revision as double) as largest_revision,
    cast(longest_still as integer) as longest_still,
    cast(first_date as date) as first_date,
    role in ('yields', 'curve', 'real_yields', 'breakeven') as is_bond,
    case calendar
        when 'quarterly' then 200 when 'monthly' then 70 when 'business' then 10 when 'daily' then 10 else 21
    end as longest_gap
from seed_fred_series
