-- For each document with known figures: how many it restates, and whether dates, units and size are unchanged.
-- uses: restatements
select
    document_id,
    series_id,
    any_value(is_revised) as is_revised,
    any_value(largest_revision) as largest_revision,
    count(*) as figures_known,
    count(*) filter (where value <> value_before) as figures_restated,
    count(*) filter (where value <> value_before) / count(*) as share_restated,
    median(abs(value - value_before)) as typical_distance,
    median(abs(value - known_of_previous)) as typical_distance_a_row_before,
    median(abs(value - known_of_following)) as typical_distance_a_row_after,
    median(abs(value - value_before)) filter (where value <> value_before) as typical_change,
    median(value - value_before) filter (where value <> value_before) as typical_shift,
    median(value / value_before) filter (where value <> value_before and value_before <> 0) as typical_factor,
    avg(abs(value_before - known_of_previous)) as typical_move,
    count(*) filter (where value <> value_before and value in (known_of_previous, known_of_following))
        as figures_of_a_row_beside,
    median(abs(restatement)) as typical_restatement,
    median(value / value_before) filter (where value_before <> 0) as typical_ratio
from restatements
group by document_id, series_id
