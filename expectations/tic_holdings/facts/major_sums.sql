-- Tables of major holders (table 5, mfhhis01, mfh): the Grand Total less named countries and All Other; official holders
-- less their bills and coupons.
-- uses: incoming
select
    document_id,
    series,
    month_end,
    cast(
        max(holdings) filter (where country_code = '99996')
        - sum(holdings) filter (where country_code not in ('99990', '99996')) as double
    ) as total_less_named,
    if(
        count(holdings) filter (where country_code = '99990') = 3,
        max(holdings) filter (where country_code = '99990' and instrument = 'total')
        - sum(holdings) filter (where country_code = '99990' and instrument <> 'total'),
        null
    ) as official_less_parts
from incoming
where series in ('slt_table5', 'mfhhis01', 'mfhhis01_old_basis', 'mfh')
group by document_id, series, month_end
