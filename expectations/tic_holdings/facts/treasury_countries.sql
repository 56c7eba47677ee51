-- The countries of each incoming edition of tables 1, 3 and 5, with the number of months in which they have Treasuries.
-- uses: incoming, documents
select
    incoming.document_id,
    incoming.series,
    documents.newest_period,
    incoming.country_code,
    count(incoming.holdings) as months
from incoming
inner join documents on incoming.document_id = documents.document_id
where
    incoming.security_type = 'treasury'
    and (
        incoming.series = 'slt_table5'
        or (incoming.series in ('slt_table1', 'slt_table3') and incoming.instrument = 'long_term')
    )
group by incoming.document_id, incoming.series, documents.newest_period, incoming.country_code
