-- Grain: a dataset that gave an answer in this load: how new raw is of it, and how new it must be by its calendar.
with asked as (
    select
        source,
        dataset,
        raw_table,
        cast(answered_at as timestamp) as answered_at,
        cast(answered_at as date) as answered_on
    from answers
),

-- TIC: what the calendars say of each month, the publisher's own latest word before our list.
release_days as (
    select
        data_month_end,
        announced_on as released_on,
        kind as basis,
        note,
        1 as preference,
        retrieved_at
    from raw.tic_release_calendar
    where announced_on is not null
    union all
    select
        cast(data_month_end as date) as data_month_end,
        cast(released_on as date) as released_on,
        basis,
        note,
        2 as preference,
        timestamp '1970-01-01' as retrieved_at
    from seed_tic_release_calendar
),

latest_words as (
    select
        data_month_end,
        released_on,
        basis
    from release_days
    qualify row_number() over (partition by data_month_end, basis order by preference asc, retrieved_at desc) = 1
),

-- A release is due on its scheduled day, or on the day on which it came if that was earlier; a guess is the last resort.
calendar as (
    select
        data_month_end,
        released_on,
        basis,
        -- released at 4 pm in Washington, the tables within a quarter of an hour; a day that is a guess gets a week
        released_on + interval 22 hour + case basis when 'estimated' then interval 7 day else interval 0 day end as due_at
    from latest_words
    qualify row_number() over (partition by data_month_end order by basis = 'estimated' asc, released_on asc, basis desc) = 1
),

notes as (
    select
        data_month_end,
        string_agg(distinct note, '; ') as calendar_note
    from release_days
    where note is not null and basis != 'estimated'
    group by data_month_end
),

tables_of_tic as (
    select
        asked.source,
        asked.dataset,
        asked.answered_at,
        max(holdings.month_end) as newest_month
    from asked
    inner join raw.tic_holdings as holdings on asked.dataset = holdings.series
    where
        asked.dataset in ('slt_table1', 'slt_table3', 'slt_table5')
        and holdings.line_number is not null
    group by asked.source, asked.dataset, asked.answered_at
),

due_months as (
    select
        tables_of_tic.source,
        tables_of_tic.dataset,
        tables_of_tic.answered_at,
        tables_of_tic.newest_month,
        max(calendar.data_month_end) as month_due,
        min(calendar.data_month_end) filter (where calendar.data_month_end > tables_of_tic.newest_month) as first_month_missing
    from tables_of_tic
    inner join calendar on tables_of_tic.answered_at >= calendar.due_at
    group by tables_of_tic.source, tables_of_tic.dataset, tables_of_tic.answered_at, tables_of_tic.newest_month
),

releases as (
    select
        due_months.source,
        due_months.dataset,
        due_months.newest_month,
        due_months.month_due,
        due_months.first_month_missing,
        calendar.released_on,
        calendar.basis,
        notes.calendar_note,
        (
            select max(others.newest_month)
            from tables_of_tic as others
            where
                others.dataset != due_months.dataset
                and others.answered_at <= due_months.answered_at + interval 6 hour
        ) as newest_month_of_other_tables
    from due_months
    left join calendar on due_months.first_month_missing = calendar.data_month_end
    left join notes on due_months.first_month_missing = notes.data_month_end
),

-- FRED: the next period after the newest, and the day on which it was due.
series as (
    select
        asked.source,
        asked.dataset,
        asked.answered_on,
        catalogue.calendar,
        cast(catalogue.publication_lag_days as integer) as publication_lag_days,
        max(observations.date) as newest_date
    from asked
    inner join seed_fred_series as catalogue on asked.dataset = catalogue.series_id
    inner join raw.fred_observations as observations on asked.dataset = observations.series_id
    where
        asked.source = 'fred'
        and observations.value is not null
        -- a series that has ended is never late
        and catalogue.title not ilike '%discontinued%'
    group by asked.source, asked.dataset, asked.answered_on, catalogue.calendar, catalogue.publication_lag_days
),

next_dates as (
    select
        *,
        cast(
            case calendar
                when 'business' then newest_date + to_days(case dayofweek(newest_date) when 5 then 3 when 6 then 2 else 1 end)
                when 'weekly_wednesday' then newest_date + to_days(cast((9 - dayofweek(newest_date)) % 7 + 1 as integer))
                when 'weekly_friday' then newest_date + to_days(cast((11 - dayofweek(newest_date)) % 7 + 1 as integer))
                when 'quarterly' then newest_date + interval 3 month
                else newest_date + interval 1 day
            end as date
        ) as next_date
    from series
),

due_dates as (
    select
        *,
        next_date + publication_lag_days
        + case
            when calendar in ('business', 'daily')
                then
                    case dayofweek(next_date + publication_lag_days) when 6 then 2 when 0 then 1 else 0 end
            else 0
        end as due_on
    from next_dates
),

