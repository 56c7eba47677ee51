-- Grain: an offered document: the whole history of the stress index.
with restated as (
    select
        document_id,
        component,
        avg(abs(value - value_before)) as mean_restatement
    from offered_ofr_stress_index
    where value is not null and value_before is not null
    group by document_id, component
),

most_restated as (
    select
        document_id,
        max(mean_restatement) as mean_restatement
    from restated
    group by document_id
),

holes as (
    select
        document_id,
        max(days_since) as longest_hole_days
    from (
        select
            document_id,
            date - lag(date) over (partition by document_id order by date) as days_since
        from (select distinct
            document_id,
            date
        from offered_ofr_stress_index) as days
    ) as steps
    group by document_id
)

select
    profile.document_id,
    profile.rows_retracted as figures_gone,
    holes.longest_hole_days,
    round(cast(most_restated.mean_restatement as double), 6) as mean_restatement,
    greatest(0, profile.newest_period_before - profile.newest_period) as days_gone_back
from profile_ofr_stress_index as profile
left join holes on profile.document_id = holes.document_id
left join most_restated on profile.document_id = most_restated.document_id
