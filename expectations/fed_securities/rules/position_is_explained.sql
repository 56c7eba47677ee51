-- severity: warning
-- scope: row
-- expected: position = position before + net flow + valuation + gap, to three million, and six of the first decades
-- why: Five figures, each rounded to a million. Of the Treasuries of 2011 to 2020, 8,556 of 8,615 rows are within two
--   million; those that are not lie next to a month without figures.
-- uses: news, incoming
select
    news.row_number,
    news.document_id,
    news.estimated_position,
    before.estimated_position as position_before
from news
inner join incoming as before
    on
        news.document_id = before.document_id
        and news.series = before.series
        and news.country_code = before.country_code
        and news.security_type = before.security_type
        and news.month_end = last_day(before.month_end + 1)
where
    abs(news.estimated_position - before.estimated_position - news.net_flow - news.valuation_change - news.monthly_gap)
    > 3 + 0.05 * abs(news.estimated_position)
