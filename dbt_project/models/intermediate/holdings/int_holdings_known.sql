-- Grain: one row per source series, country, month, instrument and publication.
-- Published values with the time from which they were publicly known. The first value of a figure is assumed published on the
-- month's release day (`reconstructed`), unless an earlier publication contradicts it. It and all later values are then known
-- from their own release.
with statements as (
    select * from {{ ref('int_holdings_statements') }}
),

release_days as (
    select * from {{ ref('stg_tic__release_days') }}
),

contradicted as (
    select distinct
        later.source_series,
        later.country_code,
        later.month_end,
        later.published_at
    from statements as later
    inner join statements as earlier
        on
            later.country_code = earlier.country_code
            and later.month_end = earlier.month_end
            and later.instrument = earlier.instrument
            and later.published_at > earlier.published_at
            and abs(later.holdings_usd_bn - earlier.holdings_usd_bn)
            > greatest(later.rounding_usd_bn, earlier.rounding_usd_bn)
),

in_order as (
    select
        *,
        row_number() over (order by source_series, country_code, month_end, instrument, published_at) as statement_id,
        row_number() over (
            partition by source_series, country_code, month_end, instrument order by published_at
        ) as statement_number
    from statements
),

dated as (
    select
        in_order.*,
        min(in_order.published_at) over (
            partition by in_order.country_code, in_order.month_end, in_order.instrument
        ) as first_published_at,
        case
            when in_order.statement_number > 1 or contradicted.published_at is not null then in_order.published_at
            else least(
                in_order.published_at,
                coalesce(
                    {{ end_of_release('release_days.released_on') }},
                    {{ release_before_2000('in_order.month_end') }},
                    in_order.published_at
                )
            )
        end as known_at
    from in_order
    left join contradicted
        on
            in_order.source_series = contradicted.source_series
            and in_order.country_code = contradicted.country_code
            and in_order.month_end = contradicted.month_end
            and in_order.published_at = contradicted.published_at
    left join release_days on in_order.month_end = release_days.month_end
)

select
    statement_id,
    source_series,
    precedence,
    country_code,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    units_per_billion,
    published_at,
    known_at,
    cast(known_at as date) as released_on,
    -- A figure of a later file is observed if a document of its release day has it, too: those that differ are contradicted.
    case when known_at < first_published_at then 'reconstructed' else 'observed' end as vintage_basis
from dated
where known_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
