-- Documents that need other series as witnesses: they repeat fewer than 100 known figures, or restate them.
-- uses: requests, histories
select requests.document_id
from requests
left join histories on requests.document_id = histories.document_id
where not requests.is_dated
group by requests.document_id
having
    coalesce(max(histories.figures_known), 0) < 100
    or bool_or(histories.is_revised)
    or bool_or(
        histories.figures_known >= 20 and histories.figures_restated >= 5 and histories.share_restated >= 0.01
    )
