-- severity: critical
-- scope: document
-- expected: no two tenors that FRED does not have are closer to the line between their neighbors with swapped names
-- why: In 2025 they would be 1.3 (1.5 and 2 months), 2.6 (2 and 4) and 3.7 times (1.5 and 4) as far from it; for a flat
--   curve the ratio is about 1, and for two columns with swapped names it is below 0.8.
-- advice: Compare the file with the publisher's page of that year.
-- uses: lone_tenors
select
    one.document_id,
    one.tenor,
    other.tenor as other_tenor,
    sum(abs(one.value - one.value_on_the_line) + abs(other.value - other.value_on_the_line)) as off_the_line,
    sum(abs(other.value - one.value_on_the_line) + abs(one.value - other.value_on_the_line)) as off_it_if_they_change
from lone_tenors as one
inner join lone_tenors as other
    on one.document_id = other.document_id and one.date = other.date and one.months < other.months
group by one.document_id, one.tenor, other.tenor
having count(*) >= 60 and off_it_if_they_change < 0.8 * off_the_line
