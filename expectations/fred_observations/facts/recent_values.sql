-- The values of each document near its news, in their order; those with at most four digits can repeat by chance.
-- uses: incoming, news, catalogue
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
    incoming.row_number,
    incoming.document_id,
    incoming.series_id,
    incoming.released_on,
    incoming.date,
    incoming.value,
    catalogue.calendar,
    catalogue.longest_still,
    length(ltrim(replace(rtrim(rtrim(cast(abs(incoming.value) as varchar), '0'), '.'), '.', ''), '0')) as digits
from incoming
inner join places_of_news
    on
        incoming.document_id = places_of_news.document_id
        and incoming.series_id = places_of_news.series_id
        and incoming.released_on is not distinct from places_of_news.released_on
        and incoming.date >= places_of_news.from_date
inner join catalogue on incoming.series_id = catalogue.series_id and catalogue.longest_still is not null
where incoming.value is not null and incoming.date >= date '1990-01-01'
