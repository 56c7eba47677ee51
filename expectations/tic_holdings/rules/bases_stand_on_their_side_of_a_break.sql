-- severity: critical
-- scope: document
-- expected: in a month with two bases, the new one continues with the next month and the old one with the month before
-- why: With the two columns swapped, holdings would jump by 2.1 (June 2003) to 11.5 times (June 2011) as much.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming
with history as (
    select
        document_id,
        series,
        country_code,
        month_end,
        cast(holdings as double) as holdings
    from incoming
    where series in ('mfhhis01', 'mfhhis01_old_basis') and instrument = 'total' and holdings is not null
)

select
    old.document_id,
    old.month_end,
    sum(abs(new.holdings - month_after.holdings) + abs(old.holdings - month_before.holdings)) as jumps,
    sum(abs(old.holdings - month_after.holdings) + abs(new.holdings - month_before.holdings)) as jumps_if_turned
from history as old
inner join history as new
    on
        old.document_id = new.document_id
        and old.country_code = new.country_code
        and old.month_end = new.month_end
        and new.series = 'mfhhis01'
inner join history as month_after
    on
        old.document_id = month_after.document_id
        and old.country_code = month_after.country_code
        and month_after.month_end = last_day(old.month_end + interval 1 month)
        and month_after.series = 'mfhhis01'
inner join history as month_before
    on
        old.document_id = month_before.document_id
        and old.country_code = month_before.country_code
        and month_before.month_end = last_day(old.month_end - interval 1 month)
        and month_before.series = 'mfhhis01'
where old.series = 'mfhhis01_old_basis'
group by old.document_id, old.month_end
having count(*) >= 10 and jumps_if_turned < jumps
