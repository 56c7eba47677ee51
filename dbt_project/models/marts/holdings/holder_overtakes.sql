-- Grain: one row per pair of holders (overtaking and overtaken) and month.
-- Changes of rank between two holders, and holders approaching the one above.
-- Incomplete months are left out: without a large holder the others would move up.
with holdings as (
    select holdings.*
    from {{ ref('int_holdings_on_one_basis') }} as holdings
    inner join {{ ref('int_holdings_months') }} as months
        on holdings.month_end = months.month_end and holdings.instrument = months.instrument
    where holdings.instrument = 'total' and months.is_month_complete
),

countries as (
    select * from {{ ref('dim_country') }}
),

cutoff as (
    select max(month_number) as newest_month_number from holdings
),

ranked as (
    select
        holdings.country_code,
        holdings.country,
        holdings.month_end,
        holdings.month_number,
        holdings.basis_number,
        holdings.holdings_usd_bn,
        holdings.known_at,
        countries.is_custodial_centre,
        row_number() over (
            partition by holdings.month_end order by holdings.holdings_usd_bn desc, holdings.country_code asc
        ) as holder_rank
    from holdings
    inner join countries on holdings.country_code = countries.country_code
    where not countries.is_aggregate
),

-- The publisher prints the twenty largest holders each month. Every holder that was ever among them is followed throughout.
large_holders as (
    select distinct country_code from ranked
    where holder_rank <= 20
),

ever_large as (
    select ranked.*
    from ranked
    inner join large_holders on ranked.country_code = large_holders.country_code
),

pairs as (
    select
        first_holder.country_code as first_code,
        first_holder.country as first_country,
        first_holder.holder_rank as first_rank,
        first_holder.holdings_usd_bn as first_usd_bn,
        second_holder.country_code as second_code,
        second_holder.country as second_country,
        second_holder.holder_rank as second_rank,
        second_holder.holdings_usd_bn as second_usd_bn,
        first_holder.month_end,
        first_holder.month_number,
        first_holder.holdings_usd_bn - second_holder.holdings_usd_bn as gap_usd_bn,
        first_holder.is_custodial_centre or second_holder.is_custodial_centre as is_through_custodial_centre,
        first_holder.basis_number + second_holder.basis_number as basis_of_both,
        greatest(first_holder.known_at, second_holder.known_at) as known_at
    from ever_large as first_holder
    inner join ever_large as second_holder
        on
            first_holder.month_number = second_holder.month_number
            and first_holder.country_code < second_holder.country_code
),

with_gap_changes as (
    select
        *,
        case
            when month_number - lag(month_number) over months = 1 and basis_of_both = lag(basis_of_both) over months
                then cast(gap_usd_bn - lag(gap_usd_bn) over months as double)
        end as gap_change_usd_bn
    from pairs
    window months as (partition by first_code, second_code order by month_number)
),

-- The gap six months later, and how much the gap moves in a month: over the 36 months until then.
with_half_a_year as (
    select
        *,
        max(gap_usd_bn) over six_months_later as gap_six_months_later_usd_bn,
        max(known_at) over half_a_year as half_a_year_known_at,
        case when count(gap_change_usd_bn) over three_years >= 24 then stddev_samp(gap_change_usd_bn) over three_years end
            as gap_deviation_usd_bn
    from with_gap_changes
    window
        six_months_later as (
            partition by first_code, second_code order by month_number range between 6 following and 6 following
        ),
        half_a_year as (
            partition by first_code, second_code order by month_number range between current row and 6 following
        ),
        three_years as (
            partition by first_code, second_code order by month_number range between 29 preceding and 6 following
        )
),

-- A gap of 0.1 bn or less is rounding and does not change who leads.
clear_months as (
    select
        *,
        sign(gap_usd_bn) as who_leads,
        lag(sign(gap_usd_bn)) over months as who_led,
        lag(basis_of_both) over months as basis_before
    from with_half_a_year
    where abs(gap_usd_bn) > 0.1
    window months as (partition by first_code, second_code order by month_number)
),

crossings as (
    select
        *,
        lead(month_end) over changes_of_lead as turned_back_in,
        lead(month_number) over changes_of_lead as turned_back_month_number
    from clear_months
    where who_leads <> who_led
    window changes_of_lead as (partition by first_code, second_code order by month_number)
),

