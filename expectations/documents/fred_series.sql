-- Grain: an offered document.
select
    document_id,
    rows_offered,
    greatest(0, newest_period_before - newest_period) as days_gone_back
from profile_fred_series
