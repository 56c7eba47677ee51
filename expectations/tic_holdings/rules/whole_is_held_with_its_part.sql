-- severity: critical
-- scope: row
-- expected: if a part is quarantined, so is its total: total Treasuries with bills or long-term, all securities with a
--   kind of security, debt and the grand total of the survey with their parts
-- why: The publisher adds up its own figures: with a wrong sign of bills, the total is wrong although it adds up. Table
--   5 is an extract of table 3, so its figure is quarantined with the total.
-- uses: news, held, tables_of_one_release
with held_rows as (
    select distinct news.*
    from news
    semi join held on news.row_number = held.row_number
),

wholes as (
    select
        whole.row_number,
        part.instrument as held_instrument,
        part.security_type as held_security_type
    from held_rows as part
    inner join news as whole
        on
            part.document_id = whole.document_id
            and part.series = whole.series
            and part.country_code = whole.country_code
            and part.month_end = whole.month_end
            and (
                (part.security_type = whole.security_type and part.instrument <> 'total' and whole.instrument = 'total')
                or (part.series = 'slt_table1' and whole.security_type = 'all_us_securities')
                or (
                    part.series = 'shl'
                    and whole.security_type in ('all_us_debt', 'all_us_securities')
                    and whole.instrument in (part.instrument, 'total')
                )
            )
    union all
    select
        table_5.row_number,
        part.instrument as held_instrument,
        part.security_type as held_security_type
    from held_rows as part
    inner join tables_of_one_release as sisters on part.document_id = sisters.sister_document_id
    inner join news as table_5
        on
            sisters.document_id = table_5.document_id
            and part.country_code = table_5.country_code
            and part.month_end = table_5.month_end
            and table_5.series = 'slt_table5'
    where part.series = 'slt_table3'
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    min(wholes.held_security_type || ' ' || wholes.held_instrument) as held_part
from news
inner join wholes on news.row_number = wholes.row_number
anti join held_rows on news.row_number = held_rows.row_number
group by news.row_number, news.document_id, news.holdings
