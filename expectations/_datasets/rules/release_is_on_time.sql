-- severity: warning
-- scope: dataset
-- expected: a monthly table of TIC has every month that the release calendar announces
-- why: Releases have come on their day since 2003, except when offices in Washington were closed: August 2025 came a
--   month late. An estimated day has a week of tolerance.
-- advice: Check the publisher's release dates. A closure of its offices is the usual reason. The loaded figures stay
--   valid.
-- uses: tables_of_tic, release_calendar
select
    tables.source,
    tables.dataset,
    'newest month ' || strftime(tables.newest_month, '%Y-%m') || '; '
    || strftime(tables.first_month_missing, '%Y-%m')
    || case release_calendar.basis
        when 'published' then ' came out on ' when 'scheduled' then ' was scheduled for ' else ' was expected about '
    end
    || release_calendar.released_on || ', ' || (tables.answered_on - release_calendar.released_on)
    || ' days before this answer' || coalesce('; the calendar says: ' || release_calendar.note, '') as late_release
from tables_of_tic as tables
left join release_calendar on tables.first_month_missing = release_calendar.data_month_end
where tables.newest_month < tables.month_due
