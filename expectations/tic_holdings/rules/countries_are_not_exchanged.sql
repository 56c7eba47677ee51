-- severity: critical
-- scope: row
-- expected: no two countries each have the figure that the other had before
-- why: If two figures that differ by more than 2 per cent change places, it is a swap, not a revision. Figures in
--   billions have so few digits that two may cross by chance.
-- uses: news
with changed as (
    select *
    from news
    where was_known and abs(holdings - holdings_before) > if(unit = 'usd_bn', 0.02 * holdings, 10)
)

select
    one.row_number,
    one.document_id,
    one.holdings,
    one.holdings_before,
    min(other.country_code) as exchanged_with
from changed as one
inner join changed as other
    on
        one.document_id = other.document_id
        and one.series = other.series
        and one.month_end = other.month_end
        and one.security_type = other.security_type
        and one.instrument = other.instrument
        and one.country_code <> other.country_code
        and one.holdings = other.holdings_before
        and one.holdings_before = other.holdings
group by one.row_number, one.document_id, one.holdings, one.holdings_before
