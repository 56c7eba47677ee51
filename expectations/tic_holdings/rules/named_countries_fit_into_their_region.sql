-- severity: critical
-- scope: row
-- expected: a region holds and trades at least as much as its named countries
-- why: Small countries are suppressed and only in the total, so the sum of named countries never exceeds it by more
--   than rounding (2 in form S). The countries at fault are those that hold at least the excess.
-- uses: news, named_figures, world_figures
with regions as (
    select
        figures.*,
        totals.region
    from world_figures as figures
    inner join (
        values
        ('19992', 'Europe'), ('39942', 'Latin America'), ('34401', 'Caribbean'),
        ('49999', 'Asia'), ('59994', 'Africa'), ('69906', 'Other')
    ) as totals (country_code, region)
        on figures.country_code = totals.country_code
),

named as (
    select
        *,
        sum(figure) over (
            partition by document_id, region, month_end, security_type, instrument, measure
        ) as sum_of_named
    from named_figures
),

wrong as (
    select
        named.row_number,
        max(named.sum_of_named - regions.figure) as too_much_by
    from named
    inner join regions
        on
            named.document_id = regions.document_id
            and named.region = regions.region
            and named.month_end = regions.month_end
            and named.security_type = regions.security_type
            and named.instrument = regions.instrument
            and named.measure = regions.measure
    where named.sum_of_named > regions.figure + 2 and named.figure >= named.sum_of_named - regions.figure
    group by named.row_number
)

select
    news.row_number,
    news.document_id,
    news.holdings,
    wrong.too_much_by
from news
inner join wrong on news.row_number = wrong.row_number
