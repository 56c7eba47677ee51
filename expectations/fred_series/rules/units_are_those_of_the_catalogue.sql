-- severity: critical
-- scope: row
-- expected: every series is in the units of the catalogue
-- why: WRESBAL and WTREGEN were in billions in 2022, and are in millions now. `U.S. Dollars`, `US Dollars` and
--   `Dollars` mean the same unit; an index without its base year is the same as one with it.
-- advice: If the publisher changed the units, correct units and bounds in dbt_project/seeds/fred_series.csv, and the
--   models that use the series.
-- uses: news, seed_fred_series
with plain as (
    select
        news.row_number,
        news.document_id,
        news.units,
        catalogue.units as units_of_the_catalogue,
        regexp_replace(replace(lower(news.units), 'u.s.', 'us'), '\bus\s+', '', 'g') as plain_units,
        regexp_replace(replace(lower(catalogue.units), 'u.s.', 'us'), '\bus\s+', '', 'g') as plain_units_of_the_catalogue
    from news
    inner join seed_fred_series as catalogue on news.series_id = catalogue.series_id
)

select
    row_number,
    document_id,
    units,
    units_of_the_catalogue
from plain
where
    plain_units <> plain_units_of_the_catalogue
    and not (
        'index' in (plain_units, plain_units_of_the_catalogue)
        and left(plain_units, 5) = left(plain_units_of_the_catalogue, 5)
    )
