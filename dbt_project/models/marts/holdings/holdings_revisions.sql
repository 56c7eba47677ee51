-- Grain: a country, month and release: what each release said of a month's holdings, and which of the first print's answers did
-- not survive it. Only months of which more than one release is known.
with vintages as (
    select * from {{ ref('fct_holdings_vintages') }}
    where instrument = 'total'
),

countries as (
    select * from {{ ref('dim_country') }}
),

-- A figure stands from the moment at which it could be known until the next one about the same month.
standing as (
    select
        country_code,
        country,
        month_end,
        holdings_usd_bn,
        source_series,
        vintage_basis,
        is_break,
        known_at as stands_from,
        cast(12 * extract(year from month_end) + extract(month from month_end) as integer) as month_number,
        -- Half of the last digit that the file prints.
        cast(case when source_series in ('mfhhis01', 'first_print') then 0.05 else 0.0005 end as decimal(18, 4))
            as rounding_usd_bn,
        coalesce(
            lead(known_at) over (partition by country_code, month_end order by known_at), timestamp '9999-12-31 00:00:00'
        ) as stands_until
    from vintages
),

first_known as (
    select
        country_code,
        month_number,
        min(stands_from) as first_known_at
    from standing
    group by country_code, month_number
),

-- A release says something new of a month if it restates the month, or the month before, from which the change is counted.
restatements as (
    select
        country_code,
        month_number,
        stands_from as release_known_at
    from standing
    union
    select
        country_code,
        month_number + 1 as month_number,
        stands_from as release_known_at
    from standing
),

releases as (
    select
        restatements.country_code,
        restatements.month_number,
        restatements.release_known_at,
        first_known.first_known_at,
        count(*) over (partition by restatements.country_code, restatements.month_number) as releases_known
    from restatements
    inner join first_known
        on
            restatements.country_code = first_known.country_code
            and restatements.month_number = first_known.month_number
            and restatements.release_known_at >= first_known.first_known_at
),

said as (
    select
        now.country_code,
        now.country,
        now.month_end,
        now.month_number,
        releases.release_known_at,
        releases.first_known_at,
        now.holdings_usd_bn,
        now.source_series,
        now.vintage_basis,
        now.rounding_usd_bn,
        -- Figures of two files make no change: they never stood side by side in print.
        case
            when not now.is_break and now.source_series = month_before.source_series
                then cast(now.holdings_usd_bn - month_before.holdings_usd_bn as decimal(18, 3))
        end as change_1m_usd_bn
    from releases
    inner join standing as now
        on
            releases.country_code = now.country_code
            and releases.month_number = now.month_number
            and releases.release_known_at >= now.stands_from
            and releases.release_known_at < now.stands_until
    left join standing as month_before
        on
            releases.country_code = month_before.country_code
            and releases.month_number = month_before.month_number + 1
            and releases.release_known_at >= month_before.stands_from
            and releases.release_known_at < month_before.stands_until
    where releases.releases_known > 1 and now.holdings_usd_bn is not null
),

-- Ranks and records as they were at each release.
release_months as (
    select distinct
        month_number,
        release_known_at
    from said
),

ranked as (
    select
        release_months.month_number,
        release_months.release_known_at,
        standing.country_code,
        -- To a tenth, as tables of major holders are printed: holders that print alike share a rank.
        rank() over (
            partition by release_months.month_number, release_months.release_known_at
            order by round(standing.holdings_usd_bn, 1) desc
        ) as holder_rank
    from release_months
    inner join standing
        on
            release_months.month_number = standing.month_number
            and release_months.release_known_at >= standing.stands_from
            and release_months.release_known_at < standing.stands_until
    inner join countries on standing.country_code = countries.country_code
    where not countries.is_aggregate and standing.holdings_usd_bn is not null
),

