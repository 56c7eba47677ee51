-- Returns months whose last revision differs from the current figure.
{{ config(meta={
    'description': 'The last revision of a month equals the current figure in the continuous history.',
    'dagster': {'ref': {'name': 'holdings_revisions'}},
}) }}

with last_releases as (
    select * from {{ ref('holdings_revisions') }}
    where is_latest_release
),

holdings as (
    select * from {{ ref('fct_holdings') }}
    where instrument = 'total'
)

select
    last_releases.country_code,
    last_releases.month_end,
    last_releases.holdings_usd_bn,
    holdings.holdings_usd_bn as standing_usd_bn
from last_releases
left join holdings
    on
        last_releases.country_code = holdings.country_code
        and last_releases.month_end = holdings.month_end
where holdings.holdings_usd_bn is null or last_releases.holdings_usd_bn <> holdings.holdings_usd_bn
