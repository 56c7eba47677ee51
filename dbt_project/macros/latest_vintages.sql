{#- The latest vintage of each key. A key whose latest value was withdrawn (null) is left out. -#}
{% macro latest_vintages(vintages, key, value) %}
    select * from (
        select
            *,
            row_number() over (partition by {{ key | join(', ') }} order by known_at desc) as recency
        from {{ vintages }}
    ) as ranked
    where recency = 1 and {{ value }} is not null
{%- endmacro %}

{#- `fct_holdings` and `holdings_as_of`: the latest vintages, with the part of each change that TIC does not explain. -#}
{% macro latest_holdings(vintages) -%}
with latest as (
    {{- latest_vintages(vintages, ['country_code', 'month_end', 'instrument'], 'holdings_usd_bn') }}
),

with_previous_month as (
    select
        *,
        lag(month_end) over months as previous_month_end,
        lag(holdings_usd_bn) over months as previous_holdings_usd_bn,
        lag(source_series) over months as previous_source_series
    from latest
    window months as (partition by country_code, instrument order by month_end)
),

-- Where cslt.zip begins, the month before is of a file with other surveys.
with_seams as (
    select
        *,
        is_break or coalesce(source_series = 'cslt' and previous_source_series in ('mfhhis01', 'mfh'), false) as is_break_or_seam
    from with_previous_month
)

select
    country_code,
    country,
    month_end,
    instrument,
    holdings_usd_bn,
    net_sales_usd_bn,
    net_sales_usd_bn as net_purchases_usd_bn,
    valuation_change_usd_bn,
    -- A change needs two consecutive months on one basis. Table 1 restates months that table 3 does not have yet.
    case
        when
            not is_break_or_seam
            and previous_month_end = last_day(month_end - interval '1 month')
            and coalesce(source_series = 'slt_table1', false) = coalesce(previous_source_series = 'slt_table1', false)
            then
                cast(
                    holdings_usd_bn - previous_holdings_usd_bn - net_sales_usd_bn - valuation_change_usd_bn
                    as decimal(18, 3)
                )
    end as other_change_usd_bn,
    source_series,
    is_break_or_seam as is_break,
    released_on,
    known_at,
    vintage_basis,
    correction_id,
    is_aggregate,
    iso_alpha2,
    country_plain_name
from with_seams
order by country_code, month_end, instrument
{%- endmacro %}

{#- `fct_observations` and `observations_as_of`: the latest vintages. -#}
{% macro latest_observations(vintages) -%}
with latest as (
    {{- latest_vintages(vintages, ['series_id', 'date'], 'value') }}
)

select
    series_id,
    date,
    value,
    known_at,
    vintage_basis,
    publisher,
    correction_id
from latest
order by series_id, date
{%- endmacro %}

{#- `fct_securities` and `securities_as_of`: the latest vintages, with the part of each change that is not explained. -#}
{% macro latest_securities(vintages) -%}
with latest as (
    {{- latest_vintages(
        vintages, ['direction', 'country_code', 'month_end', 'security_type', 'instrument'], 'holdings_usd_bn'
    ) }}
),

with_previous_month as (
    select
        *,
        lag(month_end) over months as previous_month_end,
        lag(holdings_usd_bn) over months as previous_holdings_usd_bn,
        lag(source_series) over months as previous_source_series
    from latest
    window months as (partition by direction, country_code, security_type, instrument order by month_end)
),

-- The tables and cslt.zip are one set of figures; the estimates of the Federal Reserve are another.
with_seams as (
    select
        *,
        coalesce((source_series = 'ifdp1113') <> (previous_source_series = 'ifdp1113'), false) as is_break
    from with_previous_month
)

select
    direction,
    country_code,
    country,
    month_end,
    security_type,
    instrument,
    holdings_usd_bn,
    net_purchases_usd_bn,
    valuation_change_usd_bn,
    case
        when not is_break and previous_month_end = last_day(month_end - interval '1 month')
            then
                cast(
                    holdings_usd_bn - previous_holdings_usd_bn - net_purchases_usd_bn - valuation_change_usd_bn
                    as decimal(18, 3)
                )
    end as other_change_usd_bn,
    source_series,
    is_break,
    known_at,
    vintage_basis,
    is_aggregate,
    iso_alpha2,
    country_plain_name
from with_seams
order by direction, security_type, instrument, country_code, month_end
{%- endmacro %}
