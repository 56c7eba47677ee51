-- The months of each document: how many figures repeat those of the previous month, and a digest of all figures.
-- uses: incoming
with figures as (
    select
        document_id,
        series,
        country_code,
        security_type,
        instrument,
        month_end,
        coalesce(holdings, gross_purchases) as figure,
        lag(coalesce(holdings, gross_purchases)) over months as figure_before
    from incoming
    where series <> 'mfhhis01_old_basis' and coalesce(holdings, gross_purchases) is not null
    window months as (
        partition by document_id, series, country_code, security_type, instrument order by month_end
    )
)

select
    document_id,
    month_end,
    count(figure_before) filter (where figure_before > 5) as figures_with_one_before,
    count(*) filter (where figure_before > 5 and figure = figure_before) as figures_repeated,
    count(*) as figures,
    sum(hash(country_code, security_type, instrument, figure)) as digest
from figures
group by document_id, month_end
