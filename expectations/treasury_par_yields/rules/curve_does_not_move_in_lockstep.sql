-- severity: critical
-- scope: row
-- expected: on no day do all tenors, or all but one, move by the same amount
-- why: On real days of 2023 to 2026 at least three of 14 tenors moved otherwise; of FRED's ten yields at least two, on all
--   but one day since 1980. A day that is the one before plus a constant was not measured.
-- advice: If the publisher confirms the figure, add a line `accept` to dbt_project/seeds/corrections.csv.
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
