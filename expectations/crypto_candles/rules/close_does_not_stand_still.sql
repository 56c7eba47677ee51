-- severity: critical
-- scope: row
-- expected: the closes of three days in a row are not equal
-- why: A stuck feed repeats its last price. Of 5,000 real days, SOL had two equal closes once, and no coin three.
-- advice: Compare the closes with another venue. If they are right, accept the rows in
--   dbt_project/seeds/corrections.csv.
-- uses: news, daily_candles
select
    news.row_number,
    news.document_id,
    news.close
from news
inner join daily_candles on news.row_number = daily_candles.row_number
where
    -- The first of the three was measured.
    daily_candles.close = daily_candles.close_before
    and daily_candles.time_since = interval 1 day
    and daily_candles.close in (daily_candles.close_two_before, daily_candles.close_after)
