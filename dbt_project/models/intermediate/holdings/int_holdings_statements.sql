-- Grain: one row per source series, country, month, instrument and publication.
-- Published values of Treasury holdings since December 1984 that may enter the continuous history, with the precedence of
-- their source.
with tic as (
    select * from {{ ref('stg_tic__holdings') }}
    where
        security_type = 'treasury'
        and source_series in ('slt_table3', 'slt3d', 'mfhhis01', 'mfh', 'slt_table1')
        and month_end >= date '2000-01-01'
        -- "All Other" covers different countries in each file, so its figures form no series.
        and country_code <> 'OTHER'
),

-- If an earlier retrieval after the stated release day had another value, the value is dated by its own retrieval.
tic_with_day as (
    select
        *,
        case
            when
                lag(cast(retrieved_at as date)) over (
                    partition by source_series, country_code, month_end, instrument order by retrieved_at
                ) >= released_on
                then cast(retrieved_at as date)
            else released_on
        end as published_on
    from tic
),

first_table3 as (
    select
        month_end,
        min(published_on) as published_on
    from tic_with_day
    where source_series = 'slt_table3'
    group by month_end
),

-- Table 1 has notes and bonds only. It enters for months that table 3 did not have yet: the newest one.
usable as (
    select tic.*
    from tic_with_day as tic
    left join first_table3 on tic.month_end = first_table3.month_end
    where
        tic.source_series <> 'slt_table1'
        or first_table3.published_on is null
        or tic.published_on < first_table3.published_on
),

-- A first print needs the figure in a file as well. Alone it would create a month with a few countries.
figures_in_files as (
    select distinct
        country_code,
        month_end
    from tic
    where instrument = 'total'
),

first_prints as (
    select first_prints.*
    from {{ ref('stg_tic__first_prints') }} as first_prints
    inner join figures_in_files
        on
            first_prints.country_code = figures_in_files.country_code
            and first_prints.month_end = figures_in_files.month_end
),

-- Bills are reported at face value and have no valuation change, so a total has that of its long-term part.
long_term_valuation as (
    select
        source_series,
        country_code,
        month_end,
        document_id,
        valuation_change_usd_bn
    from tic
    where source_series = 'slt_table3' and instrument = 'long_term'
),

from_files as (
    select
        tic.source_series,
        -- The first months of table 3 have no net purchases; cslt.zip does.
        case
            when tic.source_series = 'slt_table3' and tic.net_sales_usd_bn is not null then 1
            when tic.source_series = 'slt_table3' then 3
            when tic.source_series = 'slt3d' then 4
            when tic.source_series in ('mfhhis01', 'mfh') then 5
            else 7
        end as precedence,
        tic.country_code,
        tic.month_end,
        tic.instrument,
        tic.holdings_usd_bn,
        tic.net_sales_usd_bn,
        case
            when tic.net_sales_usd_bn is null then tic.valuation_change_usd_bn
            when tic.instrument = 'bills' then cast(0 as decimal(18, 3))
            when tic.instrument = 'total' then coalesce(tic.valuation_change_usd_bn, long_term_valuation.valuation_change_usd_bn)
            else tic.valuation_change_usd_bn
        end as valuation_change_usd_bn,
        tic.rounding_usd_bn,
        tic.units_per_billion,
        {{ end_of_release('tic.published_on') }} as published_at
    from usable as tic
    left join long_term_valuation
        on
            tic.source_series = long_term_valuation.source_series
            and tic.country_code = long_term_valuation.country_code
            and tic.month_end = long_term_valuation.month_end
            and tic.document_id = long_term_valuation.document_id
),

from_first_prints as (
    select
        'first_print' as source_series,
        6 as precedence,
        country_code,
        month_end,
        'total' as instrument,
        holdings_usd_bn,
        cast(null as decimal(18, 3)) as net_sales_usd_bn,
        cast(null as decimal(18, 3)) as valuation_change_usd_bn,
        cast(0.05 as decimal(18, 4)) as rounding_usd_bn,
        1 as units_per_billion,
        {{ end_of_release('released_on') }} as published_at
    from first_prints
),

from_cslt as (
    select
        'cslt' as source_series,
        2 as precedence,
        country_code,
        month_end,
        instrument,
        holdings_usd_bn,
        net_sales_usd_bn,
        valuation_change_usd_bn,
        cast(0.0005 as decimal(18, 4)) as rounding_usd_bn,
        1000 as units_per_billion,
        published_at
    from {{ ref('int_cslt_statements') }}
    where direction = 'foreign_holdings' and security_type = 'treasury'
)

select * from from_files
union all
select * from from_cslt
union all
select * from from_first_prints
