{#-
    Price return of a bond with maturity `years` and coupons twice a year, bought at par at `yield_before`, when its yield becomes
    `yield_now`: a share of par, negative for a loss. Yields in per cent per year. Ignores the accrued coupon, which is about a
    hundredth of a daily price move.
-#}
{% macro par_bond_return(yield_before, yield_now, years) -%}
    {%- set periods = 2 * years -%}
    {%- set discount = 'power(1 + ' ~ yield_now ~ ' / 200.0, -' ~ periods ~ ')' -%}
    (
        case
            -- At a yield of zero, coupons are not discounted.
            when abs({{ yield_now }}) < 1e-9 then {{ periods }} * {{ yield_before }} / 200.0
            else ({{ yield_before }} / {{ yield_now }}) * (1 - {{ discount }}) + {{ discount }} - 1
        end
    )
{%- endmacro %}
