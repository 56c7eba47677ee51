-- For each broken equation and each related series out of step, the document that most of its own witnesses contradict.
-- If a curve differs from several series, the curve is at fault, not all of them.
-- uses: witnesses, incoming_treasury_par_yields
with documents_suspected as (
    select
        document_id,
        case
            when
                document_id in (select document_id from incoming_treasury_par_yields)
                and count(*) filter (where is_against) >= 2
                then count(*) filter (where is_against)
            else
                coalesce(
                    sum(cast(is_against as integer) - cast(is_for as integer)) filter (where kind = 'equation'), 0
                )
        end as in_equations,
        sum(cast(is_against as integer) - cast(is_for as integer)) as among_kin
    from witnesses
    group by document_id
),

accused as (
    select
        witnesses.document_id,
        witnesses.pair,
        witnesses.kind,
        if(witnesses.kind = 'equation', suspected.in_equations, suspected.among_kin) as suspicion
    from witnesses
    inner join documents_suspected as suspected on witnesses.document_id = suspected.document_id
    where witnesses.is_against
)

select
    document_id,
    pair,
    kind
from accused
qualify suspicion = max(suspicion) over (partition by kind, pair)
