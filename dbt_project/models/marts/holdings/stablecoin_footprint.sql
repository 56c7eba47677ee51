-- Grain: one row per month.
-- Where bills of stablecoin issuers appear in TIC. An inference: TIC names no issuer.
with holdings as (
    select * from {{ ref('fct_holdings') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

-- The row of Latin America exceeds the sum of its named countries. The rest is held by countries without a row.
latin_america as (
    select
        holdings.month_end,
        holdings.source_series,
        max(case when holdings.country_code = '39942' then holdings.holdings_usd_bn end) as all_bills_usd_bn,
        sum(case when countries.region = 'Latin America' and not countries.is_aggregate then holdings.holdings_usd_bn end)
            as named_bills_usd_bn,
        max(holdings.known_at) as known_at
    from holdings
    inner join countries on holdings.country_code = countries.country_code
    where
        holdings.instrument = 'bills'
        and (holdings.country_code = '39942' or (countries.region = 'Latin America' and not countries.is_aggregate))
    group by holdings.month_end, holdings.source_series
),

-- Without one of its countries the named sum is too small, and the rest too large.
incomplete as (
    select distinct month_end
    from {{ ref('int_holdings_missing') }}
    where instrument = 'bills' and region = 'Latin America'
),

unnamed as (
    select
        latin_america.month_end,
        latin_america.known_at,
        cast(latin_america.all_bills_usd_bn as decimal(18, 3)) as latin_america_bills_usd_bn,
        cast(latin_america.named_bills_usd_bn as decimal(18, 3)) as named_latin_america_bills_usd_bn,
        cast(latin_america.all_bills_usd_bn - latin_america.named_bills_usd_bn as decimal(18, 3))
            as unnamed_latin_america_bills_usd_bn
    from latin_america
    left join incomplete on latin_america.month_end = incomplete.month_end
    where
        latin_america.all_bills_usd_bn is not null
        and latin_america.named_bills_usd_bn is not null
        and incomplete.month_end is null
),

virgin_islands as (
    select
        month_end,
        known_at,
        holdings_usd_bn as british_virgin_islands_bills_usd_bn
    from holdings
    where country_code = '35807' and instrument = 'bills'
),

el_salvador as (
    select
        month_end,
        known_at,
        holdings_usd_bn as el_salvador_usd_bn
    from holdings
    where country_code = '31089' and instrument = 'total'
),

months as (
    select month_end from unnamed
    union
    select month_end from virgin_islands
    union
    select month_end from el_salvador
),

side_by_side as (
    select
        months.month_end,
        el_salvador.el_salvador_usd_bn,
        virgin_islands.british_virgin_islands_bills_usd_bn,
        unnamed.latin_america_bills_usd_bn,
        unnamed.named_latin_america_bills_usd_bn,
        unnamed.unnamed_latin_america_bills_usd_bn,
        virgin_islands.british_virgin_islands_bills_usd_bn + unnamed.unnamed_latin_america_bills_usd_bn as footprint_usd_bn,
        greatest(
            coalesce(el_salvador.known_at, virgin_islands.known_at, unnamed.known_at),
            coalesce(virgin_islands.known_at, unnamed.known_at, el_salvador.known_at),
            coalesce(unnamed.known_at, virgin_islands.known_at, el_salvador.known_at)
        ) as month_known_at
    from months
    left join unnamed on months.month_end = unnamed.month_end
    left join virgin_islands on months.month_end = virgin_islands.month_end
    left join el_salvador on months.month_end = el_salvador.month_end
),

changed as (
    select
        this_month.*,
        this_month.el_salvador_usd_bn - month_before.el_salvador_usd_bn as el_salvador_change_usd_bn,
        this_month.british_virgin_islands_bills_usd_bn - month_before.british_virgin_islands_bills_usd_bn
            as british_virgin_islands_change_usd_bn,
        this_month.unnamed_latin_america_bills_usd_bn - month_before.unnamed_latin_america_bills_usd_bn
            as unnamed_latin_america_change_usd_bn,
        greatest(this_month.month_known_at, coalesce(month_before.month_known_at, this_month.month_known_at)) as known_at
    from side_by_side as this_month
    left join side_by_side as month_before
        on last_day(this_month.month_end - interval '1 month') = month_before.month_end
)

select
    month_end,
    el_salvador_usd_bn,
    cast(el_salvador_change_usd_bn as decimal(18, 3)) as el_salvador_change_1m_usd_bn,
    british_virgin_islands_bills_usd_bn,
    cast(british_virgin_islands_change_usd_bn as decimal(18, 3)) as british_virgin_islands_bills_change_1m_usd_bn,
    latin_america_bills_usd_bn,
    named_latin_america_bills_usd_bn,
    unnamed_latin_america_bills_usd_bn,
    cast(unnamed_latin_america_change_usd_bn as decimal(18, 3)) as unnamed_latin_america_bills_change_1m_usd_bn,
    cast(footprint_usd_bn as decimal(18, 3)) as footprint_usd_bn,
    'inference' as evidence,
    known_at,
    case
        when unnamed_latin_america_change_usd_bn * british_virgin_islands_change_usd_bn < 0
            then
                cast(
                    sign(unnamed_latin_america_change_usd_bn)
                    * least(abs(unnamed_latin_america_change_usd_bn), abs(british_virgin_islands_change_usd_bn)) as decimal(18, 3)
                )
        when unnamed_latin_america_change_usd_bn * british_virgin_islands_change_usd_bn >= 0 then cast(0 as decimal(18, 3))
    end as moved_to_latin_america_usd_bn
from changed
order by month_end
