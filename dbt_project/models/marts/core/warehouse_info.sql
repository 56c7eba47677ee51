-- Grain: one row per warehouse.
-- As-of date, documents, what is missing, and whether the warehouse is a simulation.
with cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

documents as (
    select
        count(*) filter (where status = 'loaded') as documents_loaded,
        max(cast(retrieved_at as date)) as newest_retrieval_on,
        min(
            case
                when
                    publisher = 'tic' and status = 'loaded'
                    and dataset in ('slt_table1', 'slt_table3', 'slt_table5', 'mfhhis01', 'mfh', 'cslt')
                    then cast(retrieved_at as date)
            end
        ) as vintages_from,
        coalesce(bool_or(is_simulated), false) as is_simulated
    from {{ ref('stg_documents') }}
),

holdings as (
    select max(month_end) as newest_holdings_month_end
    from {{ ref('int_holdings_vintages') }}
),

complete as (
    select max(month_end) as newest_complete_month_end
    from {{ ref('int_holdings_months') }}
    where instrument = 'total' and is_month_complete
),

releases as (
    select
        max(case when status = 'incomplete' then month_end end) as incomplete_month_end,
        count(case when is_overdue then 1 end) as releases_overdue,
        {{ dbt.listagg(
            "case when is_overdue then concat(" ~ month_in_words('month_end') ~ ", ' (', " ~ day_in_words('released_on') ~ ", ')') end",
            "', '", "order by month_end"
        ) }} as overdue_months
    from {{ ref('release_status') }}
),

-- Only an incomplete month that is the newest one is news.
incomplete as (
    select
        status.month_end,
        status.missing_countries
    from {{ ref('release_status') }} as status
    inner join releases on status.month_end = releases.incomplete_month_end
    cross join complete
    where complete.newest_complete_month_end is null or status.month_end > complete.newest_complete_month_end
),

warned as (
    select
        cutoff.as_of,
        holdings.newest_holdings_month_end,
        complete.newest_complete_month_end,
        incomplete.missing_countries,
        documents.newest_retrieval_on,
        documents.vintages_from,
        documents.documents_loaded,
        documents.is_simulated,
        coalesce(releases.releases_overdue, 0) as releases_overdue,
        nullif(
            concat_ws(
                ' ',
                case
                    when incomplete.month_end is not null
                        then
                            concat(
                                {{ month_in_words('incomplete.month_end') }}, ' is incomplete without ',
                                incomplete.missing_countries, ': ranks, shares and sums are those of ',
                                {{ month_in_words('complete.newest_complete_month_end') }}, '.'
                            )
                end,
                case
                    when releases.releases_overdue > 0
                        then concat('TIC releases due and not held: ', releases.overdue_months, '.')
                end
            ), ''
        ) as warnings
    from cutoff
    cross join documents
    cross join holdings
    cross join complete
    cross join releases
    left join incomplete on releases.incomplete_month_end = incomplete.month_end
)

select
    as_of,
    newest_holdings_month_end,
    newest_complete_month_end,
    missing_countries,
    cast(releases_overdue as integer) as releases_overdue,
    newest_retrieval_on,
    vintages_from,
    documents_loaded,
    is_simulated,
    warnings,
    concat_ws(
        ' ',
        case
            when is_simulated
                then
                    'SIMULATION: built from the embedded sample. '
                    || 'Its figures are made up around a few public anchors; quote none.'
            else 'Built from the publishers'' documents.'
        end,
        case
            when as_of < vintages_from
                then
                    concat(
                        'TIC''s figures as of ', {{ day_in_words('as_of') }}, ' are rebuilt from later files, with their ',
                        'revisions: TIC''s tables are held as published from ', {{ day_in_words('vintages_from') }}, ' on.'
                    )
        end,
        warnings
    ) as notice,
    '{{ var("marts_version") }}' as marts_version
from warned
