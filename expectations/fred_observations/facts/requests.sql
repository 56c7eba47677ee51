-- The request in the address of each document: a part of a series begins or ends at the days in the address.
-- uses: documents, incoming
with dated as (
    select
        document_id,
        bool_or(is_dated) as is_dated
    from incoming
    group by document_id
),

addresses as (
    select
        documents.document_id,
        cast(documents.address as varchar) as address,
        cast(documents.form as varchar) = 'simulated' as is_simulated,
        dated.is_dated,
        regexp_matches(cast(documents.address as varchar), '[?&]sort_order=desc(&|$)') as is_newest_first,
        coalesce(
            try_cast(regexp_extract(cast(documents.address as varchar), '[?&]limit=([0-9]+)', 1) as integer)
            <= documents.rows_parsed,
            false
        ) as is_cut_by_limit,
        regexp_matches(cast(documents.address as varchar), '[?&]offset=0*[1-9]') as is_cut_by_offset
    from documents
    inner join dated on documents.document_id = dated.document_id
)

-- A limit cuts the end of the answer, an offset its beginning; which of the two is the newest, the order says.
select
    document_id,
    is_simulated,
    is_dated,
    is_dated
    or regexp_matches(address, '[?&](cosd|observation_start)=')
    or if(is_newest_first, is_cut_by_limit, is_cut_by_offset) as begins_as_asked,
    is_dated
    or regexp_matches(address, '[?&](coed|observation_end)=')
    or if(is_newest_first, is_cut_by_offset, is_cut_by_limit) as ends_as_asked
from addresses
