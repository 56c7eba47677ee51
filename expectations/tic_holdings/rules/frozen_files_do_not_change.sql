-- severity: critical
-- scope: row
-- expected: form S and table 3D, frozen at January 2023, and the old basis of mfhhis01 keep their figures
-- why: The publisher replaced these forms in 2023 and no longer revises them.
-- uses: news
select
    row_number,
    document_id,
    holdings,
    holdings_before,
    gross_purchases,
    gross_purchases_before
from news
where series in ('s1', 'slt3d', 'mfhhis01_old_basis') and was_known
