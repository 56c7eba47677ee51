-- Each known figure that a document repeats, with the known figures of the rows before and after it. A restatement is
-- the difference or, if the catalogue specifies ratio, the logarithm of the ratio.
-- uses: incoming, catalogue
with figures as (
    select
        row_number,
        document_id,
        series_id,
        date,
        cast(value as double) as value,
        cast(value_before as double) as value_before,
        cast(lag(value_before) over series as double) as known_of_previous,
        cast(lead(value_before) over series as double) as known_of_following
    from incoming
    where not is_dated and value is not null
    window series as (partition by document_id, series_id order by date)
)

select
    figures.*,
    coalesce(catalogue.is_revised, false) as is_revised,
    catalogue.largest_revision,
    case
        when catalogue.move_kind = 'difference' then figures.value - figures.value_before
        when least(figures.value, figures.value_before) > 0 then ln(figures.value / figures.value_before)
    end as restatement
from figures
left join catalogue on figures.series_id = catalogue.series_id
where figures.value_before is not null
