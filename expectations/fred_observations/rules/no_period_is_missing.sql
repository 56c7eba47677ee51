-- severity: warning
-- scope: document
-- expected: a weekly series has every week, a daily series every day, a monthly series every month, a
--   quarterly series every quarter
-- why: No period is missing in any real file of such a series.
-- advice: Look at the publisher's page of the series: a release may have been skipped.
-- uses: steps
with gaps as (
    select
        document_id,
        series_id,
        date,
        case
            when calendar in ('weekly_wednesday', 'weekly_friday') then days_since // 7 - 1
            when calendar = 'daily' and role <> 'crypto' then days_since - 1
            when calendar = 'monthly' then days_since // 32
            when calendar = 'quarterly' then days_since // 93
        end as periods_missing
    from steps
)

select
    document_id,
    series_id,
    sum(periods_missing) as periods_missing,
    max(date) filter (where periods_missing > 0) as missing_before
from gaps
group by document_id, series_id
having sum(periods_missing) > 0
