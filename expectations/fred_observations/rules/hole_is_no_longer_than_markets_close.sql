-- severity: warning
-- scope: document
-- expected: no more than ten days lie between two rows
-- why: The longest closure is seven days, in September 2001. Repo operations took place on some days only, for years.
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
