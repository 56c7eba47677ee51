-- For each document with known yields: how many it restates, by how much, and whether by one amount or one factor.
-- uses: restatements
select
    document_id,
    count(*) as yields_known,
    count(*) filter (where value is distinct from value_before) as yields_restated,
    count(*) filter (where value is distinct from value_before) / count(*) as share_restated,
    median(abs(value - value_before)) filter (where value <> value_before) as typical_change,
    median(value - value_before) filter (where value <> value_before) as typical_shift,
    median(value / value_before) filter (where value <> value_before and value_before <> 0) as typical_factor,
    avg(abs(value_before - known_of_previous)) as typical_move,
    count(*) filter (where value <> value_before and value in (known_of_previous, known_of_following))
        as yields_of_a_day_beside
from restatements
group by document_id
