-- severity: warning
-- scope: row
-- expected: all countries = the seven regions + country unknown, to seven million
-- why: Parts that are each rounded to a million. Treasuries have no holder of an unknown country; of other securities it
--   is up to 3 billion in table 1, which has no row for it. A warning: the groups of the years before 2012 were other ones.
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
    and (totals.unknown_there = 1 or news.series in ('for_treas', 'for_lt_treas', 'for_st_treas'))
    and abs(totals.countries_holdings - totals.regions_holdings) > 7
