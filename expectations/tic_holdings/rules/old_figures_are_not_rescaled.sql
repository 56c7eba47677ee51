-- severity: critical
-- scope: row
-- expected: for one country and kind of security, no 12 figures beyond the revision window change by the same factor
-- why: A revision of a year may follow one factor (real: 0.998 in 11 months of corporate bonds); older figures are
--   revised one by one. One factor over years means another unit or a multiplied series; newer months with the same
--   factor are quarantined too, and so are new months, which cannot be compared with anything.
-- uses: news, revision_windows
with revised as (
    select
        news.*,
        news.was_known and news.month_end < windows.revised_from as is_old,
        median(news.holdings / news.holdings_before) filter (where is_old) over same as factor,
        count(*) filter (where is_old) over same as old_figures_changed
    from news
    inner join revision_windows as windows on news.document_id = windows.document_id
    where not news.was_known or (news.holdings_before > 100 and news.holdings <> news.holdings_before)
    window same as (
        partition by news.document_id, news.series, news.country_code, news.security_type, news.instrument
    )
),

fitting as (
    select
        *,
        not was_known or abs(holdings - factor * holdings_before) <= 1 + 0.0001 * holdings_before as fits,
        count(*) filter (where is_old and fits) over same as old_figures_that_fit
    from revised
    where abs(factor - 1) > 0.0005
    window same as (partition by document_id, series, country_code, security_type, instrument)
)

select
    row_number,
    document_id,
    holdings,
    holdings_before,
    factor
from fitting
where fits and old_figures_changed >= 12 and old_figures_that_fit > 0.9 * old_figures_changed
