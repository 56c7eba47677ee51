-- severity: critical
-- scope: row
-- expected: no history begins with 0 and continues with more than 5 billion dollars
-- why: The largest real first figure after zeros is 0.5 billion (Romania's bills). Luxembourg, n.a. until Belgium was
--   separated from it, begins with 23.1 billion: a 0 before that is n.a. parsed as 0. The old basis comes first.
-- uses: news, incoming
with months as (
    select
        row_number,
        first_value(nullif(holdings, 0) ignore nulls) over from_here * if(unit = 'usd_bn', 1000, 1) as first_figure_usd_mn
    from incoming
    where series in ('slt_table1', 'slt_table3', 'slt3d', 'mfhhis01', 'mfhhis01_old_basis') and holdings is not null
    window
        to_here as (
            partition by document_id, replace(series, '_old_basis', ''), country_code, security_type, instrument
            order by month_end asc, series desc rows between unbounded preceding and current row
        ),
        from_here as (
            partition by document_id, replace(series, '_old_basis', ''), country_code, security_type, instrument
            order by month_end asc, series desc rows between current row and unbounded following
        )
    qualify max(holdings) over to_here = 0
)

select
    news.row_number,
    news.document_id,
    months.first_figure_usd_mn
from news
inner join months on news.row_number = months.row_number
where months.first_figure_usd_mn > 5000
