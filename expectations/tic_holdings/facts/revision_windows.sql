-- The first month that the publisher may have revised in tables 1 and 3 since the last known edition: the past year if
-- one of the releases in between is in January, April, July or October, otherwise three months. For the survey, only
-- the newest one.
-- uses: documents, profile, calendar
select
    documents.document_id,
    if(
        documents.dataset = 'shlhistdat',
        any_value(cast(profile.newest_period_before as timestamp)),
        last_day(
            profile.newest_period_before
            - if(bool_or(month(calendar.released_on) in (1, 4, 7, 10)), interval 13 month, interval 4 month)
        )
    ) as revised_from
from documents
inner join profile on documents.document_id = profile.document_id
left join calendar
    on
        profile.newest_period_before < calendar.data_month_end
        and documents.newest_period >= calendar.data_month_end
where documents.dataset in ('slt_table1', 'slt_table3', 'shlhistdat')
group by documents.document_id, documents.dataset, profile.newest_period_before
