{#- Whether a number satisfies a claim; null without a number. -#}
{% macro claim_holds(number) -%}
    case claims.holds_if
        when 'equal' then abs({{ number }} - claims.claimed_number) <= claims.tolerance
        when 'at_least' then {{ number }} >= claims.claimed_number
        when 'at_most' then {{ number }} <= claims.claimed_number
    end
{%- endmacro %}
