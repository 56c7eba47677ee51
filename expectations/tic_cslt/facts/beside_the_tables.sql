-- Figures of the newest edition next to those of tables 1 and 3, of each that ends in the same month: the files of a
-- release are posted one by one.
-- uses: documents, news, latest_tic_holdings, seed_cslt_series
with tables as (
    select
        series as source,
        country_code,
        month_end,
        security_type,
        instrument,
        holdings,
        net_sales,
        valuation_change
    from latest_tic_holdings
    where series in ('slt_table1', 'slt_table3')
),

newest as (
    select
        source,
        max(month_end) as month_end
    from tables
    group by source
),

newest_edition as (
    select
        documents.document_id,
        newest.source
    from documents
    inner join newest on documents.newest_period = newest.month_end
    qualify row_number() over (partition by newest.source order by documents.retrieved_at desc) = 1
)

select
    news.row_number,
    news.document_id,
    news.series,
    news.country_code,
    news.month_end,
    tables.source,
    greatest(
        coalesce(abs(news.holdings - tables.holdings), 0),
        coalesce(abs(news.net_sales - tables.net_sales), 0),
        coalesce(abs(news.valuation_change - tables.valuation_change), 0)
    ) as difference
from news
inner join newest_edition on news.document_id = newest_edition.document_id
inner join seed_cslt_series as kinds on news.series = kinds.series and kinds.direction = 'foreign_holdings'
inner join tables
    on
        newest_edition.source = tables.source
        and tables.source = case when kinds.security_type = 'treasury' then 'slt_table3' else 'slt_table1' end
        and kinds.security_type = tables.security_type
        and kinds.instrument = tables.instrument
        and news.country_code = tables.country_code
        and news.month_end = tables.month_end
