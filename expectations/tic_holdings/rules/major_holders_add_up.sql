-- severity: critical
-- scope: row
-- expected: table 5, mfhhis01 and mfh: Grand Total = named countries + All Other, to 1 billion
-- why: Up to 50 figures rounded to 0.1 are off by 0.5 at most in 321 months; 1.0 is five standard deviations. Only the
--   old basis of June 2006 is off by 2.5: a publisher's mistake, which corrections.csv accepts. The figure at fault is
--   the one that would fit its neighboring months better if it were corrected; without such a row, all of them.
-- uses: news, incoming, major_sums
with months as (
    select
        row_number,
        document_id,
        series,
        country_code,
        month_end,
        cast(holdings as double) as holdings,
        if(month_end - interval 32 day <= lag(month_end) over months, cast(lag(holdings) over months as double), null)
            as earlier,
        if(lead(month_end) over months <= month_end + interval 32 day, cast(lead(holdings) over months as double), null)
            as later
    from incoming
    where series in ('slt_table5', 'mfhhis01', 'mfhhis01_old_basis', 'mfh')
    window months as (partition by document_id, series, country_code, instrument order by month_end)
),

wrong_months as (
    select
        months.*,
        sums.total_less_named,
        months.holdings + if(months.country_code = '99996', -sums.total_less_named, sums.total_less_named) as corrected,
        coalesce((months.earlier + months.later) / 2, months.earlier, months.later) as usual
    from months
    inner join major_sums as sums
        on
            months.document_id = sums.document_id
            and months.series = sums.series
            and months.month_end = sums.month_end
    where abs(sums.total_less_named) > 1 and months.country_code <> '99990' and months.holdings is not null
),

suspects as (
    select
        *,
        coalesce(abs(holdings - usual) - abs(corrected - usual) > abs(total_less_named) / 2, false) as is_suspect
    from wrong_months
    qualify is_suspect or not bool_or(is_suspect) over (partition by document_id, series, month_end)
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    suspects.total_less_named
from news
inner join suspects on news.row_number = suspects.row_number
