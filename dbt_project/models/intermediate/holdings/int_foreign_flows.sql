-- Grain: one row per month.
-- Net purchases of notes and bonds by all foreigners, with their previous holdings. Form S reports purchases and sales up to
-- January 2023, form SLT net sales from February 2023 on. Changes in holdings are never used as flows: prices move them, and
-- flows are compared with prices.
with cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

release_days as (
    select * from {{ ref('stg_tic__release_days') }}
),

form_s as (
    select
        form_s_lines.month_end,
        form_s_lines.retrieved_at,
        release_days.released_on,
        cast(form_s_lines.gross_purchases_usd_bn - form_s_lines.gross_sales_usd_bn as decimal(18, 3)) as net_purchases_usd_bn,
        row_number() over (partition by form_s_lines.month_end order by form_s_lines.retrieved_at) as statement_number
    from {{ ref('stg_tic__holdings') }} as form_s_lines
    left join release_days on form_s_lines.month_end = release_days.month_end
    where
        form_s_lines.source_series = 's1'
        and form_s_lines.security_type = 'treasury'
        and form_s_lines.country_code = '99996'
),

-- As for holdings: the first value is assumed published on the month's release day.
form_s_known as (
    select
        month_end,
        net_purchases_usd_bn,
        case
            when statement_number = 1
                then least(retrieved_at, coalesce({{ end_of_release('released_on') }}, retrieved_at))
            else retrieved_at
        end as known_at
    from form_s
),

form_s_ranked as (
    select
        form_s_known.*,
        row_number() over (partition by form_s_known.month_end order by form_s_known.known_at desc) as recency
    from form_s_known
    cross join cutoff
    where form_s_known.known_at < cutoff.known_before and form_s_known.net_purchases_usd_bn is not null
),

form_slt as (
    select
        month_end,
        net_sales_usd_bn as net_purchases_usd_bn,
        known_at
    from {{ ref('fct_holdings') }}
    where
        country_code = '99996'
        and instrument = 'long_term'
        and net_sales_usd_bn is not null
        -- The form began then. What cslt.zip has of earlier months is not a transaction report.
        and month_end >= date '2023-02-01'
),

flows as (
    select
        month_end,
        net_purchases_usd_bn,
        known_at,
        'slt' as form
    from form_slt
    union all
    select
        form_s_ranked.month_end,
        form_s_ranked.net_purchases_usd_bn,
        form_s_ranked.known_at,
        's' as form
    from form_s_ranked
    left join form_slt on form_s_ranked.month_end = form_slt.month_end
    where form_s_ranked.recency = 1 and form_slt.month_end is null
),

holdings as (
    select
        month_end,
        holdings_usd_bn,
        known_at
    from {{ ref('fct_holdings') }}
    where country_code = '99996' and instrument = 'total'
),

yields as (
    select * from {{ ref('int_ten_year_yields') }}
)

select
    flows.month_end,
    flows.form,
    flows.net_purchases_usd_bn,
    release_days.released_on,
    holdings.holdings_usd_bn as holdings_before_usd_bn,
    cast(12 * extract(year from flows.month_end) + extract(month from flows.month_end) as integer) as month_number,
    100 * cast(flows.net_purchases_usd_bn as double) / cast(nullif(holdings.holdings_usd_bn, 0) as double) as flow_pct,
    100 * yields.yield_change_pct as yield_change_bp,
    greatest(
        flows.known_at, coalesce(holdings.known_at, flows.known_at), coalesce(yields.known_at, flows.known_at)
    ) as known_at
from flows
left join holdings on holdings.month_end = last_day(flows.month_end - interval '1 month')
left join yields on flows.month_end = yields.month_end
-- The first release day of the month, whatever was revised later.
left join release_days on flows.month_end = release_days.month_end
