-- severity: critical
-- scope: row
-- expected: mfhhis01 is table 3, rounded to 0.1 billion, in months that no release between the two may have revised
-- why: 2,804 of 2,808 figures of 2020 to 2025 agree to 0.05; the others are the mistake of December 2024, which
--   corrections.csv accepts. The rule is broken by a difference in a single month, by 5 per cent in any final month, or
--   by 30 per cent (and 5 billion) in a month that may still be revised.
-- advice: Compare neighboring months and the other tables to find the wrong file. If the publisher made a mistake,
--   accept the rows and replace the wrong figure with lines in corrections.csv.
-- uses: news, history_differences
with wrong as (
    select
        document_id,
        country_code,
        month_end,
        arg_max(difference, abs(difference)) as difference
    from history_differences
    where is_wrong
    group by document_id, country_code, month_end
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    wrong.difference as table_3_less_history_usd_mn
from news
inner join wrong
    on
        news.document_id = wrong.document_id
        and news.country_code = wrong.country_code
        and news.month_end = wrong.month_end
