-- Grain: one row per country, month and instrument.
-- Rank among countries in complete months, and the places gained over one and twelve months among countries named in both.
{% set windows = {'1m': 1, '12m': 12} %}
with holders as (
    select
        holdings.country_code,
        holdings.month_end,
        holdings.month_number,
        holdings.instrument,
        holdings.basis_number,
        holdings.holdings_usd_bn
    from {{ ref('int_holdings_on_one_basis') }} as holdings
    inner join {{ ref('dim_country') }} as countries on holdings.country_code = countries.country_code
    inner join {{ ref('int_holdings_months') }} as months
        on holdings.month_end = months.month_end and holdings.instrument = months.instrument
    where not countries.is_aggregate and months.is_month_complete
),

ranked as (
    select
        *,
        row_number() over (
            partition by month_number, instrument order by holdings_usd_bn desc, country_code asc
        ) as holder_rank
    from holders
),

-- A country that enters or leaves the publisher's list does not change the rank of others.
{% for window, months in windows.items() %}
    named_in_both_{{ window }} as (
        select
            now.country_code,
            now.month_end,
            now.instrument,
            case
                when now.basis_number = earlier.basis_number
                    then
                        row_number()
                            over (
                                partition by now.month_number, now.instrument
                                order by earlier.holdings_usd_bn desc, earlier.country_code asc
                            )
                        - row_number() over (
                            partition by now.month_number, now.instrument
                            order by now.holdings_usd_bn desc, now.country_code asc
                        )
            end as places_gained
        from holders as now
        inner join holders as earlier
            on
                now.country_code = earlier.country_code
                and now.instrument = earlier.instrument
                and now.month_number = earlier.month_number + {{ months }}
    ),

{% endfor %}
changed as (
    select
        ranked.*,
        {%- for window in windows %}
            named_in_both_{{ window }}.places_gained as places_gained_{{ window }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from
        ranked
    {%- for window in windows %}
    left join named_in_both_{{ window }}
        on
            ranked.country_code = named_in_both_{{ window }}.country_code
            and ranked.month_end = named_in_both_{{ window }}.month_end
            and ranked.instrument = named_in_both_{{ window }}.instrument
    {%- endfor %}
)

select
    country_code,
    month_end,
    instrument,
    cast(holder_rank as integer) as holder_rank,
    cast(places_gained_1m as integer) as holder_rank_change_1m,
    cast(places_gained_12m as integer) as holder_rank_change_12m
from changed
