-- Grain: one row per country, month and instrument.
-- Holders and groups that a monthly TIC table listed before and that have no figure in the month: held back, or left out by the
-- publisher. Tables of major holders change their list every January, so they are not asked.
with holdings as (
    select * from {{ ref('int_holdings_on_one_basis') }}
),

countries as (
    select * from {{ ref('dim_country') }}
),

with_next as (
    select
        *,
        lead(month_number) over (partition by country_code, instrument order by month_number) as next_month_number,
        -- The largest line of a month is the Grand Total.
        max(holdings_usd_bn) over (partition by month_number, instrument) as all_foreign_usd_bn
    from holdings
),

-- Tables 1 and 3 have the same lines.
listed as (
    select
        *,
        case when source_series = 'slt_table1' then 'slt_table3' else source_series end as line_list
    from with_next
    where source_series not in ('mfhhis01', 'mfh', 'slt3d', 'first_print')
),

newest as (
    select
        line_list,
        instrument,
        max(month_number) as month_number
    from listed
    group by line_list, instrument
),

months as (
    select distinct
        month_end,
        month_number,
        instrument,
        line_list
    from listed
)

select
    listed.country_code,
    countries.country_plain_name as country,
    months.month_end,
    months.instrument,
    months.month_number,
    countries.region,
    countries.is_aggregate,
    listed.month_end as last_month_end,
    listed.holdings_usd_bn as last_holdings_usd_bn,
    -- Holders of less than a two-thousandth of the total move no rank or share that people read.
    cast(listed.holdings_usd_bn as double) >= 0.0005 * cast(listed.all_foreign_usd_bn as double) as is_material
from listed
inner join months
    on
        listed.instrument = months.instrument
        and listed.line_list = months.line_list
        and listed.month_number < months.month_number
        and listed.month_number >= months.month_number - 12
        and coalesce(listed.next_month_number, months.month_number + 1) > months.month_number
inner join newest on listed.line_list = newest.line_list and listed.instrument = newest.instrument
inner join countries on listed.country_code = countries.country_code
-- A line that ended more than a year ago has left the list. Groups end too; of totals only those that others are shares of count.
where
    (listed.next_month_number is not null or listed.month_number >= newest.month_number - 12)
    and (not countries.is_aggregate or listed.country_code in ('99996', '99990'))
