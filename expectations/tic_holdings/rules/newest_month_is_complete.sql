-- severity: critical
-- scope: document
-- expected: no column of the newest month has fewer than half as many figures as the previous month
-- why: The share is 1.00 in every edition of tables 1, 3 and 5; the lowest elsewhere is 0.68 (survey of 1978). A month
--   without its net purchases or its bills only looks complete.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: offered, profile
with counts as (
    select
        offered.document_id,
        offered.series,
        offered.security_type,
        offered.instrument,
        offered.month_end,
        profile.newest_period,
        unnest(['holdings', 'net_sales', 'valuation_change', 'gross_purchases', 'gross_sales']) as measure,
        unnest([
            count(offered.holdings),
            count(offered.net_sales),
            count(offered.valuation_change),
            count(offered.gross_purchases),
            count(offered.gross_sales)
        ]) as figures
    from offered
    inner join profile on offered.document_id = profile.document_id
    group by
        offered.document_id,
        offered.series,
        offered.security_type,
        offered.instrument,
        offered.month_end,
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
