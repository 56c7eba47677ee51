-- severity: warning
-- scope: document
-- expected: two rows are at most ten days apart
-- why: The longest closure is seven days, in September 2001. For years, repo operations took place only on some days.
-- uses: steps
select
    document_id,
    series_id,
    max(days_since) as longest_hole_days,
    arg_max(date, days_since) as hole_before
from steps
where
    (calendar = 'business' or role = 'crypto')
    and not is_bond
    and series_id not in ('RRPONTSYD', 'RPONTSYD')
    and days_since > 10
group by document_id, series_id
