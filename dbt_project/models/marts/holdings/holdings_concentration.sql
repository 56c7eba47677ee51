-- Grain: one row per month.
-- Concentration of foreign holdings, and their split by type of holder, instrument and region.
with holdings as (
    select * from {{ ref('int_holdings_on_one_basis') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

all_foreign as (
    select
        holdings.month_end,
        holdings.is_break,
        months.is_month_complete,
        holdings.holdings_usd_bn as all_foreign_usd_bn
    from holdings
    inner join {{ ref('int_holdings_months') }} as months
        on holdings.month_end = months.month_end and holdings.instrument = months.instrument
    where holdings.country_code = '99996' and holdings.instrument = 'total'
),

named as (
    select
        holdings.month_end,
        holdings.holdings_usd_bn,
        countries.is_custodial_centre,
        cast(holdings.holdings_usd_bn as double) / all_foreign.all_foreign_usd_bn as all_foreign_share,
        row_number() over (
            partition by holdings.month_end order by holdings.holdings_usd_bn desc, holdings.country_code asc
        ) as holder_rank
    from holdings
    inner join countries on holdings.country_code = countries.country_code
    inner join all_foreign on holdings.month_end = all_foreign.month_end
    where
        holdings.instrument = 'total'
        and not countries.is_aggregate
        and all_foreign.is_month_complete
        and all_foreign.all_foreign_usd_bn > 0
),

-- Shares are summed as exact decimals: a sum of doubles would differ between builds.
concentration as (
    select
        month_end,
        count(*) as holders_named,
        sum(holdings_usd_bn) as named_usd_bn,
        sum(cast(10000 * all_foreign_share * all_foreign_share as decimal(18, 6))) as hhi_of_named,
        sum(case when holder_rank <= 20 then cast(10000 * all_foreign_share * all_foreign_share as decimal(18, 6)) end)
            as hhi_of_20_largest,
        sum(case when holder_rank = 1 then holdings_usd_bn end) as largest_usd_bn,
        sum(case when holder_rank <= 3 then holdings_usd_bn end) as largest_3_usd_bn,
        sum(case when holder_rank <= 10 then holdings_usd_bn end) as largest_10_usd_bn,
        sum(case when is_custodial_centre then holdings_usd_bn end) as custodial_centres_usd_bn
    from named
    group by month_end
),

parts as (
    select
        month_end,
        max(case when country_code = '99990' and instrument = 'total' then holdings_usd_bn end) as official_usd_bn,
        max(case when country_code = '99996' and instrument = 'bills' then holdings_usd_bn end) as bills_usd_bn,
        max(case when country_code = '99996' and instrument = 'long_term' then holdings_usd_bn end) as long_term_usd_bn,
        max(case when country_code = '19992' and instrument = 'total' then holdings_usd_bn end) as europe_usd_bn,
        max(case when country_code = '29998' and instrument = 'total' then holdings_usd_bn end) as canada_usd_bn,
        max(case when country_code = '39942' and instrument = 'total' then holdings_usd_bn end) as latin_america_usd_bn,
        max(case when country_code = '34401' and instrument = 'total' then holdings_usd_bn end) as caribbean_usd_bn,
        max(case when country_code = '49999' and instrument = 'total' then holdings_usd_bn end) as asia_usd_bn,
        max(case when country_code = '59994' and instrument = 'total' then holdings_usd_bn end) as africa_usd_bn,
        max(case when country_code = '69906' and instrument = 'total' then holdings_usd_bn end) as other_countries_usd_bn,
        max(case when country_code = '79995' and instrument = 'total' then holdings_usd_bn end)
            as international_organizations_usd_bn,
        max(known_at) as known_at
    from holdings
    group by month_end
),

-- The rest belongs to holders that are not named. Many small holders add nothing to the index (lower bound), a single one adds
-- most (upper bound).
with_bounds as (
    select
        all_foreign.month_end,
        all_foreign.is_break,
        all_foreign.is_month_complete,
        all_foreign.all_foreign_usd_bn,
        concentration.holders_named,
        concentration.named_usd_bn,
        concentration.largest_usd_bn,
        concentration.largest_3_usd_bn,
        concentration.largest_10_usd_bn,
        concentration.custodial_centres_usd_bn,
        concentration.hhi_of_named,
        concentration.hhi_of_20_largest,
        -- Rounded parts may slightly exceed the total.
        case
            when concentration.named_usd_bn > all_foreign.all_foreign_usd_bn then 0
            else
                cast(all_foreign.all_foreign_usd_bn - concentration.named_usd_bn as double)
                / nullif(all_foreign.all_foreign_usd_bn, 0)
        end as unnamed_share
    from all_foreign
    left join concentration on all_foreign.month_end = concentration.month_end
),

with_index as (
    select
        *,
        cast(hhi_of_named as double) as hhi_low,
        cast(hhi_of_named as double) + 10000 * unnamed_share * unnamed_share as hhi_high
    from with_bounds
)

select
    with_index.month_end,
    with_index.all_foreign_usd_bn,
    parts.official_usd_bn,
    parts.long_term_usd_bn,
    parts.bills_usd_bn,
    parts.europe_usd_bn,
    parts.canada_usd_bn,
    parts.latin_america_usd_bn,
    parts.caribbean_usd_bn,
    parts.asia_usd_bn,
    parts.africa_usd_bn,
    parts.other_countries_usd_bn,
    parts.international_organizations_usd_bn,
    with_index.is_break,
    with_index.is_month_complete,
    parts.known_at,
    cast(with_index.holders_named as integer) as holders_named,
    cast(with_index.named_usd_bn as decimal(18, 3)) as named_usd_bn,
    cast(with_index.custodial_centres_usd_bn as decimal(18, 3)) as custodial_centres_usd_bn,
    cast(with_index.all_foreign_usd_bn - parts.official_usd_bn as decimal(18, 3)) as private_usd_bn,
    round(with_index.unnamed_share, 6) as unnamed_share,
    round(with_index.hhi_low, 2) as hhi_low,
    round(with_index.hhi_high, 2) as hhi_high,
    case when with_index.holders_named >= 20 then round(cast(with_index.hhi_of_20_largest as double), 2) end as hhi_20_largest,
    round(10000 / nullif(with_index.hhi_high, 0), 2) as effective_holders_low,
    round(10000 / nullif(with_index.hhi_low, 0), 2) as effective_holders_high,
    round(cast(with_index.largest_usd_bn as double) / nullif(with_index.all_foreign_usd_bn, 0), 6) as largest_share,
    round(cast(with_index.largest_3_usd_bn as double) / nullif(with_index.all_foreign_usd_bn, 0), 6) as largest_3_share,
    round(cast(with_index.largest_10_usd_bn as double) / nullif(with_index.all_foreign_usd_bn, 0), 6) as largest_10_share,
    round(cast(with_index.custodial_centres_usd_bn as double) / nullif(with_index.all_foreign_usd_bn, 0), 6)
        as custodial_centres_share,
    round(cast(parts.official_usd_bn as double) / nullif(with_index.all_foreign_usd_bn, 0), 6) as official_share,
    round(cast(parts.bills_usd_bn as double) / nullif(with_index.all_foreign_usd_bn, 0), 6) as bills_share
from with_index
inner join parts on with_index.month_end = parts.month_end
order by with_index.month_end
