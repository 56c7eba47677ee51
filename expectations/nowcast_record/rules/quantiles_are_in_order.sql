-- severity: critical
-- scope: row
-- expected: the three quantiles are in order
-- why: A load writes them in order; if they are not, the document was changed by hand.
-- advice: Restore the document from a backup of the archive.
-- uses: news
select
    row_number,
    document_id,
    holdings_q10_usd_bn,
    holdings_q50_usd_bn,
    holdings_q90_usd_bn
from news
where holdings_q10_usd_bn > holdings_q50_usd_bn or holdings_q50_usd_bn > holdings_q90_usd_bn
