-- Days since 1994 on which three yields or spreads have a value, as if every incoming row were accepted.
-- uses: latest, catalogue
select
    latest.date,
    count(*) as series_with_value
from latest
inner join catalogue on latest.series_id = catalogue.series_id
where catalogue.is_bond and latest.value is not null and latest.date >= date '1994-01-01'
group by latest.date
having count(*) >= 3
