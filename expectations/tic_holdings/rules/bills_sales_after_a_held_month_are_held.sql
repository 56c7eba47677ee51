-- severity: critical
-- scope: row
-- expected: if a position in bills is quarantined, so are the net purchases that equal its change to the next month
-- why: Net purchases of bills are defined as the change of the position: after a wrong position they are wrong too,
--   although they fit.
-- uses: news, held, terms
with months as (
    select
        *,
        lag(month_end) over months as month_before,
        bills - lag(bills) over months as change
    from terms
    window months as (partition by document_id, country_code order by month_end)
),

held_bills as (
    select distinct
        news.document_id,
        news.country_code,
        news.month_end
    from news
    semi join held on news.row_number = held.row_number
    where news.series in ('slt_table3', 'slt3d') and news.instrument = 'bills'
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    news.net_sales
from news
inner join months
    on
        news.document_id = months.document_id
        and news.country_code = months.country_code
        and news.month_end = months.month_end
semi join held_bills
    on
        months.document_id = held_bills.document_id
        and months.country_code = held_bills.country_code
        and months.month_before = held_bills.month_end
anti join held on news.row_number = held.row_number
where abs(months.bills_sales - months.change) <= 1 and news.instrument in ('bills', 'total')
