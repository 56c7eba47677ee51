-- Grain: one row per custody group (seed `custody_groups`) and month.
-- Low and high reading of holdings hidden by custody. TIC does not report who owns securities in a custodial centre.
with holdings as (
    select * from {{ ref('int_holdings_on_one_basis') }}
    where instrument = 'total'
),

members as (
    select * from {{ ref('custody_groups') }}
),

undercounts as (
    select * from {{ ref('custody_undercounts') }}
    where {{ end_of_release('published_on') }} < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
),

decomposed as (
    select * from {{ ref('holdings_decomposition') }}
    where window_months = 12
),

expected as (
    select
        custody_group,
        count(*) as members_expected,
        sum(case when role = 'owner' then 1 else 0 end) as owners_expected
    from members
    group by custody_group
),

grouped as (
    select
        members.custody_group,
        holdings.month_end,
        count(*) as members_reported,
        sum(holdings.holdings_usd_bn) as reported_usd_bn,
        sum(case when members.role = 'owner' then holdings.holdings_usd_bn end) as owner_usd_bn,
        count(decomposed.change_usd_bn) as members_with_change,
        sum(decomposed.change_usd_bn) as change_12m_usd_bn,
        count(decomposed.net_purchases_usd_bn) as members_with_net_purchases,
        sum(decomposed.net_purchases_usd_bn) as net_purchases_12m_usd_bn,
        max(greatest(holdings.known_at, coalesce(decomposed.known_at, holdings.known_at))) as known_at
    from members
    inner join holdings on members.country_code = holdings.country_code
    left join decomposed
        on holdings.country_code = decomposed.country_code and holdings.month_end = decomposed.month_end
    group by members.custody_group, holdings.month_end
),

-- A sum without one of its lines is no sum.
judged as (
    select
        grouped.*,
        expected.owners_expected,
        grouped.members_reported = expected.members_expected as is_complete,
        grouped.members_with_change = expected.members_expected as has_change,
        grouped.members_with_net_purchases = expected.members_expected as has_net_purchases
    from grouped
    inner join expected on grouped.custody_group = expected.custody_group
)

select
    judged.custody_group,
    judged.month_end,
    cast(judged.members_reported as integer) as members_reported,
    cast(case when judged.is_complete then judged.reported_usd_bn end as decimal(18, 3)) as reported_usd_bn,
    cast(judged.owner_usd_bn as decimal(18, 3)) as low_usd_bn,
    cast(
        case when judged.is_complete and judged.owners_expected > 0 then judged.reported_usd_bn end as decimal(18, 3)
    ) as high_usd_bn,
    cast(case when judged.has_change then judged.change_12m_usd_bn end as decimal(18, 3)) as change_12m_usd_bn,
    cast(
        case when judged.has_net_purchases then judged.net_purchases_12m_usd_bn end as decimal(18, 3)
    ) as net_purchases_12m_usd_bn,
    case
        when judged.month_end >= undercounts.measured_month_end
            then cast(undercounts.measured_elsewhere_usd_bn - undercounts.reported_usd_bn as decimal(18, 3))
    end as known_undercount_usd_bn,
    case when judged.month_end >= undercounts.measured_month_end then undercounts.measured_month_end end as undercount_month_end,
    case
        when judged.month_end >= undercounts.measured_month_end
            then concat(undercounts.measured_by, ': ', undercounts.source)
    end as undercount_source,
    case
        when judged.month_end >= undercounts.measured_month_end
            then greatest(judged.known_at, {{ end_of_release('undercounts.published_on') }})
        else judged.known_at
    end as known_at
from judged
left join undercounts on judged.custody_group = undercounts.custody_group
order by judged.custody_group, judged.month_end
