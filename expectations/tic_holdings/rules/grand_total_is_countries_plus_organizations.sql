-- severity: critical
-- scope: row
-- expected: Grand Total = All Countries + organizations
-- why: Exact in tables 1 and 3; off by 1 in form S and by 497 in April 2018 in table 3D.
-- uses: news, world_sums
with wrong as (
    select
        document_id,
        month_end,
        security_type,
        instrument,
        max(abs(grand_total - sum_of_halves)) as off_by
    from world_sums
    where (series = 's1' or security_type = 'treasury') and security_type not in ('foreign_bond', 'foreign_stock')
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
where wrong.off_by > 500 and news.country_code in ('69995', '79995', '99996')
