-- severity: critical
-- scope: row
-- expected: no position above 5 billion is the same, to the million, in four consecutive months
-- why: Tables 1, 3 and 3D have two equal months at most; smaller positions have four. A figure that is copied forward
--   does not change.
-- uses: news, incoming
with steps as (
    select
        *,
        cast(holdings is distinct from lag(holdings) over months as integer) as is_other
    from incoming
    where series in ('slt_table1', 'slt_table3', 'slt3d') and holdings > 5000
    window months as (partition by document_id, series, country_code, security_type, instrument order by month_end)
),

stretches as (
    select
        *,
        sum(is_other) over (
            partition by document_id, series, country_code, security_type, instrument order by month_end
        ) as stretch
    from steps
),

runs as (
    select
        row_number,
        count(*) over (
            partition by document_id, series, country_code, security_type, instrument, stretch
        ) as equal_months
    from stretches
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    runs.equal_months
from news
inner join runs on news.row_number = runs.row_number
where runs.equal_months >= 4
