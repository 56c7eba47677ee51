-- Grain: one row per claim and as-of date.
-- Each claim with its number, the number measured then and now, the verdict and the figures behind it in words.
with verdicts as (
    select * from {{ ref('int_thesis_verdicts') }}
),

of_markets as (
    select * from {{ ref('int_thesis_market_measures') }}
),

cutoff as (
    select * from {{ ref('stg_knowledge_cutoff') }}
),

warehouse as (
    select * from {{ ref('warehouse_info') }}
),

holdings as (
    select max(cast(known_at as date)) as newest_known_on
    from {{ ref('fct_holdings') }}
    where instrument = 'total'
),

markets as (
    select max(cast(known_at as date)) as newest_known_on
    from of_markets
),

-- Without an as-of date: the day of the newest figure behind a claim, or of the newest document if there is none.
newest as (
    select
        coalesce(
            greatest(
                coalesce(holdings.newest_known_on, markets.newest_known_on),
                coalesce(markets.newest_known_on, holdings.newest_known_on)
            ),
            warehouse.newest_retrieval_on
        ) as newest_known_on
    from holdings
    cross join markets
    cross join warehouse
),

-- The figures behind the verdict, in words. The horizon is part of the question.
explained as (
    select
        *,
        case
            when measure in ('level', 'not_in_tic') and holdings_usd_bn is not null
                then concat(plain_name, ' held ', {{ number_in_words('holdings_usd_bn') }}, ' bn in ', claim_month)
            when measure = 'change'
                then concat('holdings changed by ', {{ number_in_words('measured_now') }}, ' bn', over_horizon)
            when measure = 'change_pct'
                then concat('holdings changed by ', {{ number_in_words('measured_now') }}, ' %', over_horizon)
            when measure = 'net_purchases'
                then concat('net purchases were ', {{ number_in_words('measured_now') }}, ' bn', over_horizon)
            when measure = 'change_from_peak_pct'
                then
                    concat(
                        'holdings of ', claim_month, ' were ', {{ number_in_words('measured_now') }}, ' % from their peak of ',
                        {{ number_in_words('peak_usd_bn') }}, ' bn'
                    )
            when measure = 'share_pct'
                then
                    concat(
                        {{ number_in_words('measured_now', 2) }}, ' % of the ', {{ number_in_words('comparison_usd_bn') }},
                        ' bn of ', comparison, ' in ', claim_month
                    )
            when measure in ('years_at_low', 'low_year')
                then
                    concat(
                        plain_name, ' held ', {{ number_in_words('holdings_usd_bn') }}, ' bn in ', claim_month,
                        ', and last as little in ', {{ month_in_words('lower_month_end') }}
                    )
            when measure = 'years_at_high'
                then
                    concat(
                        plain_name, ' held ', {{ number_in_words('holdings_usd_bn') }}, ' bn in ', claim_month,
                        ', and last as much in ', {{ month_in_words('higher_month_end') }}
                    )
            when measure in ('months_at_or_below', 'months_at_or_above')
                then
                    concat(
                        plain_name, ' held ', {{ number_in_words('holdings_usd_bn') }}, ' bn in ', claim_month, ', and as ',
                        case when measure = 'months_at_or_below' then 'little' else 'much' end, ' in ',
                        {{ number_in_words('measured_now', 0) }}, ' earlier months and surveys',
                        case
                            when measure = 'months_at_or_below' and lowest_survey_usd_bn is not null
                                then
                                    concat(
                                        '; the lowest survey before the monthly figures has ',
                                        {{ number_in_words('lowest_survey_usd_bn') }}, ' bn'
                                    )
                            else ''
                        end
                    )
            when measure = 'holder_rank'
                then concat('rank ', {{ number_in_words('measured_now', 0) }}, ' among countries in ', claim_month)
            when measure = 'holders_both_ways'
                then
                    concat(
                        cast(holders_withdrawing as {{ dbt.type_string() }}), ' holders withdrew and ',
                        cast(holders_strengthening as {{ dbt.type_string() }}), ' strengthened', over_horizon
                    )
            when measure = 'years_of_net_selling' and measured_now is not null
                then
                    concat(
                        'net purchases were below zero in ', {{ number_in_words('measured_now', 0) }},
                        ' years in a row to ', claim_month
                    )
            when measure = 'chance_pct'
                then
                    concat(
                        'the chance is ', {{ number_in_words('measured_now') }}, ' % within ',
                        cast(horizon_months as {{ dbt.type_string() }}), ' months of ', claim_month, ', from a gap of ',
                        {{ number_in_words('gap_usd_bn') }}, ' bn'
                    )
        end as measured_in_words,
        case
            when measured_then is not null
                then
                    concat(
                        'as known on ', {{ day_in_words('claimed_on') }}, ': ',
                        case
                            when unit in ('year', 'holders', 'rank') then {{ number_in_words('measured_then', 0) }}
                            when measure in ('share_pct', 'chance_pct') then {{ number_in_words('measured_then', 2) }}
                            else {{ number_in_words('measured_then') }}
                        end,
                        case first_print_basis
                            when 'quoted' then ' (as the press quoted it)'
                            when 'reconstructed' then ' (rebuilt from later files)'
                            else ''
                        end
                    )
        end as then_in_words,
        case
            when measure in ('change', 'net_purchases') and other_change_usd_bn is not null
                then
                    concat(
                        'holdings changed by ', {{ number_in_words('change_usd_bn') }}, ' bn: net purchases ',
                        {{ number_in_words('net_purchases_usd_bn') }}, ', reported as valuation ',
                        {{ number_in_words('valuation_change_usd_bn') }}, ', other ', {{ number_in_words('other_change_usd_bn') }}
                    )
        end as detail_in_words,
        case
            when measure = 'net_purchases' and months_at_or_above = 0
                then concat('holdings of ', {{ number_in_words('holdings_usd_bn') }}, ' bn were the highest so far')
        end as record_in_words,
        case
            when has_newer_month and not held_for_newest
                then
                    concat(
                        'the newest month then known, ', {{ month_in_words('newest_month_then') }}, ', had ',
                        {{ number_in_words('newest_then_usd_bn') }}, ' bn'
                    )
        end as newest_in_words,
        case
            when is_margin_small
                then
                    concat(
                        'a margin of ', {{ number_in_words('abs(margin_usd_bn)', 2) }}, ' bn, less than the usual revision of ',
                        {{ number_in_words('usual_revision_usd_bn', 2) }}, ' bn'
                    )
        end as margin_in_words
    from (
        select
            verdicts.*,
            {{ month_in_words('verdicts.claim_month_end') }} as claim_month,
            concat(
                ' in the ', cast(verdicts.horizon_months as {{ dbt.type_string() }}),
                case when verdicts.horizon_months = 1 then ' month to ' else ' months to ' end,
                {{ month_in_words('verdicts.claim_month_end') }}
            ) as over_horizon,
            coalesce(countries.country_plain_name, verdicts.country) as plain_name,
            abs(verdicts.margin_usd_bn) < verdicts.usual_revision_usd_bn as is_margin_small
        from verdicts
        left join {{ ref('dim_country') }} as countries on verdicts.country_code = countries.country_code
    ) as verdicts_with_month
)

