-- severity: critical
-- scope: document
-- expected: the figures that were known are there, but for one in fifty of the series
-- why: A discontinued series stays in the file. A file without them was cut.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: documents, incoming, known
with known_series as (
    select distinct
        series,
        country_code
    from known
),

incoming_series as (
    select distinct
        document_id,
        series,
        country_code
    from incoming
),

lost as (
    select
        documents.document_id,
        count(*) filter (where incoming_series.series is null) as series_lost,
        count(*) as series_known
    from documents
    cross join known_series
    left join incoming_series
        on
            documents.document_id = incoming_series.document_id
            and known_series.series = incoming_series.series
            and known_series.country_code = incoming_series.country_code
    group by documents.document_id
)

select
    document_id,
    series_lost,
    series_known
from lost
where 50 * series_lost > series_known
