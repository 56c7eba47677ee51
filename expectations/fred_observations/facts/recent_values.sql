-- The values of each document near its news, in their order; those with at most four digits can repeat by chance.
-- uses: offered, news, catalogue
with places_of_news as (
    select
        document_id,
        series_id,
        released_on,
        min(date) - 90 as from_date
    from news
    group by document_id, series_id, released_on
)

select
    offered.row_number,
    offered.document_id,
    offered.series_id,
    offered.released_on,
    offered.date,
    offered.value,
    catalogue.calendar,
    catalogue.longest_still,
    length(ltrim(replace(rtrim(rtrim(cast(abs(offered.value) as varchar), '0'), '.'), '.', ''), '0')) as digits
from offered
inner join places_of_news
    on
        offered.document_id = places_of_news.document_id
        and offered.series_id = places_of_news.series_id
        and offered.released_on is not distinct from places_of_news.released_on
        and offered.date >= places_of_news.from_date
inner join catalogue on offered.series_id = catalogue.series_id and catalogue.longest_still is not null
where offered.value is not null and offered.date >= date '1990-01-01'
