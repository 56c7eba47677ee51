-- The yields of the curve, by months to maturity.
-- uses: seed_fred_series
select
    listed.series,
    listed.months
from (
    values
    ('DGS3MO', 3), ('DGS6MO', 6), ('DGS1', 12), ('DGS2', 24), ('DGS3', 36), ('DGS5', 60), ('DGS7', 84),
    ('DGS10', 120), ('DGS20', 240), ('DGS30', 360)
) as listed (series, months)
semi join seed_fred_series on listed.series = seed_fred_series.series_id
