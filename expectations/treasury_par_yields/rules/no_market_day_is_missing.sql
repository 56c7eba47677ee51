-- severity: warning
-- scope: document
-- expected: there is a row for each day on which three of FRED's yields have a value
-- why: True for 242 of 242 days of 2025.
-- uses: days, fred_yields
with fred_days as (
    select date
    from fred_yields
    group by date
    having count(*) >= 3
),

spans as (
    select
        document_id,
        min(date) as first_day,
        max(date) as newest_day
    from days
    group by document_id
)

select
    spans.document_id,
    fred_days.date as missing_day
from spans
inner join fred_days on fred_days.date between spans.first_day and spans.newest_day
anti join days on spans.document_id = days.document_id and fred_days.date = days.date
