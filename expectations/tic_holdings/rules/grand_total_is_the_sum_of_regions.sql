-- severity: critical
-- scope: row
-- expected: Grand Total = Europe + Canada + Latin America + Caribbean + Asia + Africa + other + organizations
-- why: Exact in every month of tables 1 and 3; table 3D is off by 497 in April 2018, form S by 1 (foreign bonds, and
--   months before 2001, are left out). For other securities, regions leave out figures that cannot be assigned to one.
-- uses: news, world_sums
with wrong as (
    select
        document_id,
        month_end,
        security_type,
        instrument,
        max(abs(grand_total - sum_of_regions)) as off_by
    from world_sums
    where
        (series <> 's1' and security_type = 'treasury')
        or (series = 's1' and month_end >= '2001-01-31' and security_type not in ('foreign_bond', 'foreign_stock'))
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
where
    wrong.off_by > 500
    and news.country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906', '79995', '99996')
