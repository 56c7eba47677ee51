-- severity: critical
-- scope: row
-- expected: on no day do all tenors, or all but one, move by the same amount
-- why: On real days of 2023 to 2026 at least three of 14 tenors moved differently; of FRED's ten yields at least two,
--   on all days but one since 1980. A day that equals the previous one plus a constant was not measured.
-- advice: If the publisher confirms the figure, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news, whole_curves
select
    news.row_number,
    news.document_id,
    news.value,
    whole_curves.commonest_move
from news
inner join whole_curves on news.date = whole_curves.date
where
    whole_curves.moves >= 12
    and whole_curves.commonest_move <> 0
    and whole_curves.tenors_with_it >= whole_curves.moves - 1
