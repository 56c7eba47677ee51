-- severity: critical
-- scope: row
-- expected: a yield does not repeat a value more often than the column longest_still of FRED's series of the same yield
--   allows
-- why: A stuck feed repeats its last value. Longest runs since 1990: 5 days for 10 years, 18 for one month in 2015,
--   when bills paid nothing; the bounds are 1.5 times that.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, curve, tenors
with changes as (
    -- noqa: disable=all
    select
        row_number,
        tenor,
        date,
        value,
        value is distinct from lag(value) over days as is_change
    from curve
    window days as (partition by tenor order by date)
),

numbered as (
    select
        *,
        count(*) filter (where is_change) over (partition by tenor order by date rows unbounded preceding) as run
    from changes
),

runs as (
    select
        row_number,
        tenor,
        count(*) over (partition by tenor, run) as equal_values,
        row_number() over (partition by tenor, run order by date) as place
    from numbered
)

select
    news.row_number,
    news.document_id,
    news.value,
    runs.equal_values
from news
inner join runs on news.row_number = runs.row_number
inner join tenors on news.tenor = tenors.tenor
-- The first of the run was measured.
where runs.equal_values > tenors.longest_still and runs.place > 1
