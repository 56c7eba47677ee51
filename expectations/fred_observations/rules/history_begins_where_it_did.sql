-- severity: warning
-- scope: document
-- expected: the series begins on its usual first day or on the one in the address; a series that its license shortens
--   has its full window
-- why: FRED cut ICE's spreads to three years and the S&P 500 to ten. Known values stay in the warehouse.
-- advice: If FRED has cut the series for good, set `window_served` in dbt_project/seeds/fred_series.csv. Earlier values
--   stay as known.
-- uses: extents, requests, profile, catalogue
with due as (
    select
        extents.document_id,
        extents.series_id,
        extents.first_date as begins_on,
        -- A document cannot show more than its publisher serves.
        case
            when requests.is_simulated and catalogue.window_served <> 'all' then null
            when requests.is_simulated then profile.first_period_before
            when catalogue.window_served = 'three_years' then extents.newest_date - 1000
            when catalogue.window_served = 'ten_years' then extents.newest_date - 3600
            else least(catalogue.first_date, profile.first_period_before)
        end as begins_by
    from extents
    inner join requests on extents.document_id = requests.document_id
    inner join profile on extents.document_id = profile.document_id
    left join catalogue on extents.series_id = catalogue.series_id
    where not requests.begins_as_asked
)

select
    document_id,
    series_id,
    begins_on,
    begins_by
from due
where begins_on > begins_by
