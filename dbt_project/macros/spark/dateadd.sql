{#- dbt-spark's own way counts in seconds of a time zone, and gives nothing for a timestamp without one. -#}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) %}
    timestampadd({{ datepart }}, {{ interval }}, cast({{ from_date_or_timestamp }} as timestamp))
{% endmacro %}
