-- Whether each document is out of step with all other coins, or in step with one. A document that is in step with one
-- of them is not shifted.
-- uses: in_step
select
    document_id,
    if(
        bool_and(closest_day != 0 and correlation > 0.4 and correlation > correlation_of_the_day + 0.3),
        mode(closest_day),
        0
    ) as days_off,
    max(correlation) as correlation,
    max(correlation_of_the_day) as correlation_of_the_day,
    bool_or(closest_day = 0 and correlation > 0.4 and correlation > correlation_of_another_day + 0.3) as is_in_step
from in_step
group by document_id
