-- severity: critical
-- scope: row
-- expected: of one country and kind of security, no 12 figures beyond the window of revision change by one factor
-- why: A revision of a year may follow one factor (real: 0.998 in 11 months of corporate bonds); what is older is revised
--   figure by figure. One factor over years is another unit, or a series multiplied.
-- uses: news, revision_windows
with revised as (
    select
        news.*,
        median(news.holdings / news.holdings_before) over same as factor,
        count(*) over same as figures_changed
    from news
    inner join revision_windows as windows on news.document_id = windows.document_id
    where
        news.month_end < windows.revised_from
        and news.holdings_before > 100
        and news.holdings <> news.holdings_before
    window same as (
        partition by news.document_id, news.series, news.country_code, news.security_type, news.instrument
    )
),

fitting as (
    select
        *,
        abs(holdings - factor * holdings_before) <= 1 + 0.0001 * holdings_before as fits
    from revised
    where figures_changed >= 12 and abs(factor - 1) > 0.0005
)

select
    row_number,
    document_id,
    holdings,
    holdings_before,
    factor
from fitting
qualify
    avg(cast(fits as integer)) over (
        partition by document_id, series, country_code, security_type, instrument
    ) > 0.9
