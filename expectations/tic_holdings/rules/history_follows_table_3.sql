-- severity: warning
-- scope: row
-- expected: mfhhis01 and table 3 agree over a run of months that no release between the two should have revised
-- why: The publisher revises beyond the past year if the revision is significant, and restates mfhhis01 later.
-- uses: news, history_differences
with different as (
    select
        document_id,
        country_code,
        month_end,
        arg_max(difference, abs(difference)) as difference
    from history_differences
    where not is_wrong and not may_be_revised
    group by document_id, country_code, month_end
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    different.difference as table_3_less_history_usd_mn
from news
inner join different
    on
        news.document_id = different.document_id
        and news.country_code = different.country_code
        and news.month_end = different.month_end
