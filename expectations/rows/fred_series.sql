-- Grain: an offered description of a series that is news, beside the catalogue.
with described as (
    select
        row_number,
        document_id,
        line_number,
        series_id,
        units,
        frequency,
        last_updated,
        retrieved_at,
        is_news,
        count(*) over (partition by document_id, series_id, last_updated) as times_said
    from offered_fred_series
),

-- `U.S. Dollars`, `US Dollars` and `Dollars` are one unit.
plain as (
    select
        *,
        regexp_replace(replace(lower(units), 'u.s.', 'us'), '\bus\s+', '', 'g') as plain_units
    from described
),

catalogue as (
    select
        series_id,
        left(frequency, 1) as frequency_letter,
        regexp_replace(replace(lower(units), 'u.s.', 'us'), '\bus\s+', '', 'g') as plain_units
    from seed_fred_series
)

select
    plain.row_number,
    plain.document_id,
    plain.line_number,
    plain.series_id,
    plain.units,
    plain.times_said,
    -- An index without its base year is the same as one with it.
    if('index' in (plain.plain_units, catalogue.plain_units), left(plain.plain_units, 5), plain.plain_units)
        as plain_units,
    if('index' in (plain.plain_units, catalogue.plain_units), left(catalogue.plain_units, 5), catalogue.plain_units)
        as catalogue_units,
    left(plain.frequency, 1) as frequency_letter,
    catalogue.frequency_letter as catalogue_frequency,
    greatest(0, date_diff('day', plain.retrieved_at, plain.last_updated)) as days_after_retrieval
from plain
left join catalogue on plain.series_id = catalogue.series_id
where plain.is_news
