-- severity: critical
-- scope: row
-- expected: Grand Total = foreign official + foreign non-official holders
-- why: Exact in every month of tables 1 and 3; three rounded figures could be off by 1.
-- uses: news, world_sums
with wrong as (
    select
        document_id,
        month_end,
        security_type,
        instrument,
        max(abs(grand_total - sum_of_holders)) as off_by
    from world_sums
    where series in ('slt_table1', 'slt_table3')
    group by document_id, month_end, security_type, instrument
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    wrong.off_by
from news
inner join wrong
    on
        news.document_id = wrong.document_id
        and news.month_end = wrong.month_end
        and news.security_type = wrong.security_type
        and news.instrument = wrong.instrument
where wrong.off_by > 2 and news.country_code in ('99990', '99991', '99996')
