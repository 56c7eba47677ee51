-- severity: critical
-- scope: row
-- expected: net purchases of bills = the change of the position in bills, to the million
-- why: The publisher's notes define them this way (the valuation of bills counts as zero); 219 of 5,626 are off by 1,
--   none by more.
-- uses: news, terms
with months as (
    select
        document_id,
        country_code,
        month_end,
        bills,
        bills_sales,
        lag(bills) over months as bills_before,
        bills_sales - (bills - bills_before) as off_by
    from terms
    window months as (partition by document_id, country_code order by month_end)
),

-- One wrong position breaks its own month and the next, in opposite directions: the next is not to blame.
wrong as (
    select *
    from months
    window months as (partition by document_id, country_code order by month_end)
    qualify abs(off_by) > 1 and coalesce(abs(off_by + lag(off_by) over months) > 2, true)
)

select
    news.row_number,
    news.document_id,
    wrong.bills,
    wrong.bills_before,
    wrong.bills_sales
from news
inner join wrong
    on
        news.document_id = wrong.document_id
        and news.country_code = wrong.country_code
        and news.month_end = wrong.month_end
