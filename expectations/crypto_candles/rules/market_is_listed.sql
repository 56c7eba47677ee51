-- severity: critical
-- scope: row
-- expected: the list of symbols has this coin at this venue, in this currency
-- why: A coin that is not in dbt_project/seeds/crypto_symbols.csv has no bounds for the checks.
-- advice: Add the market to dbt_project/seeds/crypto_symbols.csv, or correct its row there.
-- uses: news, markets
select
    row_number,
    document_id,
    close
from news
anti join markets using (venue, symbol, quote)
