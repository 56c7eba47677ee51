-- Grain: one row per country, month and release.
-- Totals as first published that no archived file contains. Real figures, so they do not enter a simulated warehouse.
with source as (
    select * from {{ ref('tic_first_prints') }}
),

simulated as (
    select count(*) as documents
    from {{ ref('stg_documents') }}
    where is_simulated
),

renamed as (
    select
        source.country_code,
        source.month_end,
        source.released_on,
        cast(source.holdings_usd_bn as decimal(18, 3)) as holdings_usd_bn
    from source
    cross join simulated
    where simulated.documents = 0
)

select * from renamed
