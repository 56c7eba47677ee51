-- Grain: one row per month.
-- Who took the marketable debt that the Treasury added: foreigners, the Federal Reserve, and the rest at home.
with debt as (
    select * from {{ ref('int_marketable_debt') }}
),

fed as (
    select
        month_end,
        holdings_usd_bn,
        known_at,
        case
            when lag(month_end) over (order by month_end) = last_day(month_end - interval '1 month')
                then holdings_usd_bn - lag(holdings_usd_bn) over (order by month_end)
        end as change_usd_bn
    from {{ ref('int_fed_treasuries') }}
),

complete_months as (
    select month_end from {{ ref('int_holdings_months') }}
    where instrument = 'total' and is_month_complete
),

foreigners as (
    select
        holdings.month_end,
        max(case when holdings.country_code = '99996' then holdings.holdings_usd_bn end) as holdings_usd_bn,
        max(case when holdings.country_code = '99996' then holdings.net_purchases_usd_bn end) as all_usd_bn,
        max(case when holdings.country_code = '99990' then holdings.net_purchases_usd_bn end) as official_usd_bn,
        max(case when holdings.country_code = '99991' then holdings.net_purchases_usd_bn end) as private_usd_bn,
        max(holdings.known_at) as known_at
    from {{ ref('fct_holdings') }} as holdings
    inner join complete_months on holdings.month_end = complete_months.month_end
    where holdings.instrument = 'total' and holdings.country_code in ('99996', '99990', '99991')
    group by holdings.month_end
),

months as (
    select month_end from debt
    where month_end >= date '1984-12-31'
    union distinct
    select month_end from foreigners
),

joined as (
    select
        months.month_end,
        cast(12 * extract(year from months.month_end) + extract(month from months.month_end) as integer) as month_number,
        debt.face_value_usd_bn,
        debt.market_value_usd_bn,
        debt.price_effect_estimated_usd_bn,
        foreigners.holdings_usd_bn as foreign_holdings_usd_bn,
        foreigners.all_usd_bn as foreign_usd_bn,
        foreigners.official_usd_bn,
        foreigners.private_usd_bn,
        fed.holdings_usd_bn as fed_holdings_usd_bn,
        fed.change_usd_bn as fed_usd_bn,
        debt.face_value_usd_bn - debt.face_value_before_usd_bn as face_value_change_usd_bn,
        debt.market_value_usd_bn - debt.market_value_before_usd_bn as market_value_change_usd_bn,
        debt.market_value_usd_bn - debt.market_value_before_usd_bn - debt.price_effect_estimated_usd_bn
            as issued_estimated_usd_bn,
        coalesce(debt.face_value_usd_bn, debt.market_value_usd_bn) as debt_usd_bn,
        greatest(
            coalesce(debt.known_at, foreigners.known_at), coalesce(foreigners.known_at, debt.known_at),
            coalesce(fed.known_at, debt.known_at, foreigners.known_at)
        ) as known_at
    from months
    left join debt on months.month_end = debt.month_end
    left join foreigners on months.month_end = foreigners.month_end
    left join fed on months.month_end = fed.month_end
),

-- Face value where the statement is held: prices do not move it.
with_issuance as (
    select
        *,
        coalesce(face_value_change_usd_bn, issued_estimated_usd_bn) as issued_usd_bn,
        case
            when face_value_change_usd_bn is not null then 'face value'
            when issued_estimated_usd_bn is not null then 'estimated'
        end as issuance_basis
    from joined
),

over_a_year as (
    select
        *,
        issued_usd_bn - foreign_usd_bn - fed_usd_bn as domestic_usd_bn,
        count(issued_usd_bn - foreign_usd_bn) over in_year as months_with_both,
        min(issuance_basis) over in_year = max(issuance_basis) over in_year as is_year_on_one_basis,
        sum(issued_usd_bn) over in_year as issued_12m_usd_bn,
        sum(foreign_usd_bn) over in_year as foreign_12m_usd_bn
    from with_issuance
    window in_year as (order by month_number range between 11 preceding and current row)
)

-- A share of next to nothing says nothing: net issuance must be a quarter of a per cent of the debt in a month, one in a year.
select
    month_end,
    face_value_usd_bn,
    market_value_usd_bn,
    cast(market_value_change_usd_bn as decimal(18, 3)) as market_value_change_usd_bn,
    price_effect_estimated_usd_bn,
    cast(issued_estimated_usd_bn as decimal(18, 3)) as net_issuance_estimated_usd_bn,
    cast(issued_usd_bn as decimal(18, 3)) as net_issuance_usd_bn,
    issuance_basis as net_issuance_basis,
    foreign_usd_bn as foreign_net_purchases_usd_bn,
    official_usd_bn as official_net_purchases_usd_bn,
    private_usd_bn as private_net_purchases_usd_bn,
    cast(fed_usd_bn as decimal(18, 3)) as fed_change_usd_bn,
    cast(domestic_usd_bn as decimal(18, 3)) as domestic_residual_usd_bn,
    foreign_holdings_usd_bn,
    fed_holdings_usd_bn,
    {{ rounded('cast(foreign_holdings_usd_bn as double) / nullif(cast(market_value_usd_bn as double), 0)', 6) }} as foreign_share,
    case
        when issued_usd_bn >= 0.0025 * debt_usd_bn
            then {{ rounded('cast(foreign_usd_bn as double) / nullif(cast(issued_usd_bn as double), 0)', 6) }}
    end as foreign_share_of_net_issuance,
    case
        when months_with_both = 12 and is_year_on_one_basis and issued_12m_usd_bn >= 0.01 * debt_usd_bn
            then {{ rounded('cast(foreign_12m_usd_bn as double) / nullif(cast(issued_12m_usd_bn as double), 0)', 6) }}
    end as foreign_share_of_net_issuance_12m,
    case
        when debt_usd_bn is null then 'no debt figure'
        when issued_usd_bn is null and market_value_change_usd_bn is not null then 'no estimate of prices'
        when issued_usd_bn is null then 'no debt figure of the month before'
        when foreign_usd_bn is null then 'no foreign net purchases'
        when fed_usd_bn is null then 'no Federal Reserve holdings'
    end as missing,
    known_at
from over_a_year
order by month_end