-- Coins trade every day; what is not fetched has been put there by hand, and is as old as it is.
markets as (
    select distinct
        venue,
        symbol,
        quote,
        cast(delisted_on as date) as delisted_on,
        case venue when 'binance_usdm_futures' then 'binance' else venue end as source,
        case venue when 'binance_usdm_futures' then 'um/' || market else market end as market
    from seed_crypto_symbols
    where "fetch" = 'true'
),

venues as (
    select
        asked.source,
        asked.dataset,
        asked.answered_on,
        max(cast(candles.opened_at as date)) as newest_day,
        any_value(least(asked.answered_on - 1, coalesce(markets.delisted_on, asked.answered_on))) as day_promised
    from asked
    inner join markets
        on
            asked.source = markets.source
            and markets.market = regexp_extract(asked.dataset, '^(.*)/[^/]+$', 1)
    inner join raw.crypto_candles as candles
        on
            markets.venue = candles.venue
            and markets.symbol = candles.symbol
            and markets.quote = candles.quote
            and candles.candle_interval = regexp_extract(asked.dataset, '[^/]+$')
    where asked.raw_table = 'crypto_candles'
    group by asked.source, asked.dataset, asked.answered_on
),

years_of_yields as (
    select
        asked.source,
        asked.dataset,
        max(yields.date) as newest_day,
        any_value(least(asked.answered_on, make_date(cast(right(asked.dataset, 4) as integer), 12, 31))) as day_promised
    from asked
    inner join raw.treasury_par_yields as yields
        on year(yields.date) = try_cast(regexp_extract(asked.dataset, '/([0-9]{4})$', 1) as integer)
    where asked.raw_table = 'treasury_par_yields' and yields.value is not null
    group by asked.source, asked.dataset
),

stress_indexes as (
    select
        asked.source,
        asked.dataset,
        max(figures.date) as newest_day,
        any_value(asked.answered_on - 4) as day_promised
    from asked
    cross join raw.ofr_stress_index as figures
    where asked.raw_table = 'ofr_stress_index' and figures.value is not null
    group by asked.source, asked.dataset
)

select
    asked.source,
    asked.dataset,
    asked.answered_on,
    coalesce(releases.newest_month, due_dates.newest_date, venues.newest_day, years_of_yields.newest_day, stress_indexes.newest_day)
        as newest_period,
    coalesce(releases.month_due, due_dates.next_date, venues.day_promised, years_of_yields.day_promised, stress_indexes.day_promised)
        as period_expected,
    releases.calendar_note,
    -- the publisher has moved on, and this table has not
    case
        when
            releases.newest_month < releases.month_due
            and releases.newest_month_of_other_tables > releases.newest_month
            then
                'newest month ' || strftime(releases.newest_month, '%Y-%m') || ', another table of the same answer has '
                || strftime(releases.newest_month_of_other_tables, '%Y-%m') || ', released on ' || releases.released_on
    end as stands_still_after_a_release,
    case
        when releases.newest_month < releases.month_due
            then
                'newest month ' || strftime(releases.newest_month, '%Y-%m') || '; '
                || strftime(releases.first_month_missing, '%Y-%m')
                || case releases.basis
                    when 'published' then ' came out on ' when 'scheduled' then ' was scheduled for ' else ' was expected about '
                end
                || releases.released_on || ', ' || (asked.answered_on - releases.released_on) || ' days before this answer'
                || coalesce('; the calendar says: ' || releases.calendar_note, '')
    end as late_release,
    case when due_dates.calendar in ('business', 'daily') then greatest(asked.answered_on - due_dates.due_on, 0) end
        as days_late_of_daily_series,
    case when due_dates.calendar = 'weekly_wednesday' then greatest(asked.answered_on - due_dates.due_on, 0) end
        as days_late_of_wednesday,
    case when due_dates.calendar = 'weekly_friday' then greatest(asked.answered_on - due_dates.due_on, 0) end
        as days_late_of_friday,
    case when due_dates.calendar = 'quarterly' then greatest(asked.answered_on - due_dates.due_on, 0) end
        as days_late_of_quarter,
    case when venues.newest_day is not null then greatest(venues.day_promised - venues.newest_day, 0) end as days_late_of_venue,
    case
        when years_of_yields.newest_day is not null then greatest(years_of_yields.day_promised - years_of_yields.newest_day, 0)
    end
        as days_late_of_yields,
    case when stress_indexes.newest_day is not null then greatest(stress_indexes.day_promised - stress_indexes.newest_day, 0) end
        as days_late_of_stress_index
from asked
left join releases on asked.source = releases.source and asked.dataset = releases.dataset
left join due_dates on asked.source = due_dates.source and asked.dataset = due_dates.dataset
left join venues on asked.source = venues.source and asked.dataset = venues.dataset
left join years_of_yields on asked.source = years_of_yields.source and asked.dataset = years_of_yields.dataset
left join stress_indexes on asked.source = stress_indexes.source and asked.dataset = stress_indexes.dataset
