-- Grain: one row per custody group (seed `custody_groups`) and month.
-- Low, central and high reading of holdings hidden by custody. TIC does not report who owns securities in a custodial centre.
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

member_holdings as (
    select
        members.custody_group,
        members.role,
        holdings.month_end,
        holdings.month_number,
        holdings.holdings_usd_bn,
        holdings.known_at,
        holdings.holdings_usd_bn - month_before.holdings_usd_bn as change_1m_usd_bn
    from members
    inner join holdings on members.country_code = holdings.country_code
    left join holdings as month_before
        on
            holdings.country_code = month_before.country_code
            and holdings.basis_number = month_before.basis_number
            and holdings.month_number = month_before.month_number + 1
),

expected as (
    select
        custody_group,
        count(*) as members_expected,
        sum(case when role = 'owner' then 1 else 0 end) as owners_expected
    from members
    group by custody_group
),

-- One owner and one custodian per month, or custodians only.
grouped as (
    select
        custody_group,
        month_end,
        month_number,
        cast(sum(case when role = 'owner' then change_1m_usd_bn end) as double) as owner_change_usd_bn,
        cast(sum(case when role = 'custodian' then change_1m_usd_bn end) as double) as custodian_change_usd_bn,
        count(*) as members_reported,
        sum(case when role = 'owner' then 1 else 0 end) as owners_reported,
        sum(holdings_usd_bn) as reported_usd_bn,
        sum(case when role = 'owner' then holdings_usd_bn end) as owner_usd_bn,
        sum(case when role = 'custodian' then holdings_usd_bn end) as custodian_usd_bn,
        max(known_at) as known_at
    from member_holdings
    group by custody_group, month_end, month_number
),

paired as (
    select
        *,
        case when owner_change_usd_bn is not null then custodian_change_usd_bn end as paired_change_usd_bn
    from grouped
),

-- If securities move between the owner's own line and its account in the custodial centre, one falls as the other rises. The
-- slope over 36 months is the share of the custodian's changes that the owner mirrors.
mirrored as (
    select
        *,
        -covar_samp(owner_change_usd_bn, paired_change_usd_bn) over months
        / nullif(var_samp(paired_change_usd_bn) over months, 0) as mirrored_share,
        corr(owner_change_usd_bn, paired_change_usd_bn) over months as pair_correlation,
        count(paired_change_usd_bn) over months as months_paired,
        min(month_number) over months as first_month_number,
        max(known_at) over months as window_known_at
    from paired
    window months as (partition by custody_group order by month_number rows between 35 preceding and current row)
),

-- 36 unrelated months reach |r| = 0.33 one time in twenty.
judged as (
    select
        mirrored.*,
        expected.members_expected,
        expected.owners_expected,
        mirrored.members_reported = expected.members_expected as is_complete,
        mirrored.months_paired >= 30 and mirrored.month_number - mirrored.first_month_number = 35 as is_window_full,
        mirrored.pair_correlation <= -0.33 as is_mirrored
    from mirrored
    inner join expected on mirrored.custody_group = expected.custody_group
)

select
    judged.custody_group,
    judged.month_end,
    cast(judged.members_reported as integer) as members_reported,
    cast(judged.reported_usd_bn as decimal(18, 3)) as reported_usd_bn,
    cast(judged.owner_usd_bn as decimal(18, 3)) as low_usd_bn,
    case
        when judged.is_complete and judged.is_window_full and judged.is_mirrored
            then
                cast(
                    judged.owner_usd_bn + judged.custodian_usd_bn * least(judged.mirrored_share, 1.0) as decimal(18, 3)
                )
    end as central_usd_bn,
    case
        when judged.is_complete and judged.owners_expected > 0 then cast(judged.reported_usd_bn as decimal(18, 3))
    end as high_usd_bn,
    case
        when judged.is_window_full and judged.is_mirrored then round(least(judged.mirrored_share, 1.0), 4)
    end as mirrored_share,
    case when judged.is_window_full then round(judged.pair_correlation, 4) end as correlation_36m,
    case
        when judged.owners_expected = 0
            then 'none: a custodial centre holds for owners everywhere, and TIC does not name them'
        when not judged.is_complete
            then 'none: a line of the group is not reported for this month'
        when not judged.is_window_full
            then 'none: fewer than 36 months of both lines, or fewer than 30 changes on one basis, are known'
        when judged.is_mirrored
            then
                'inference: the share of the custodian''s monthly changes that the owner''s line mirrored in 36 months; '
                || 'the owner''s reserves, which would tell more, are in no series of the archive'
        else
            'none: over 36 months the two lines did not move against each other enough to tell a share, '
            || 'and the owner''s reserves are in no series of the archive'
    end as central_basis,
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
            then greatest(judged.window_known_at, {{ end_of_release('undercounts.published_on') }})
        else judged.window_known_at
    end as known_at
from judged
left join undercounts on judged.custody_group = undercounts.custody_group
order by judged.custody_group, judged.month_end
