{#-
    What a bond of `years` that pays coupons twice a year, bought at par at `yield_before`, gains in price when its yield
    becomes `yield_now`: a share of par, negative for a loss. Yields in per cent a year. The accrued coupon is left out: over a
    day it is a hundredth of what prices do.
-#}
{% macro par_bond_return(yield_before, yield_now, years) -%}
    {%- set periods = 2 * years -%}
    {%- set discount = 'power(1 + ' ~ yield_now ~ ' / 200.0, -' ~ periods ~ ')' -%}
    (
        case
            -- At a yield of nothing, each coupon counts in full.
            when abs({{ yield_now }}) < 1e-9 then {{ periods }} * {{ yield_before }} / 200.0
            else ({{ yield_before }} / {{ yield_now }}) * (1 - {{ discount }}) + {{ discount }} - 1
        end
    )
{%- endmacro %}
