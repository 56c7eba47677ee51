-- severity: warning
-- scope: document
-- expected: a file goes back to its usual first month
-- why: Tables 1 and 3 begin in January 2020, mfhhis01 in March 2000, table 3D in September 2011, form S in 1977, the
--   survey in 1974: in every archived edition. If the publisher cuts its history, ours keeps the figures. Table 5 and
--   new files have rolling windows.
-- uses: documents, profile
select
    documents.document_id,
    profile.first_period as first_month,
    facts.first_month as usual_first_month
from documents
inner join profile on documents.document_id = profile.document_id
inner join (
    values
    ('slt_table1', date '2020-01-31'),
    ('slt_table3', date '2020-01-31'),
    ('mfhhis01', date '2000-03-31'),
    ('slt3d_globl', date '2011-09-30'),
    ('s1_globl', date '1977-01-31'),
    ('shlhistdat', date '1974-12-31')
) as facts (dataset, first_month)
    on documents.dataset = facts.dataset
where date_diff('month', facts.first_month, profile.first_period) > 0
