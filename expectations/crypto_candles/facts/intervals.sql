-- The length of each candle interval, in seconds; null if it is not a count of seconds, minutes, hours or days. Days
-- that were aggregated from shorter candles are called `1d of 1m`.
-- uses: latest
with names as (
    select distinct
        candle_interval,
        regexp_extract(candle_interval, '^([1-9][0-9]*)[smhd]( of [1-9][0-9]*[smh])?$', 1) as count_of_units,
        right(split_part(candle_interval, ' ', 1), 1) as unit
    from latest
)

select
    candle_interval,
    cast(nullif(count_of_units, '') as integer)
    * case unit when 's' then 1 when 'm' then 60 when 'h' then 3600 when 'd' then 86400 end as seconds
from names