select
    cast(explained.claim_number as integer) as claim_number,
    explained.claim_id,
    explained.claim,
    explained.claimed_on,
    explained.country_code,
    explained.measure,
    explained.horizon_months,
    explained.month_end,
    explained.holds_if,
    explained.claimed_number,
    explained.unit,
    explained.measured_then as measured_as_first_printed,
    explained.first_print_basis,
    explained.measured_newest_then,
    explained.measured_now,
    cast(explained.margin_usd_bn as decimal(18, 3)) as margin_usd_bn,
    cast(
        case when explained.margin_usd_bn is not null then explained.usual_revision_usd_bn end as decimal(18, 3)
    ) as usual_revision_usd_bn,
    explained.is_margin_small,
    explained.verdict,
    explained.confirmed_if,
    explained.refuted_if,
    explained.query,
    explained.source,
    explained.known_at,
    coalesce(cutoff.as_of, newest.newest_known_on) as as_of,
    case
        when not explained.is_made then 'no verdict: the claim was made after this day'
        when explained.verdict is null then 'no verdict: the figures that it takes were not known as of this day'
        else
            coalesce(
                nullif(
                    concat_ws(
                        '. ',
                        nullif(
                            concat_ws(
                                '; ',
                                explained.market_in_words,
                                explained.measured_in_words,
                                explained.then_in_words,
                                explained.detail_in_words,
                                explained.record_in_words,
                                explained.newest_in_words,
                                explained.margin_in_words
                            ), ''
                        ),
                        explained.caveat
                    ), ''
                ), 'no figure'
            )
    end as why
from explained
cross join cutoff
cross join newest
-- Before the first document nothing can be judged.
where coalesce(cutoff.as_of, newest.newest_known_on) is not null
order by explained.claim_number
