-- The totals of the world and of its parts, one figure per row.
-- uses: incoming
unpivot (
    select
        document_id,
        series,
        country_code,
        month_end,
        security_type,
        instrument,
        cast(holdings as double) as holdings,
        cast(net_sales as double) as net_sales,
        cast(valuation_change as double) as valuation_change,
        cast(gross_purchases as double) as gross_purchases,
        cast(gross_sales as double) as gross_sales
    from incoming
    where
        series in ('slt_table1', 'slt_table3', 'slt3d', 's1')
        and country_code in (
            '19992', '29998', '39942', '34401', '49999', '59994', '69906', '69995', '79995', '99990', '99991', '99996'
        )
) on holdings, net_sales, valuation_change, gross_purchases, gross_sales into name measure value figure
