-- Grain: one row per country and month.
-- A country's long-term US securities by kind.
with securities as (
    select * from {{ ref('fct_securities') }}
    where direction = 'foreign_holdings' and instrument = 'long_term'
),

side_by_side as (
    select
        country_code,
        min(country) as country,
        month_end,
        {% for kind, name in [
            ('treasury', 'treasuries'),
            ('agency', 'agencies'),
            ('corporate_bond', 'corporate_bonds'),
            ('corporate_stock', 'stocks'),
        ] -%}
            max(case when security_type = '{{ kind }}' then holdings_usd_bn end) as {{ name }}_usd_bn,
        {% endfor -%}
        max(known_at) as known_at,
        max(case when is_aggregate then 1 else 0 end) = 1 as is_aggregate
    from securities
    group by country_code, month_end
),

-- The sum of the kinds, not the publisher's total: the shares add up, and the estimates of the Federal Reserve have no total.
whole as (
    select
        *,
        treasuries_usd_bn + agencies_usd_bn + corporate_bonds_usd_bn + stocks_usd_bn as whole_usd_bn
    from side_by_side
    -- An estimate of the Federal Reserve may be a few millions below zero: such a month has no mix.
    where treasuries_usd_bn >= 0 and agencies_usd_bn >= 0 and corporate_bonds_usd_bn >= 0 and stocks_usd_bn >= 0
)

select
    country_code,
    country,
    month_end,
    is_aggregate,
    known_at,
    treasuries_usd_bn,
    agencies_usd_bn,
    corporate_bonds_usd_bn,
    stocks_usd_bn,
    cast(whole_usd_bn as decimal(18, 3)) as total_usd_bn,
    {{ rounded('cast(treasuries_usd_bn as double) / nullif(cast(whole_usd_bn as double), 0)', 6) }} as treasuries_share,
    {{ rounded('cast(agencies_usd_bn as double) / nullif(cast(whole_usd_bn as double), 0)', 6) }} as agencies_share,
    {{ rounded('cast(corporate_bonds_usd_bn as double) / nullif(cast(whole_usd_bn as double), 0)', 6) }} as corporate_bonds_share,
    {{ rounded('cast(stocks_usd_bn as double) / nullif(cast(whole_usd_bn as double), 0)', 6) }} as stocks_share
from whole
order by country_code, month_end
