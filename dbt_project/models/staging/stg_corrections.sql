-- Grain: one row per correction.
-- Known at the as-of date. An empty field matches anything. Accepted rows concern our checks and apply at any as-of date.
with source as (
    select * from {{ ref('corrections') }}
),

renamed as (
    select
        ---------- ids
        correction_id,
        status,
        action,

        ---------- what it applies to, in the terms of raw
        source_table,
        series,
        subject,
        period,
        instrument,
        measure,

        ---------- figures, in the file's own unit
        published_value,
        corrected_value,

        ---------- why
        rule,
        what,
        why,
        evidence,

        ---------- dates
        known_since
    from source
)

select * from renamed
where
    action = 'accept'
    or {{ end_of_release('known_since') }} < (select cutoff.known_before from {{ ref('stg_knowledge_cutoff') }} as cutoff)
