-- severity: warning
-- scope: document
-- expected: the catalogue has each series
-- why: A series without bounds gets few checks.
-- advice: Add the series to dbt_project/seeds/fred_series.csv.
-- uses: extents, catalogue
select
    extents.document_id,
    extents.series_id
from extents
anti join catalogue on extents.series_id = catalogue.series_id
