-- severity: critical
-- scope: row
-- expected: a security is announced, auctioned, issued and redeemed in this order
-- why: A cash management bill may be announced, auctioned and issued on one day; none matures on the day of its issue.
-- advice: If the publisher confirms the dates, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    announcement_date,
    issue_date,
    maturity_date
from news
where
    announcement_date > auction_date
    or auction_date > issue_date
    or coalesce(issue_date, auction_date) >= maturity_date
