-- The survey: debt and its parts, stocks and the total, by country, year and term.
-- uses: incoming
select
    document_id,
    country_code,
    month_end,
    instrument,
    max(holdings) filter (where security_type = 'all_us_debt') as debt,
    if(
        count(holdings) filter (where security_type in ('treasury', 'agency', 'corporate_bond')) = 3,
        sum(holdings) filter (where security_type in ('treasury', 'agency', 'corporate_bond')),
        null
    ) as sum_of_debt,
    max(holdings) filter (where security_type = 'corporate_stock') as stocks,
    max(holdings) filter (where security_type = 'all_us_securities') as everything
from incoming
where series = 'shl'
group by document_id, country_code, month_end, instrument
