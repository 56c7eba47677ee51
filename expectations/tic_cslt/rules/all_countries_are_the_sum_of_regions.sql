-- severity: warning
-- scope: row
-- expected: all countries = the seven regions, to seven million
-- why: Seven parts, each rounded to a million. A warning: the groups of the years before 2012 were other ones.
-- uses: news, totals
select
    news.row_number,
    news.document_id,
    news.holdings,
    totals.countries_holdings - totals.regions_holdings as off_by
from news
inner join totals
    on
        news.document_id = totals.document_id
        and news.series = totals.series
        and news.month_end = totals.month_end
where
    news.country_code = '69995'
    and totals.regions_there = 7
    and abs(totals.countries_holdings - totals.regions_holdings) > 7
