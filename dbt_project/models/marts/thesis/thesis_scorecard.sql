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

-- The explanation in words, from the same figures.
explained as (
    select
        *,
        case measure
            when 'level'
                then
                    concat(
                        country, ' held ', {{ number_in_words('measured_now') }}, ' bn in ',
                        {{ month_in_words('claim_month_end') }}
                    )
            when 'not_in_tic'
                then
                    concat(
                        'All that is held in ', country, ' was ', {{ number_in_words('measured_now') }}, ' bn in ',
                        {{ month_in_words('claim_month_end') }}
                    )
            when 'change_1m'
                then
                    concat(
                        'holdings changed by ', {{ number_in_words('measured_now') }}, ' bn in ',
                        {{ month_in_words('claim_month_end') }}
                    )
            when 'change_12m_pct'
                then
                    concat(
                        'holdings changed by ', {{ number_in_words('measured_now') }}, ' % in the twelve months to ',
                        {{ month_in_words('claim_month_end') }}
                    )
            when 'net_sales_12m'
                then
                    concat(
                        'net sales were ', {{ number_in_words('measured_now') }}, ' bn in the twelve months to ',
                        {{ month_in_words('claim_month_end') }}
                    )
            when 'change_from_peak_pct'
                then
                    concat(
                        'holdings of ', {{ month_in_words('claim_month_end') }}, ' stood ',
                        {{ number_in_words('measured_now') }}, ' % from their peak of ',
                        {{ number_in_words('peak_usd_bn') }}, ' bn'
                    )
            when 'share_pct'
                then
                    concat(
                        {{ number_in_words('measured_now', 2) }}, ' % of the ',
                        {{ number_in_words('comparison_usd_bn') }}, ' bn of ',
                        comparison, ' in ', {{ month_in_words('claim_month_end') }}
                    )
            when 'years_at_low'
                then
                    concat(
                        country, ' held ', {{ number_in_words('holdings_usd_bn') }}, ' bn in ',
                        {{ month_in_words('claim_month_end') }}, ', not less for ',
                        {{ number_in_words('measured_now') }}, ' years'
                    )
            when 'low_year'
                then
                    concat(
                        country, ' held ', {{ number_in_words('holdings_usd_bn') }}, ' bn in ',
                        {{ month_in_words('claim_month_end') }}, ', and last as little in ',
                        {{ month_in_words('lower_month_end') }}
                    )
            when 'months_until'
                then
                    concat(
                        'a gap of ', {{ number_in_words('gap_usd_bn') }}, ' bn in ', {{ month_in_words('claim_month_end') }},
                        case
                            when closing_12m_usd_bn > 0
                                then
                                    concat(
                                        ', which the net sales of the last twelve months narrowed by ',
                                        {{ number_in_words('closing_12m_usd_bn') }}, ' bn: ',
                                        {{ number_in_words('measured_now') }}, ' months at that pace'
                                    )
                            else ', which the net sales of the last twelve months did not narrow'
                        end
                    )
            when 'holders_both_ways'
                then
                    concat(
                        'in the twelve months to ', {{ month_in_words('claim_month_end') }}, ' ',
                        cast(holders_withdrawing as {{ dbt.type_string() }}), ' holders withdrew and ',
                        cast(holders_strengthening as {{ dbt.type_string() }}), ' strengthened'
                    )
        end as measured_in_words,
        case
            when measured_then is not null
                then
                    concat(
                        'as known on ', cast(claimed_on as {{ dbt.type_string() }}), ': ',
                        case
                            when unit in ('year', 'holders') then {{ number_in_words('measured_then', 0) }}
                            when measure = 'share_pct' then {{ number_in_words('measured_then', 2) }}
                            else {{ number_in_words('measured_then') }}
                        end,
                        case first_print_basis
                            when 'quoted' then ' (as the press quoted it)'
                            when 'reconstructed' then ' (taken from a later file)'
                            else ''
                        end
                    )
        end as then_in_words,
        case
            when measure in ('level', 'years_at_low') and newest_month_then > claim_month_end
                then
                    concat(
                        'the newest month then known, ', {{ month_in_words('newest_month_then') }}, ', stood at ',
                        {{ number_in_words('newest_then_usd_bn') }}, ' bn'
                    )
            when measure = 'change_1m' and other_change_usd_bn is not null
                then
                    concat(
                        'of it net sales ', {{ number_in_words('net_sales_usd_bn') }}, ', valuation ',
                        {{ number_in_words('valuation_change_usd_bn') }}, ', other ', {{ number_in_words('other_change_usd_bn') }}
                    )
            when measure = 'net_sales_12m' and year_before_usd_bn is not null
                then concat('holdings changed by ', {{ number_in_words('holdings_usd_bn - year_before_usd_bn') }}, ' bn')
        end as detail_in_words
    from verdicts
)

select
    cast(explained.claim_number as integer) as claim_number,
    explained.claim_id,
    explained.claim,
    explained.claimed_on,
    explained.claimed_number,
    explained.unit,
    explained.measured_then as measured_as_first_printed,
    explained.first_print_basis,
    explained.measured_now,
    explained.verdict,
    explained.query,
    explained.source,
    explained.known_at,
    coalesce(cutoff.as_of, newest.newest_known_on) as as_of,
    case
        when explained.verdict = 'cannot be told from TIC' then concat_ws('. ', explained.caveat, explained.measured_in_words)
        when explained.verdict is null then 'no verdict: the figures that it takes were not known as of this day'
        else
            concat_ws(
                '. ',
                concat_ws(
                    '; ',
                    explained.market_in_words,
                    explained.measured_in_words,
                    explained.then_in_words,
                    explained.detail_in_words
                ),
                explained.caveat
            )
    end as why
from explained
cross join cutoff
cross join newest
-- Before the first document nothing can be judged.
where coalesce(cutoff.as_of, newest.newest_known_on) is not null
order by explained.claim_number
