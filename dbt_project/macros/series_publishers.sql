{#-
    Publishers of time series: the seed with their catalogue and the staging model with their observations. A new publisher of
    series is one line here.
-#}
{% macro series_publishers() %}
    {{ return([
        {'name': 'fred', 'catalogue': 'fred_series', 'observations': 'stg_fred__observations'},
        {'name': 'ofr', 'catalogue': 'ofr_series', 'observations': 'stg_ofr__stress_index'},
    ]) }}
{% endmacro %}
