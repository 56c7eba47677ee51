-- Grain: a source series, country, month, instrument and known_at: what the publisher said, and, where a slip of it is
-- known, what it should have said. As of a day before the slip was known, the publisher's figure stands.
with known as (
    select * from {{ ref('int_holdings_known') }}
),

corrections as (
    select * from {{ ref('int_holdings_corrections') }}
),

-- Of a statement with several slips, each is corrected from its own day on.
corrected as (
    select distinct
        source_series,
        country_code,
        month_end,
        instrument,
        published_at,
        corrected_at,
        max(holdings_usd_bn) over so_far as holdings_usd_bn,
        max(net_sales_usd_bn) over so_far as net_sales_usd_bn,
        max(valuation_change_usd_bn) over so_far as valuation_change_usd_bn,
        coalesce(
            min(case when holdings_usd_bn is not null then correction_id end) over so_far,
            min(correction_id) over so_far
        ) as correction_id
    from corrections
    window so_far as (
        partition by source_series, country_code, month_end, instrument, published_at
        order by corrected_at range between unbounded preceding and current row
    )
),

-- What was known to be wrong when it came out never stood.
as_published as (
    select known.*
    from known
    left join corrected
        on
            known.source_series = corrected.source_series
            and known.country_code = corrected.country_code
            and known.month_end = corrected.month_end
            and known.instrument = corrected.instrument
            and known.published_at = corrected.published_at
            and known.known_at = corrected.corrected_at
    where corrected.correction_id is null
),

as_corrected as (
    select
        known.source_series,
        known.precedence,
        known.country_code,
        known.month_end,
        known.instrument,
        known.published_at,
        known.released_on,
        corrected.corrected_at as known_at,
        corrected.correction_id,
        coalesce(corrected.holdings_usd_bn, known.holdings_usd_bn) as holdings_usd_bn,
        coalesce(corrected.net_sales_usd_bn, known.net_sales_usd_bn) as net_sales_usd_bn,
        coalesce(corrected.valuation_change_usd_bn, known.valuation_change_usd_bn) as valuation_change_usd_bn
    from known
    inner join corrected
        on
            known.source_series = corrected.source_series
            and known.country_code = corrected.country_code
            and known.month_end = corrected.month_end
            and known.instrument = corrected.instrument
            and known.published_at = corrected.published_at
)

select
    source_series,
    precedence,
    country_code,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    published_at,
    known_at,
    released_on,
    vintage_basis,
    cast(null as {{ dbt.type_string() }}) as correction_id
from as_published
union all
select
    source_series,
    precedence,
    country_code,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    valuation_change_usd_bn,
    published_at,
    known_at,
    released_on,
    'corrected' as vintage_basis,
    correction_id
from as_corrected