earlier as (
    select
        said.country_code,
        said.month_number,
        said.release_known_at,
        count(*) as months_before,
        max(standing.holdings_usd_bn) as highest_before_usd_bn,
        min(standing.holdings_usd_bn) as lowest_before_usd_bn
    from said
    inner join standing
        on
            said.country_code = standing.country_code
            and said.month_number > standing.month_number
            and said.release_known_at >= standing.stands_from
            and said.release_known_at < standing.stands_until
    where standing.holdings_usd_bn is not null
    group by said.country_code, said.month_number, said.release_known_at
),

answers as (
    select
        said.*,
        ranked.holder_rank,
        -- A record needs ten years of months before it.
        case
            when earlier.months_before < 119 or earlier.months_before is null then null
            when said.holdings_usd_bn > earlier.highest_before_usd_bn then 'high'
            when said.holdings_usd_bn < earlier.lowest_before_usd_bn then 'low'
            else 'none'
        end as record
    from said
    left join ranked
        on
            said.country_code = ranked.country_code
            and said.month_number = ranked.month_number
            and said.release_known_at = ranked.release_known_at
    left join earlier
        on
            said.country_code = earlier.country_code
            and said.month_number = earlier.month_number
            and said.release_known_at = earlier.release_known_at
),

compared as (
    select
        *,
        row_number() over releases as release_number,
        count(*) over whole as releases_of_month,
        first_value(holdings_usd_bn) over releases as first_print_usd_bn,
        first_value(rounding_usd_bn) over releases as first_print_rounding_usd_bn,
        first_value(vintage_basis) over releases as first_print_basis,
        first_value(source_series) over releases as first_print_series,
        first_value(change_1m_usd_bn) over releases as first_print_change_1m_usd_bn,
        first_value(holder_rank) over releases as first_print_holder_rank,
        first_value(record) over releases as first_print_record,
        lag(holdings_usd_bn) over in_order as holdings_before_usd_bn,
        last_value(holdings_usd_bn) over whole as latest_usd_bn,
        last_value(release_known_at) over whole as latest_known_at
    from answers
    window
        in_order as (partition by country_code, month_number order by release_known_at),
        releases as (partition by country_code, month_number order by release_known_at rows unbounded preceding),
        whole as (
            partition by country_code, month_number order by release_known_at
            rows between unbounded preceding and unbounded following
        )
),

judged as (
    select
        *,
        cast(
            12 * (extract(year from release_known_at) - extract(year from first_known_at))
            + extract(month from release_known_at) - extract(month from first_known_at) as integer
        ) as age_months,
        abs(holdings_usd_bn - first_print_usd_bn) > greatest(rounding_usd_bn, first_print_rounding_usd_bn) as is_revised,
        -- A change is the difference of two figures that may be rounded to a tenth: up to 0.1 it has no sign.
        coalesce(
            abs(change_1m_usd_bn) > 0.1
            and abs(first_print_change_1m_usd_bn) > 0.1
            and sign(change_1m_usd_bn) <> sign(first_print_change_1m_usd_bn), false
        ) as is_sign_flip,
        coalesce(
            abs(first_print_change_1m_usd_bn) >= 1
            and sign(change_1m_usd_bn) = sign(first_print_change_1m_usd_bn)
            and (
                2 * abs(change_1m_usd_bn) < abs(first_print_change_1m_usd_bn)
                or abs(change_1m_usd_bn) > 2 * abs(first_print_change_1m_usd_bn)
            ), false
        ) as is_size_flip,
        coalesce(record <> first_print_record, false) as is_record_flip,
        coalesce(holder_rank <> first_print_holder_rank, false) as is_rank_flip
    from compared
),

with_age_band as (
    select
        judged.*,
        countries.is_aggregate,
        case
            when judged.release_number = 1 then 'first print'
            when judged.age_months <= 3 then 'up to 3 months'
            when judged.age_months <= 12 then '4 to 12 months'
            else 'more than 12 months'
        end as age_band
    from judged
    inner join countries on judged.country_code = countries.country_code
),

