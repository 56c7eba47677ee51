-- severity: critical
-- scope: document
-- expected: no column of the newest month has fewer than half as many figures as the previous month
-- why: The share is 1.00 in every edition of tables 1, 3 and 5; the lowest elsewhere is 0.68 (survey of 1978). A month
--   without its net purchases or its bills only looks complete.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming, profile
with counts as (
    select
        incoming.document_id,
        incoming.series,
        incoming.security_type,
        incoming.instrument,
        incoming.month_end,
        profile.newest_period,
        unnest(['holdings', 'net_sales', 'valuation_change', 'gross_purchases', 'gross_sales']) as measure,
        unnest([
            count(incoming.holdings),
            count(incoming.net_sales),
            count(incoming.valuation_change),
            count(incoming.gross_purchases),
            count(incoming.gross_sales)
        ]) as figures
    from incoming
    inner join profile on incoming.document_id = profile.document_id
    group by
        incoming.document_id,
        incoming.series,
        incoming.security_type,
        incoming.instrument,
        incoming.month_end,
        profile.newest_period
)

select
    document_id,
    security_type,
    instrument,
    measure,
    lag(figures) over months as figures_before,
    figures
from counts
window months as (partition by document_id, series, security_type, instrument, measure order by month_end)
qualify month_end = newest_period and figures_before >= 10 and figures < 0.5 * figures_before
