-- Differences between the history and table 3 beyond rounding (half of the last digit of the history is 50 million,
-- plus a tenth for digits that neither file prints), and whether a release between the two may have revised the month.
-- In January, April, July and October the publisher revises the past year, otherwise three months.
-- uses: history_pairs, calendar
with spans as (
    select distinct
        first_released_on,
        last_released_on
    from history_pairs
),

revised as (
    select
        spans.first_released_on,
        spans.last_released_on,
        min(
            calendar.data_month_end
            - if(month(calendar.released_on) in (1, 4, 7, 10), interval 13 month, interval 4 month)
        ) as revised_from
    from spans
    left join calendar
        on
            spans.first_released_on < calendar.released_on
            and spans.last_released_on >= calendar.released_on
    group by spans.first_released_on, spans.last_released_on
),

compared as (
    select
        pairs.*,
        pairs.month_end >= coalesce(revised.revised_from, date '9999-12-31') as may_be_revised
    from history_pairs as pairs
    inner join revised
        on pairs.first_released_on = revised.first_released_on and pairs.last_released_on = revised.last_released_on
),

in_order as (
    select
        *,
        coalesce(lag(if(may_be_revised, 0, abs(difference))) over months, 0) as difference_earlier,
        coalesce(lead(if(may_be_revised, 0, abs(difference))) over months, 0) as difference_later
    from compared
    window months as (
        partition by history_document_id, table_3_document_id, country_code, instrument order by month_end
    )
)

select
    if(history_document_id = 'known', table_3_document_id, history_document_id) as document_id,
    country_code,
    month_end,
    difference,
    may_be_revised,
    (abs(difference) > 5000 and abs(difference) > 0.3 * greatest(holdings, holdings - difference))
    or (
        not may_be_revised
        and ((difference_earlier <= 55 and difference_later <= 55) or abs(difference) > 0.05 * holdings)
    ) as is_wrong
from in_order
where abs(difference) > 55
