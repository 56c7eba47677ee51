-- Grain: one row per country, month and release.
-- Holdings and their monthly change as of each release. Only months with more than one known release.
with vintages as (
    select * from {{ ref('int_holdings_vintage_spans') }}
),

first_known as (
    select
        country_code,
        month_number,
        min(valid_from) as first_known_at
    from vintages
    group by country_code, month_number
),

-- A release concerns a month if it restates the month, or the month before, from which the change is computed.
restatements as (
    select
        country_code,
        month_number,
        valid_from as release_known_at
    from vintages
    union
    select
        country_code,
        month_number + 1 as month_number,
        valid_from as release_known_at
    from vintages
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
)

select
    this_month.country_code,
    this_month.country,
    this_month.month_end,
    this_month.month_number,
    releases.release_known_at,
    releases.first_known_at,
    this_month.holdings_usd_bn,
    this_month.source_series,
    this_month.vintage_basis,
    this_month.rounding_usd_bn,
    -- Figures from two files give no change: they were never printed together.
    case
        when not this_month.is_break and this_month.source_series = previous_month.source_series
            then cast(this_month.holdings_usd_bn - previous_month.holdings_usd_bn as decimal(18, 3))
    end as change_1m_usd_bn
from releases
inner join vintages as this_month
    on
        releases.country_code = this_month.country_code
        and releases.month_number = this_month.month_number
        and releases.release_known_at >= this_month.valid_from
        and releases.release_known_at < this_month.valid_until
left join vintages as previous_month
    on
        releases.country_code = previous_month.country_code
        and releases.month_number = previous_month.month_number + 1
        and releases.release_known_at >= previous_month.valid_from
        and releases.release_known_at < previous_month.valid_until
where releases.releases_known > 1 and this_month.holdings_usd_bn is not null
