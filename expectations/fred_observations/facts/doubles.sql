-- Documents with the values of another series: 95 per cent of the common days are equal. Series that are equal by
-- definition are left out.
-- uses: resembling, incoming, latest, seed_fred_identities
with figures as materialized (
    select
        resembling.document_id,
        resembling.series_id,
        resembling.other_series_id,
        resembling.figures_alike,
        incoming.date
    from resembling
    inner join incoming on resembling.document_id = incoming.document_id and resembling.series_id = incoming.series_id
    left join seed_fred_identities as twins
        on
            twins.subtrahend is null
            and twins.series_id in (resembling.series_id, resembling.other_series_id)
            and twins.minuend in (resembling.series_id, resembling.other_series_id)
    where incoming.value is not null and twins.series_id is null
)

select
    figures.document_id,
    figures.series_id,
    figures.other_series_id,
    figures.figures_alike,
    count(*) as figures_in_common
from figures
inner join latest on figures.other_series_id = latest.series_id and figures.date = latest.date
where latest.value is not null
group by figures.document_id, figures.series_id, figures.other_series_id, figures.figures_alike
having figures.figures_alike >= 0.95 * count(*)
