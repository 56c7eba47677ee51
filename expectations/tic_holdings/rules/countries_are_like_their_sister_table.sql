-- severity: critical
-- scope: document
-- expected: no country has different long-term Treasuries in tables 1 and 3, of any releases, in most of its months
-- why: Between the releases of June and July 2026, 25 of 6,916 figures differ, by 0.4 per cent at most; a country that
--   differs by 2 per cent (and 50 million) in more than half of its months has another's figures.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: incoming, latest
select
    own.document_id,
    own.country_code,
    count(*) as months_compared,
    count(*) filter (where abs(own.holdings - other.holdings) > greatest(50, 0.02 * other.holdings)) as months_different
from incoming as own
inner join latest as other
    on
        own.country_code = other.country_code
        and own.month_end = other.month_end
        and own.security_type = other.security_type
        and own.instrument = other.instrument
        and other.series = if(own.series = 'slt_table1', 'slt_table3', 'slt_table1')
where own.series in ('slt_table1', 'slt_table3') and own.instrument = 'long_term'
group by own.document_id, own.country_code
having months_compared >= 12 and months_different > months_compared / 2
