{#-
    The price change, per 1 of par, of a par bond that is priced again after one day: it was issued at `yield_before`, and is now
    worth what its coupons and its redemption are worth at `yield_now`. Yields in per cent, coupons twice a year; one day of
    accrued interest is left out.
-#}
{% macro par_bond_return(yield_before, yield_now, years) -%}
    (
        ({{ yield_before }}) / 200.0
        -- At a yield of zero the annuity is its number of coupons.
        * coalesce(
            (1 - power(1 + ({{ yield_now }}) / 200.0, -{{ 2 * years }})) / nullif(({{ yield_now }}) / 200.0, 0),
            case when ({{ yield_now }}) = 0 then {{ 2 * years }} end
        )
        + power(1 + ({{ yield_now }}) / 200.0, -{{ 2 * years }}) - 1
    )
{%- endmacro %}
