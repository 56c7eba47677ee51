-- For each document, how many known candles it changes and how: the typical change of close and volume, and for each of
-- the five figures, the part of its changes that one factor leaves unexplained.
-- uses: incoming
with figures as (
    unpivot (
        select
            document_id,
            row_number,
            struct_pack(figure := open, earlier := open_before) as open,
            struct_pack(figure := high, earlier := high_before) as high,
            struct_pack(figure := low, earlier := low_before) as low,
            struct_pack(figure := close, earlier := close_before) as close,
            struct_pack(figure := volume, earlier := volume_before) as volume
        from incoming
        where was_known and close > 0 and close_before > 0
    )
    on open, high, low, close, volume into name column_name value pair
),

changes as (
    select
        figures.document_id,
        figures.column_name,
        pair.figure,
        pair.earlier,
        pair.figure <> pair.earlier as is_changed,
        median(pair.figure / nullif(pair.earlier, 0)) filter (where pair.figure <> pair.earlier) over (
            partition by figures.document_id, figures.column_name
        ) as factor
    from figures
)

select
    document_id,
    column_name,
    count(*) as candles_known,
    count(*) filter (where is_changed) as candles_changed,
    median(abs(figure / nullif(earlier, 0) - 1)) filter (where is_changed) as typical_change,
    any_value(factor) as factor,
    median(abs(figure - factor * earlier)) filter (where is_changed)
    / nullif(median(abs(figure - earlier)) filter (where is_changed), 0) as left_by_the_factor
from changes
group by document_id, column_name
