-- Grain: one row per country, month and release.
-- What each release reported for a month, and which conclusions from the first print changed (flips). Only months whose first
-- print was observed. A value that is rebuilt from later files is not a first print.
with releases as (
    select * from {{ ref('int_holdings_release_ranks') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

compared as (
    select
        *,
        row_number() over so_far as release_number,
        count(*) over whole as releases_of_month,
        first_value(holdings_usd_bn) over so_far as first_print_usd_bn,
        first_value(rounding_usd_bn) over so_far as first_print_rounding_usd_bn,
        first_value(vintage_basis) over so_far as first_print_basis,
        first_value(source_series) over so_far as first_print_series,
        first_value(change_1m_usd_bn) over so_far as first_print_change_1m_usd_bn,
        first_value(holder_rank) over so_far as first_print_holder_rank,
        first_value(best_rank) over so_far as first_print_best_rank,
        first_value(worst_rank) over so_far as first_print_worst_rank,
        first_value(record) over so_far as first_print_record,
        lag(holdings_usd_bn) over in_order as holdings_before_usd_bn,
        last_value(holdings_usd_bn) over whole as latest_usd_bn,
        last_value(release_known_at) over whole as latest_known_at
    from releases
    window
        in_order as (partition by country_code, month_number order by release_known_at),
        so_far as (partition by country_code, month_number order by release_known_at rows unbounded preceding),
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
        -- A change is the difference between two figures that may be rounded to a tenth: up to 0.1 it has no sign.
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
        -- Holders with the same tenth share their places: no flip among them.
        coalesce(best_rank > first_print_worst_rank or worst_rank < first_print_best_rank, false) as is_rank_flip
    from compared
    where first_print_basis = 'observed'
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

-- A month counts once at each age, with its last release of that age.
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

-- Size and direction of the revisions of that age, over all holders.
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
