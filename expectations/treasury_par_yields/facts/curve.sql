-- The yields of every day, as if every incoming row were accepted.
-- uses: latest, tenors
select
    latest.row_number,
    latest.tenor,
    latest.date,
    tenors.months,
    cast(latest.value as double) as value
from latest
left join tenors on latest.tenor = tenors.tenor
where latest.value is not null