-- A month counts once at each age, with the last that was said of it at that age.
revised_holders as (
    select
        age_band,
        latest_known_at,
        100 * cast(holdings_usd_bn - first_print_usd_bn as double) / nullif(first_print_usd_bn, 0) as revision_pct,
        row_number() over (
            partition by country_code, month_number, age_band order by release_known_at desc
        ) as recency
    from with_age_band
    where is_revised and not is_aggregate
),

-- How far revisions of that age go, and to which side, over all holders.
by_age as (
    select
        age_band,
        count(*) as revisions_at_age,
        avg(abs(revision_pct)) as mean_absolute_revision_at_age_pct,
        avg(revision_pct) as mean_revision_at_age_pct,
        max(latest_known_at) as newest_known_at
    from revised_holders
    where recency = 1
    group by age_band
)

select
    revisions.country_code,
    revisions.country,
    revisions.month_end,
    revisions.release_known_at,
    cast(revisions.release_number as integer) as release_number,
    revisions.age_months,
    revisions.age_band,
    revisions.source_series,
    revisions.first_print_series,
    revisions.first_print_basis,
    revisions.first_print_usd_bn,
    revisions.holdings_usd_bn,
    revisions.latest_usd_bn,
    cast(revisions.holdings_usd_bn - revisions.holdings_before_usd_bn as decimal(18, 3)) as revision_usd_bn,
    cast(revisions.holdings_usd_bn - revisions.first_print_usd_bn as decimal(18, 3)) as revision_from_first_usd_bn,
    revisions.is_revised,
    revisions.first_print_change_1m_usd_bn,
    revisions.change_1m_usd_bn,
    cast(revisions.first_print_holder_rank as integer) as first_print_holder_rank,
    cast(revisions.holder_rank as integer) as holder_rank,
    revisions.first_print_record,
    revisions.record,
    revisions.is_sign_flip,
    revisions.is_size_flip,
    revisions.is_record_flip,
    revisions.is_rank_flip,
    cast(coalesce(by_age.revisions_at_age, 0) as integer) as revisions_at_age,
    revisions.release_number = revisions.releases_of_month as is_latest_release,
    round(
        100 * cast(revisions.holdings_usd_bn - revisions.first_print_usd_bn as double)
        / nullif(revisions.first_print_usd_bn, 0), 4
    ) as revision_from_first_pct,
    revisions.is_sign_flip or revisions.is_size_flip or revisions.is_record_flip or revisions.is_rank_flip as is_flip,
    nullif(
        concat_ws(
            '; ',
            case
                when revisions.is_sign_flip or revisions.is_size_flip
                    then
                        concat(
                            'a change of ', cast(round(revisions.first_print_change_1m_usd_bn, 1) as decimal(18, 1)),
                            ' bn as first printed became ', cast(round(revisions.change_1m_usd_bn, 1) as decimal(18, 1)), ' bn'
                        )
            end,
            case
                when revisions.is_record_flip and revisions.record = 'none'
                    then concat('a record ', revisions.first_print_record, ' as first printed is none')
                when revisions.is_record_flip
                    then concat('a record ', revisions.record, ' that was none as first printed')
            end,
            case
                when revisions.is_rank_flip
                    then
                        concat(
                            'rank ', revisions.first_print_holder_rank, ' as first printed became rank ', revisions.holder_rank
                        )
            end
        ), ''
    ) as flip_note,
    round(by_age.mean_absolute_revision_at_age_pct, 4) as mean_absolute_revision_at_age_pct,
    round(by_age.mean_revision_at_age_pct, 4) as mean_revision_at_age_pct,
    greatest(revisions.latest_known_at, coalesce(by_age.newest_known_at, revisions.latest_known_at)) as known_at
from with_age_band as revisions
left join by_age on revisions.age_band = by_age.age_band
order by revisions.country_code, revisions.month_end, revisions.release_known_at
