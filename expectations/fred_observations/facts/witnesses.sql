-- Each equation and each related series that confirms or contradicts a document.
-- uses: equation_shares, kin_correlations
select
    document_id,
    series_id || ' and ' || minuend as pair,
    'equation' as kind,
    share_broken > 0.2 as is_against,
    share_broken < 0.05 as is_for
from equation_shares
union all
select
    document_id,
    pair,
    'kin' as kind,
    another_day > same_day + 0.02 and another_day > 0.3 as is_against,
    same_day > another_day + 0.02 and same_day > 0.3 as is_for
from kin_correlations
