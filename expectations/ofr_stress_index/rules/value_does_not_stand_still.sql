-- severity: critical
-- scope: row
-- expected: no component has the same value on eight days in a row
-- why: The longest run since 2000 is four days (safe assets). A stuck feed repeats its last value.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, incoming
with steps as (
    select
        row_number,
        document_id,
        component,
        date,
        cast(value is distinct from lag(value) over days as integer) as is_other
    from incoming
    where value is not null
    window days as (partition by document_id, component order by date)
),

stretches as (
    select
        *,
        sum(is_other) over (partition by document_id, component order by date) as stretch
    from steps
),

runs as (
    select
        row_number,
        count(*) over (partition by document_id, component, stretch) as equal_values
    from stretches
)

select
    news.row_number,
    news.document_id,
    news.value,
    runs.equal_values
from news
inner join runs on news.row_number = runs.row_number
where runs.equal_values >= 8
