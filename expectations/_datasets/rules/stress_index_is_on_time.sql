-- severity: warning
-- scope: dataset
-- expected: the OFR's index has the day of four days ago, with a tolerance of five days
-- why: It comes out two business days later; a weekend with a holiday makes that five days.
-- advice: Nothing, if the publisher has announced a reason. Otherwise check its page. The loaded figures stay valid.
-- uses: asked, raw.ofr_stress_index
select
    asked.source,
    asked.dataset,
    max(figures.date) as newest_day,
    asked.answered_on - 4 as day_promised,
    asked.answered_on - 4 - max(figures.date) as days_late
from asked
cross join raw.ofr_stress_index as figures
where asked.raw_table = 'ofr_stress_index' and figures.value is not null
group by asked.source, asked.dataset, asked.answered_on
having asked.answered_on - 4 - max(figures.date) > 5
