-- severity: critical
-- scope: row
-- expected: close is within the bound of the close of at least one other venue (other exchanges, and Coinbase from
--   FRED), less a premium that all coins share
-- why: Widest real distance of Binance from Coinbase at FRED: 1,253 bp until 2018 (2017-12-23), 368 bp in 2019 and 2020
--   (2020-03-12), 148 bp since 2021; 371 bp from another collector (2021-12-14). Bounds 2,000, 800 and 500.
-- advice: Compare the close with a third venue. If it is right, accept the row in dbt_project/seeds/corrections.csv.
-- uses: news, second_venue
select
    news.row_number,
    news.document_id,
    news.close,
    second_venue.other_venue,
    second_venue.other_close,
    second_venue.bp_from_second_venue
from news
inner join second_venue on news.row_number = second_venue.row_number
where
    second_venue.bp_from_second_venue > case
        when news.opened_at < timestamp '2019-01-01' then 2000
        when news.opened_at < timestamp '2021-01-01' then 800
        else 500
    end
