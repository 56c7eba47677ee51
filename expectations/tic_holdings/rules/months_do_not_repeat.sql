-- severity: critical
-- scope: document
-- expected: no month repeats more than half of the figures of the previous month
-- why: Largest real share: 0.125 in mfhhis01 (24 rows, June 2001), 0.075 in form S, 0.06 in the other files. A month
--   that is repeated under another name repeats all.
-- advice: Fetch the file again. If the result is the same, check the publisher's release notes. If the file is right,
--   accept the document with a line in corrections.csv (series = dataset, period = day of retrieval).
-- uses: month_contents
select
    document_id,
    month_end,
    figures_repeated,
    figures_with_one_before as figures
from month_contents
where figures_with_one_before >= 10 and figures_repeated > 0.5 * figures_with_one_before
