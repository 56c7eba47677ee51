-- Days on which both stock and bond markets were open: one stock index and three yields or spreads have a value.
-- uses: latest, catalogue
select latest.date
from latest
inner join catalogue on latest.series_id = catalogue.series_id
where
    latest.value is not null
    and (catalogue.is_bond or latest.series_id in ('SP500', 'NASDAQCOM', 'VIXCLS'))
group by latest.date
having
    count(*) filter (where catalogue.is_bond) >= 3
    and count(*) filter (where not catalogue.is_bond) >= 1
