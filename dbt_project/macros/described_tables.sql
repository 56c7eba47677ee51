{#- Written by `make tables` from orchestration/tables/raw and the publishers' modules; do not edit. -#}
{% macro described_tables() %}
    {{ return({
        'raw_tables': ['crypto_candles', 'fed_securities', 'fred_observations', 'fred_series', 'nowcast_record', 'ofr_stress_index', 'tic_cslt', 'tic_holdings', 'tic_release_calendar', 'treasury_auctions', 'treasury_debt', 'treasury_par_yields'],
        'measures': ['open', 'high', 'low', 'close', 'volume', 'survey_position', 'net_flow', 'valuation_change', 'monthly_gap', 'estimated_position', 'value', 'holdings_q10_usd_bn', 'holdings_q50_usd_bn', 'holdings_q90_usd_bn', 'net_purchases_usd_bn', 'valuation_change_usd_bn', 'last_holdings_usd_bn', 'holdings', 'net_sales', 'gross_purchases', 'gross_sales', 'bid_to_cover_ratio', 'high_yield', 'average_median_yield', 'low_yield', 'high_discount_rate', 'average_median_discount_rate', 'high_investment_rate', 'high_discount_margin', 'interest_rate', 'price_per_100', 'allocation_percentage'],
        'observation_models': {'fred': 'stg_fred__observations', 'ofr': 'stg_ofr__stress_index', 'fiscaldata': 'stg_fiscaldata__debt'},
        'observation_publishers': ['fred', 'ofr', 'fiscaldata', 'treasury']
    }) }}
{% endmacro %}
