-- severity: critical
-- scope: document
-- expected: the Grand Total of every family of foreign holdings goes from December 1984 to the newest month
-- why: The whole history is sent each month. Without its totals or its first years, the file was cut.
-- advice: Fetch the file again. If it stays so, look at the publisher's page of release notes; where the file is right
--   after all, accept the document by a line in corrections.csv (series = cslt, period = day of retrieval).
-- uses: documents, profile, incoming
with needed as (
    select unnest(['for_lt_total', 'for_lt_treas', 'for_lt_agcy', 'for_lt_corp', 'for_lt_eqty', 'for_treas']) as series
),

found as (
    select
        document_id,
        series,
        count(holdings) as months,
        min(month_end) as first_month,
        max(month_end) filter (where holdings is not null) as newest_month
    from incoming
    where country_code = '99996'
    group by document_id, series
)

select
    documents.document_id,
    needed.series,
    found.first_month,
    found.newest_month
from documents
inner join profile on documents.document_id = profile.document_id
cross join needed
left join found on documents.document_id = found.document_id and needed.series = found.series
where
    found.series is null
    or found.first_month <> '1984-12-31'
    or found.newest_month <> profile.newest_period
    or found.months <> 1 + date_diff('month', date '1984-12-31', profile.newest_period)
