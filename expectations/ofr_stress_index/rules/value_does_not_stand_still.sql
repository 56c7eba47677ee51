-- severity: critical
-- scope: row
-- expected: a component does not have one value on more than six days in a row
-- why: A feed that hangs repeats its last value. The longest run since 2000 is four days, of safe assets in October 2000.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
-- uses: news, offered
with changes as (
    select
        row_number,
        document_id,
        component,
        date,
        value is distinct from lag(value) over days as is_change
    from offered
    where value is not null
    window days as (partition by document_id, component order by date)
),

numbered as (
    select
        *,
        count(*) filter (where is_change) over (
            partition by document_id, component order by date rows unbounded preceding
        ) as run
    from changes
),

runs as (
    select
        row_number,
        row_number() over (partition by document_id, component, run order by date) as equal_values
    from numbered
)

select
    news.row_number,
    news.document_id,
    news.value,
    runs.equal_values
from news
inner join runs on news.row_number = runs.row_number
where runs.equal_values > 6
