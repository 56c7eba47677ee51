-- severity: warning
-- scope: document
-- expected: there is a row for each day on which the New York Stock Exchange was open, inside the document's last year
-- why: The index has every such day since 2000: FRED's S&P 500 has a value on the same days.
-- advice: Check the publisher's page. The next document that has the day brings it.
-- uses: incoming, latest_fred_observations
with open_days as (
    select date
    from latest_fred_observations
    where series_id = 'SP500' and value is not null
),

spans as (
    select
        document_id,
        greatest(min(date), max(date) - 365) as first_day,
        max(date) as newest_day
    from incoming
    group by document_id
)

select
    spans.document_id,
    open_days.date as missing_day
from spans
inner join open_days on open_days.date between spans.first_day and spans.newest_day
anti join incoming on spans.document_id = incoming.document_id and open_days.date = incoming.date
