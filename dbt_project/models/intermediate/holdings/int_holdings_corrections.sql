-- Grain: one row per published value and correction.
-- A correction applies from the day the error was known, or from the publication if that is later, until the publisher publishes
-- the figure again.
with statements as (
    select
        *,
        lead(known_at) over (
            partition by source_series, country_code, month_end, instrument order by published_at
        ) as next_known_at
    from {{ ref('int_holdings_known') }}
),

corrections as (
    select * from {{ ref('stg_corrections') }}
    where status = 'active' and action = 'replace' and source_table = 'tic_holdings'
),

in_billions as (
    select
        statements.statement_id,
        statements.next_known_at,
        statements.holdings_usd_bn,
        statements.net_sales_usd_bn,
        statements.valuation_change_usd_bn,
        corrections.correction_id,
        corrections.instrument is null or statements.instrument = corrections.instrument as is_of_instrument,
        -- A total has the valuation change of its long-term part.
        statements.instrument = 'total' and corrections.instrument = 'long_term' as is_of_part,
        coalesce(corrections.measure, 'holdings') = 'holdings' as is_of_holdings,
        coalesce(corrections.measure, 'net_sales') = 'net_sales' as is_of_net_sales,
        coalesce(corrections.measure, 'valuation_change') = 'valuation_change' as is_of_valuation_change,
        greatest(statements.known_at, {{ end_of_release('corrections.known_since') }}) as corrected_at,
        cast(corrections.published_value / statements.units_per_billion as decimal(18, 3)) as published_usd_bn,
        cast(corrections.corrected_value / statements.units_per_billion as decimal(18, 3)) as corrected_usd_bn
    from statements
    inner join corrections
        on
            statements.source_series = corrections.series
            and (corrections.subject is null or statements.country_code = corrections.subject)
            and (corrections.period is null or statements.month_end = corrections.period)
),

by_measure as (
    select
        statement_id,
        correction_id,
        corrected_at,
        next_known_at,
        case
            when is_of_instrument and is_of_holdings and holdings_usd_bn = published_usd_bn
                then corrected_usd_bn
        end as holdings_usd_bn,
        case
            when is_of_instrument and is_of_net_sales and net_sales_usd_bn = published_usd_bn
                then corrected_usd_bn
        end as net_sales_usd_bn,
        case
            when
                (is_of_instrument or is_of_part)
                and is_of_valuation_change and valuation_change_usd_bn = published_usd_bn
                then corrected_usd_bn
        end as valuation_change_usd_bn
    from in_billions
)

select
    statement_id,
    correction_id,
    corrected_at,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    next_known_at is null as is_latest_statement
from by_measure
where
    (holdings_usd_bn is not null or net_sales_usd_bn is not null or valuation_change_usd_bn is not null)
    and (next_known_at is null or corrected_at < next_known_at)
    and corrected_at < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
