-- severity: critical
-- scope: row
-- expected: the low rate is not above the median, and the median is not above the high rate and within one point of it
-- why: All accepted bids are at or below the highest rate. The median is within 0.07 points of it in the results of 2024
--   and 2026; a misplaced decimal point is further away.
-- advice: If the publisher confirms the rates, add an `accept` line to dbt_project/seeds/corrections.csv.
-- uses: news
select
    row_number,
    document_id,
    low_yield,
    average_median_yield,
    high_yield,
    average_median_discount_rate,
    high_discount_rate
from news
where
    average_median_yield not between high_yield - 1 and high_yield
    or low_yield > coalesce(average_median_yield, high_yield)
    or average_median_discount_rate not between high_discount_rate - 1 and high_discount_rate
