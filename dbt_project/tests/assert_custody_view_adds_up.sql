-- Returns groups and months whose reported holdings are not the sum of their lines.
{{ config(meta={
    'description': 'Reported holdings in the custody view are the sum of the lines of the group.',
    'dagster': {'ref': {'name': 'custody_view'}},
}) }}

with lines as (
    select
        members.custody_group,
        holdings.month_end,
        sum(holdings.holdings_usd_bn) as lines_usd_bn
    from {{ ref('custody_groups') }} as members
    inner join {{ ref('fct_holdings') }} as holdings on members.country_code = holdings.country_code
    where holdings.instrument = 'total'
    group by members.custody_group, holdings.month_end
),

custody as (
    select * from {{ ref('custody_view') }}
)

select
    lines.custody_group,
    lines.month_end,
    lines.lines_usd_bn,
    custody.reported_usd_bn
from lines
left join custody on lines.custody_group = custody.custody_group and lines.month_end = custody.month_end
where custody.custody_group is null or custody.reported_usd_bn <> lines.lines_usd_bn