-- 2.5 deviations after six months: since 2012 nine of ten such overtakes held for a year (tests/real/test_real_replay.py).
-- Being ahead a month later says little: more than half of those turned back within the year.
overtakes as (
    select
        crossings.*,
        coalesce(crossings.turned_back_month_number, cutoff.newest_month_number + 1) - crossings.month_number as months_ahead,
        case
            when crossings.basis_of_both <> crossings.basis_before then 're-basing'
            when crossings.turned_back_month_number <= crossings.month_number + 6 then 'passing'
            when
                crossings.who_leads * cast(crossings.gap_six_months_later_usd_bn as double)
                > 2.5 * crossings.gap_deviation_usd_bn
                then 'lasting'
            when crossings.month_number > cutoff.newest_month_number - 6 then 'not yet confirmed'
            else 'uncertain'
        end as status
    from crossings
    cross join cutoff
),

-- Mean monthly reduction of the gap over six months on one basis.
closing as (
    select
        *,
        cast(abs(gap_six_months_ago_usd_bn) - abs(gap_usd_bn) as double) / 6 as closing_speed_usd_bn_a_month
    from (
        select
            *,
            max(gap_usd_bn) over six_months_ago as gap_six_months_ago_usd_bn,
            max(known_at) over six_months_ago as known_at_six_months_ago
        from pairs
        window
            six_months_ago as (
                partition by first_code, second_code, basis_of_both order by month_number
                range between 6 preceding and 6 preceding
            )
    ) as with_gap_before
    where sign(gap_six_months_ago_usd_bn) = sign(gap_usd_bn)
),

both_kinds as (
    select
        first_code,
        first_country,
        first_rank,
        first_usd_bn,
        second_code,
        second_country,
        second_rank,
        second_usd_bn,
        month_end,
        gap_usd_bn,
        who_leads = 1 as is_first_holder_meant,
        status,
        months_ahead,
        turned_back_in,
        cast(null as double) as closing_speed_usd_bn_a_month,
        is_through_custodial_centre,
        -- Whether it lasted was known half a year later.
        case when status = 're-basing' then known_at else half_a_year_known_at end as known_at
    from overtakes
    union all
    select
        first_code,
        first_country,
        first_rank,
        first_usd_bn,
        second_code,
        second_country,
        second_rank,
        second_usd_bn,
        month_end,
        gap_usd_bn,
        gap_usd_bn < 0 as is_first_holder_meant,
        'approaching' as status,
        null as months_ahead,
        null as turned_back_in,
        cast(closing_speed_usd_bn_a_month as double) as closing_speed_usd_bn_a_month,
        is_through_custodial_centre,
        greatest(known_at, known_at_six_months_ago) as known_at
    from closing
    where
        closing_speed_usd_bn_a_month > 0
        and abs(gap_usd_bn) > 0.1
        -- Within 36 months at the speed of six months. Exact decimals, because a rounded speed would decide cases at the limit.
        and abs(gap_usd_bn) <= 6 * (abs(gap_six_months_ago_usd_bn) - abs(gap_usd_bn))
)

select
    month_end,
    status,
    turned_back_in,
    is_through_custodial_centre,
    known_at,
    cast(case when is_first_holder_meant then first_rank else second_rank end as integer) as overtaking_rank,
    cast(case when is_first_holder_meant then second_rank else first_rank end as integer) as overtaken_rank,
    cast(case when is_first_holder_meant then first_usd_bn else second_usd_bn end as decimal(18, 3)) as overtaking_usd_bn,
    cast(case when is_first_holder_meant then second_usd_bn else first_usd_bn end as decimal(18, 3)) as overtaken_usd_bn,
    cast(case when is_first_holder_meant then gap_usd_bn else -gap_usd_bn end as decimal(18, 3)) as gap_usd_bn,
    cast(months_ahead as integer) as months_ahead,
    case when is_first_holder_meant then first_code else second_code end as overtaking_code,
    case when is_first_holder_meant then first_country else second_country end as overtaking_country,
    case when is_first_holder_meant then second_code else first_code end as overtaken_code,
    case when is_first_holder_meant then second_country else first_country end as overtaken_country,
    {{ rounded('closing_speed_usd_bn_a_month', 4) }} as closing_speed_usd_bn_a_month,
    {{ rounded('cast(abs(gap_usd_bn) as double) / closing_speed_usd_bn_a_month', 1) }} as months_to_overtake
from both_kinds
where first_rank <= 20 and second_rank <= 20
order by month_end, overtaking_code, overtaken_code
