-- The Treasuries of the last known edition of tables 1, 3 and 5. Raw stores a figure only once, so the content of an
-- edition is derived: a country in the edition has a figure for its newest month; table 5 has thirteen months.
-- uses: known
select *
from known
where series in ('slt_table1', 'slt_table3', 'slt_table5') and security_type = 'treasury'
qualify
    max(month_end) over (partition by series, country_code) = max(month_end) over (partition by series)
    and (
        series <> 'slt_table5'
        or date_diff('month', month_end, max(month_end) over (partition by series)) <= 12
    )
