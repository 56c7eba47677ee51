-- The countries of each incoming edition of tables 1, 3 and 5, with the number of months in which they have Treasuries.
-- uses: offered, documents
select
    offered.document_id,
    offered.series,
    documents.newest_period,
    offered.country_code,
    count(offered.holdings) as months
from offered
inner join documents on offered.document_id = documents.document_id
where
    offered.security_type = 'treasury'
    and (
        offered.series = 'slt_table5'
        or (offered.series in ('slt_table1', 'slt_table3') and offered.instrument = 'long_term')
    )
group by offered.document_id, offered.series, documents.newest_period, offered.country_code
