-- Grain: a figure of tic_holdings that is news, with what the publisher's own identities and its other files say of it.
with releases as (
    select
        month_end_of_data,
        released_on,
        -- In January, April, July and October the publisher revises the past year, else three months.
        month_end_of_data - case when month(released_on) in (1, 4, 7, 10) then interval 13 month else interval 4 month end
            as revised_from
    from (
        select
            cast(data_month_end as date) as month_end_of_data,
            cast(released_on as date) as released_on
        from seed_tic_release_calendar
    )
),

-- What the last known edition of each table says: raw keeps a figure once, and for good. A country that an edition lists
-- has a figure for its newest month; table 5 holds thirteen months.
known_editions as (
    select *
    from known_tic_holdings
    where series in ('slt_table1', 'slt_table3', 'slt_table5') and security_type = 'treasury'
    qualify
        max(month_end) over (partition by series, country_code) = max(month_end) over (partition by series)
        and (
            series <> 'slt_table5'
            or date_diff('month', month_end, max(month_end) over (partition by series)) <= 12
        )
),

-- Tables 1, 3 and 5 come out together: those that end with the same month say the same of Treasuries.
statements as (
    select
        document_id,
        series,
        country_code,
        month_end,
        instrument,
        cast(holdings as double) * case when unit = 'usd_bn' then 1000 else 1 end as holdings,
        cast(net_sales as double) as net_sales,
        cast(valuation_change as double) as valuation_change
    from offered_tic_holdings
    where series in ('slt_table1', 'slt_table3', 'slt_table5') and security_type = 'treasury'
    union all
    select
        'known ' || series,
        series,
        country_code,
        month_end,
        instrument,
        cast(holdings as double) * case when unit = 'usd_bn' then 1000 else 1 end,
        cast(net_sales as double),
        cast(valuation_change as double)
    from known_editions
),

last_editions as (
    select
        series,
        newest_period,
        arg_max(document_id, retrieved_at) as document_id
    from (
        select dataset as series, newest_period, document_id, retrieved_at
        from documents_tic_holdings
        where dataset in ('slt_table1', 'slt_table3', 'slt_table5')
        union all
        select series, max(month_end), 'known ' || series, max(retrieved_at)
        from known_tic_holdings
        where series in ('slt_table1', 'slt_table3', 'slt_table5')
        group by series
    )
    group by series, newest_period
),

tables_of_one_release as (
    select
        documents.document_id,
        documents.dataset as series,
        last_editions.document_id as other_document_id,
        last_editions.series as other_series
    from documents_tic_holdings as documents
    inner join last_editions
        on
            documents.newest_period = last_editions.newest_period
            and (
                (documents.dataset = 'slt_table3' and last_editions.series in ('slt_table1', 'slt_table5'))
                or (documents.dataset in ('slt_table1', 'slt_table5') and last_editions.series = 'slt_table3')
            )
),

tables_compared as (
    select
        own.document_id,
        'treasury' as security_type,
        own.country_code,
        own.month_end,
        own.instrument,
        max(
            greatest(
                abs(own.holdings - other.holdings),
                abs(own.net_sales - other.net_sales),
                abs(own.valuation_change - other.valuation_change)
            )
        ) filter (where 'slt_table1' in (own.series, other.series)) as table_1_difference,
        bool_or(
            (own.holdings is null) <> (other.holdings is null)
            or (own.net_sales is null) <> (other.net_sales is null)
            or (own.valuation_change is null) <> (other.valuation_change is null)
        ) filter (where 'slt_table1' in (own.series, other.series)) as is_missing_in_one,
        max(abs(own.holdings - other.holdings)) filter (where 'slt_table5' in (own.series, other.series))
            as table_5_difference
    from tables_of_one_release as tables
    inner join statements as own on tables.document_id = own.document_id
    inner join statements as other
        on
            tables.other_document_id = other.document_id
            and own.country_code = other.country_code
            and own.month_end = other.month_end
            and own.instrument = other.instrument
    group by own.document_id, own.country_code, own.month_end, own.instrument
),

-- Editions of other releases say the same but for revisions.
revisions_apart as (
    select
        own.row_number,
        max(
            case
                when abs(own.holdings - other.holdings) > 500
                    then cast(abs(own.holdings - other.holdings) / greatest(own.holdings, other.holdings) as double)
            end
        ) as share
    from offered_tic_holdings as own
    inner join latest_tic_holdings as other
        on
            own.country_code = other.country_code
            and own.month_end = other.month_end
            and own.security_type = other.security_type
            and own.instrument = other.instrument
    where
        own.is_news
        and own.security_type = 'treasury'
        and own.instrument = 'long_term'
        and (
            (own.series = 'slt_table1' and other.series = 'slt_table3')
            or (own.series = 'slt_table3' and other.series = 'slt_table1')
        )
    group by own.row_number
),

-- Tables 3 and 3D: total, long-term and bills side by side.
terms as (
    select
        document_id,
        series,
        country_code,
        month_end,
        cast(max(holdings) filter (where instrument = 'total') as double) as total,
        cast(max(holdings) filter (where instrument = 'long_term') as double) as long_term,
        cast(max(holdings) filter (where instrument = 'bills') as double) as bills,
        cast(max(net_sales) filter (where instrument = 'total') as double) as total_sales,
        cast(max(net_sales) filter (where instrument = 'long_term') as double) as long_term_sales,
        cast(max(net_sales) filter (where instrument = 'bills') as double) as bills_sales
    from offered_tic_holdings
    where series in ('slt_table3', 'slt3d')
    group by document_id, series, country_code, month_end
),

terms_in_order as (
    select
        *,
        total - long_term - bills as total_less_parts,
        total_sales - long_term_sales - bills_sales as sales_total_less_parts,
        (total is null) <> (bills is null) or (long_term is null and total is not null) as is_part_missing,
        bills_sales
        - (bills - lag(bills) over months)
            as bills_sales_less_change
    from terms
    window months as (partition by document_id, country_code order by month_end)
),

terms_checked as (
    select
        *,
        -- One wrong position breaks its own month and the next, the other way round: the next is not to blame.
        case
            when
                abs(bills_sales_less_change) > 1
                and abs(bills_sales_less_change + lag(bills_sales_less_change) over months) <= 2
                then 0
            else bills_sales_less_change
        end as own_bills_sales_less_change
    from terms_in_order
    window months as (partition by document_id, country_code order by month_end)
),

-- Table 1 and the survey: all securities and their parts side by side.
securities as (
    select
        document_id,
        country_code,
        month_end,
        cast(max(holdings) filter (where security_type = 'all_us_securities') as double)
        - cast(sum(holdings) filter (where security_type <> 'all_us_securities') as double) as holdings_difference,
        cast(max(net_sales) filter (where security_type = 'all_us_securities') as double)
        - cast(sum(net_sales) filter (where security_type <> 'all_us_securities') as double) as sales_difference,
        cast(max(valuation_change) filter (where security_type = 'all_us_securities') as double)
        - cast(sum(valuation_change) filter (where security_type <> 'all_us_securities') as double)
            as valuation_difference
    from offered_tic_holdings
    where series = 'slt_table1'
    group by document_id, country_code, month_end
),

survey_sums as (
    select
        document_id,
        country_code,
        month_end,
        instrument,
        cast(max(holdings) filter (where security_type = 'all_us_debt') as double) as debt,
        cast(
            sum(holdings) filter (where security_type in ('treasury', 'agency', 'corporate_bond')) as double
        ) as debt_parts,
        count(holdings) filter (where security_type in ('treasury', 'agency', 'corporate_bond')) as debt_parts_said,
        cast(max(holdings) filter (where security_type = 'corporate_stock') as double) as stock,
        cast(max(holdings) filter (where security_type = 'all_us_securities') as double) as everything
    from offered_tic_holdings
    where series = 'shl'
    group by document_id, country_code, month_end, instrument
),

survey_debt as (
    select
        document_id,
        country_code,
        month_end,
        max(abs(debt - debt_parts)) filter (where debt_parts_said = 3) as debt_difference,
        abs(
            max(everything) filter (where instrument = 'total')
            - max(debt) filter (where instrument = 'long_term')
            - max(debt) filter (where instrument = 'bills')
            - max(stock)
        ) as everything_difference
    from survey_sums
    group by document_id, country_code, month_end
),

-- Totals of the world against their parts: regions with Canada and organisations, and official with other holders.
world_figures as (
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
        from offered_tic_holdings
        where
            series in ('slt_table1', 'slt_table3', 'slt3d', 's1')
            and country_code in (
                '19992', '29998', '39942', '34401', '49999', '59994', '69906', '69995', '79995', '99990', '99991', '99996'
            )
    ) on holdings, net_sales, valuation_change, gross_purchases, gross_sales into name measure value figure
),

world_sums as (
    select
        document_id,
        series,
        month_end,
        security_type,
        instrument,
        measure,
        max(figure) filter (where country_code = '99996') as grand_total,
        sum(figure) filter (
            where country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906', '79995')
        ) as regions,
        count(*) filter (
            where country_code in ('19992', '29998', '39942', '34401', '49999', '59994', '69906', '79995')
        ) as regions_said,
        sum(figure) filter (where country_code in ('69995', '79995')) as countries_and_organisations,
        count(*) filter (where country_code in ('69995', '79995')) as halves_said,
        sum(figure) filter (where country_code in ('99990', '99991')) as holders,
        count(*) filter (where country_code in ('99990', '99991')) as holders_said
    from world_figures
    group by document_id, series, month_end, security_type, instrument, measure
),

world as (
    select
        document_id,
        unnest([
            '19992', '29998', '39942', '34401', '49999', '59994', '69906', '69995', '79995', '99990', '99991', '99996'
        ]) as country_code,
        month_end,
        security_type,
        instrument,
        max(abs(grand_total - regions)) filter (
            where
            regions_said = 8
            -- Regions of other securities leave out what cannot be given to one; those of form S begin in 2001.
            and (
                (series in ('slt_table1', 'slt_table3', 'slt3d') and security_type = 'treasury')
                or (series = 's1' and month_end >= '2001-01-31' and security_type not in ('foreign_bond', 'foreign_stock'))
            )
        ) as regions_difference,
        max(abs(grand_total - countries_and_organisations)) filter (
            where halves_said = 2 and security_type not in ('foreign_bond', 'foreign_stock')
            and (series = 's1' or security_type = 'treasury')
        ) as countries_difference,
        max(abs(grand_total - holders)) filter (
            where holders_said = 2 and series in ('slt_table1', 'slt_table3')
        ) as holders_difference
    from world_sums
    group by document_id, month_end, security_type, instrument
),

-- A region holds at least what its named countries hold: some are suppressed, none is counted twice.
members as (
    select
        offered.document_id,
        offered.row_number,
        offered.month_end,
        offered.security_type,
        offered.instrument,
        countries.region,
        unnest([
            cast(offered.holdings as double),
            cast(offered.gross_purchases as double),
            cast(offered.gross_sales as double)
        ]) as figure,
        unnest(['holdings', 'gross_purchases', 'gross_sales']) as measure
    from offered_tic_holdings as offered
    inner join seed_countries as countries
        on offered.country_code = countries.country_code and countries.is_aggregate = 'false'
    where
        offered.series in ('slt_table1', 'slt_table3', 'slt3d', 's1')
        and (offered.security_type = 'treasury' or offered.series in ('slt_table1', 's1'))
),

named_sums as (
    select document_id, region, month_end, security_type, instrument, measure, sum(figure) as figure
    from members
    group by document_id, region, month_end, security_type, instrument, measure
),

regions as (
    select
        figures.document_id,
        figures.month_end,
        figures.security_type,
        figures.instrument,
        figures.measure,
        totals.region,
        figures.figure
    from world_figures as figures
    inner join (
        values
            ('19992', 'Europe'),
            ('39942', 'Latin America'),
            ('34401', 'Caribbean'),
            ('49999', 'Asia'),
            ('59994', 'Africa'),
            ('69906', 'Other')
    ) as totals (country_code, region)
        on figures.country_code = totals.country_code
),

-- The countries to blame are those that hold at least what is too much.
named_too_much as (
    select
        members.row_number,
        max(named_sums.figure - regions.figure) as named_less_region
    from members
    inner join named_sums
        on
            members.document_id = named_sums.document_id
            and members.region = named_sums.region
            and members.month_end = named_sums.month_end
            and members.security_type = named_sums.security_type
            and members.instrument = named_sums.instrument
            and members.measure = named_sums.measure
    inner join regions
        on
            named_sums.document_id = regions.document_id
            and named_sums.region = regions.region
            and named_sums.month_end = regions.month_end
            and named_sums.security_type = regions.security_type
            and named_sums.instrument = regions.instrument
            and named_sums.measure = regions.measure
    where named_sums.figure > regions.figure + 2 and members.figure >= named_sums.figure - regions.figure
    group by members.row_number
),

-- Change of a position = net sales + valuation + other; bills have no valuation and no other.
others as (
    select
        row_number,
        cast(
            holdings - lag(holdings) over months - net_sales - valuation_change as double
        ) as other_change,
        cast(greatest(holdings, lag(holdings) over months) as double) as position
    from offered_tic_holdings
    where series in ('slt_table1', 'slt_table3') and instrument = 'long_term'
    window months as (
        partition by document_id, series, country_code, security_type order by month_end
    )
    qualify abs(other_change) > 10000
),

-- Tables of major holders: what is named, all others, and the grand total; official holders and their parts.
major as (
    select
        document_id,
        series,
        country_code,
        month_end,
        instrument,
        cast(holdings as double) as holdings,
        case
            when month_end - interval 32 day <= lag(month_end) over months
                then cast(lag(holdings) over months as double)
        end as earlier,
        case
            when lead(month_end) over months <= month_end + interval 32 day
                then cast(lead(holdings) over months as double)
        end as later
    from offered_tic_holdings
    where series in ('slt_table5', 'mfhhis01', 'mfhhis01_old_basis')
    window months as (partition by document_id, series, country_code, instrument order by month_end)
),

major_sums as (
    select
        document_id,
        series,
        month_end,
        max(holdings) filter (where country_code = '99996')
        - sum(holdings) filter (where country_code not in ('99990', '99996')) as total_less_named,
        max(holdings) filter (where country_code = '99990' and instrument = 'total')
        - sum(holdings) filter (where country_code = '99990' and instrument <> 'total') as official_less_parts,
        count(holdings) filter (where country_code = '99990') as official_said
    from major
    group by document_id, series, month_end
),

-- Where a sum is off, the figure is to blame that the neighbouring months would have mended.
major_suspects as (
    select
        major.document_id,
        major.series,
        major.country_code,
        major.month_end,
        major.instrument,
        sums.total_less_named,
        coalesce(
            abs(major.holdings - coalesce((major.earlier + major.later) / 2, major.earlier, major.later))
            - abs(
                major.holdings
                + case when major.country_code = '99996' then -sums.total_less_named else sums.total_less_named end
                - coalesce((major.earlier + major.later) / 2, major.earlier, major.later)
            ) > abs(sums.total_less_named) / 2,
            false
        ) as is_suspect
    from major
    inner join major_sums as sums
        on
            major.document_id = sums.document_id
            and major.series = sums.series
            and major.month_end = sums.month_end
    where
        abs(sums.total_less_named) > 0.5
        and major.country_code <> '99990'
        and major.holdings is not null
),

major_blamed as (
    select *
    from major_suspects
    qualify is_suspect or not bool_or(is_suspect) over (partition by document_id, series, month_end)
),

-- The history against the monthly tables: months that no release between the two editions may have revised must agree.
history_said as (
    select
        document_id,
        country_code,
        month_end,
        instrument,
        cast(holdings as double) * 1000 as holdings,
        cast(released_on as date) as said_on
    from offered_tic_holdings
    where series = 'mfhhis01' and holdings is not null
    union all
    select
        'known',
        country_code,
        month_end,
        instrument,
        cast(holdings as double) * 1000,
        cast(released_on as date)
    from latest_tic_holdings
    where series = 'mfhhis01' and holdings is not null
),

table_3_said as (
    select
        offered.document_id,
        offered.country_code,
        offered.month_end,
        offered.instrument,
        cast(offered.holdings as double) as holdings,
        documents.released_on as said_on
    from offered_tic_holdings as offered
    inner join documents_tic_holdings as documents on offered.document_id = documents.document_id
    where offered.series = 'slt_table3' and offered.holdings is not null
    union all
    select
        'known',
        country_code,
        month_end,
        instrument,
        cast(holdings as double),
        max(released_on) over ()
    from latest_tic_holdings
    where series = 'slt_table3' and holdings is not null
),

history_pairs as (
    select
        history_said.document_id as history_document_id,
        table_3_said.document_id as table_3_document_id,
        history_said.country_code,
        history_said.month_end,
        history_said.instrument,
        least(history_said.said_on, table_3_said.said_on) as first_said_on,
        greatest(history_said.said_on, table_3_said.said_on) as last_said_on,
        table_3_said.holdings - history_said.holdings as difference,
        table_3_said.holdings as holdings
    from history_said
    inner join table_3_said
        on
            history_said.country_code = table_3_said.country_code
            and history_said.month_end = table_3_said.month_end
            and history_said.instrument = table_3_said.instrument
            and (history_said.document_id = 'known') <> (table_3_said.document_id = 'known')
),

history_spans as (
    select
        spans.first_said_on,
        spans.last_said_on,
        min(releases.revised_from) as revised_from
    from (select distinct first_said_on, last_said_on from history_pairs) as spans
    left join releases
        on releases.released_on > spans.first_said_on and releases.released_on <= spans.last_said_on
    group by spans.first_said_on, spans.last_said_on
),

history_compared as (
    select
        pairs.*,
        pairs.month_end >= coalesce(spans.revised_from, date '9999-12-31') as may_be_revised
    from history_pairs as pairs
    inner join history_spans as spans
        on pairs.first_said_on = spans.first_said_on and pairs.last_said_on = spans.last_said_on
),

history_in_order as (
    select
        *,
        coalesce(lag(case when may_be_revised then 0 else abs(difference) end) over months, 0) as difference_earlier,
        coalesce(lead(case when may_be_revised then 0 else abs(difference) end) over months, 0) as difference_later
    from history_compared
    window months as (
        partition by history_document_id, table_3_document_id, country_code, instrument order by month_end
    )
),

-- Half of the last digit of the history is 50 million; a tenth more for what neither file prints.
history_judged as (
    select
        country_code,
        month_end,
        instrument,
        difference,
        case when history_document_id = 'known' then table_3_document_id else history_document_id end as document_id,
        case when history_document_id = 'known' then 'slt_table3' else 'mfhhis01' end as series,
        case
            when abs(difference) > 5000 and abs(difference) > 0.3 * greatest(holdings, holdings - difference) then difference
            when may_be_revised then 0
            when difference_earlier <= 55 and difference_later <= 55 then difference
            when abs(difference) > 0.05 * holdings then difference
            else 0
        end as difference_alone,
        case when may_be_revised then 0 else difference end as settled_difference
    from history_in_order
    where abs(difference) > 55
),

-- The frozen table 3D against the history and against table 3, as far as it was ever revised.
frozen_compared as (
    select
        offered.row_number,
        max(
            abs(
                offered.holdings * case when offered.unit = 'usd_bn' then 1000 else 1 end
                - latest.holdings * case when latest.unit = 'usd_bn' then 1000 else 1 end
            ) / (2500 + 0.002 * latest.holdings * case when latest.unit = 'usd_bn' then 1000 else 1 end)
        ) as share_of_allowance
    from offered_tic_holdings as offered
    inner join latest_tic_holdings as latest
        on
            offered.country_code = latest.country_code
            and offered.month_end = latest.month_end
            and offered.security_type = latest.security_type
            and offered.instrument = latest.instrument
    where
        offered.is_news
        and (
            (offered.series = 'slt3d' and latest.series in ('mfhhis01', 'slt_table3'))
            or (latest.series = 'slt3d' and offered.series in ('mfhhis01', 'slt_table3'))
        )
        and offered.month_end between date '2011-12-31' and date '2022-10-31'
        -- Until 2011 the history's United Kingdom holds the Channel Islands and the Isle of Man.
        and not (offered.country_code = '13005' and offered.month_end < date '2012-01-31')
    group by offered.row_number
),

survey_compared as (
    select
        offered.row_number,
        max(abs(ln(cast(offered.holdings as double) / cast(latest.holdings as double)))) as log_ratio
    from offered_tic_holdings as offered
    inner join latest_tic_holdings as latest
        on
            offered.country_code = latest.country_code
            and offered.month_end = latest.month_end
            and offered.security_type = latest.security_type
            and offered.instrument = latest.instrument
    where
        offered.is_news
        and offered.series = 'shl'
        and latest.series in ('slt_table3', 'slt3d')
        and offered.instrument = 'long_term'
        and offered.holdings > 0
        and latest.holdings > 0
        and greatest(offered.holdings, latest.holdings) > 5000
    group by offered.row_number
),

-- Two countries that each say what the other said before.
changed as (
    select *
    from offered_tic_holdings
    where
        was_known
        and is_news
        -- Billions are printed with so few digits that two may cross by chance.
        and abs(holdings - holdings_before) > case when unit = 'usd_bn' then 0.02 * holdings else 10 end
),

exchanged as (
    select
        one.row_number,
        min(other.country_code) as exchanged_with
    from changed as one
    inner join changed as other
        on
            one.document_id = other.document_id
            and one.series = other.series
            and one.month_end = other.month_end
            and one.security_type = other.security_type
            and one.instrument = other.instrument
            and one.country_code <> other.country_code
            and one.holdings = other.holdings_before
            and one.holdings_before = other.holdings
    group by one.row_number
),

-- Two countries of one month that each go on from where the other stood: their figures stand under each other's names.
-- All securities in table 1, long-term Treasuries in table 3; only where flows are said, from February 2023.
steps as (
    select
        document_id,
        country_code,
        month_end,
        cast(holdings - net_sales - valuation_change as double) as started_from,
        cast(lag(holdings) over months as double) as stood_at
    from offered_tic_holdings
    where
        instrument = 'long_term'
        and (series = 'slt_table3' or (series = 'slt_table1' and security_type = 'all_us_securities'))
    window months as (partition by document_id, country_code order by month_end)
    qualify abs(started_from - stood_at) > 0.05 * stood_at and stood_at > 1000
),

crossed as (
    select
        one.document_id,
        one.country_code,
        one.month_end,
        min(other.country_code) as crossed_with
    from steps as one
    inner join steps as other
        on
            one.document_id = other.document_id
            and one.month_end = other.month_end
            and one.country_code <> other.country_code
    where
        abs(one.started_from - other.stood_at) < 0.02 * other.stood_at
        and abs(other.started_from - one.stood_at) < 0.02 * one.stood_at
    group by one.document_id, one.country_code, one.month_end
),

-- A country's own months, as its document tells them.
neighbours as (
    select
        row_number,
        case
            when
                holdings = 0
                and month_end - interval 32 day <= lag(month_end) over months
                and lead(month_end) over months <= month_end + interval 32 day
                then least(lag(holdings) over months, lead(holdings) over months)
                * case when unit = 'usd_bn' then 1000 else 1 end
        end as zero_between_usd_mn
    from offered_tic_holdings
    where series in ('slt_table1', 'slt_table3', 'slt_table5', 'slt3d', 'mfhhis01') and holdings is not null
    window months as (
        partition by document_id, series, country_code, security_type, instrument order by month_end
    )
    qualify zero_between_usd_mn > 0
),

-- Zeros before a country's first figure: a country that was not told apart yet has none. The old basis comes first.
beginnings as (
    select
        row_number,
        first_value(nullif(holdings, 0) ignore nulls) over from_here
        * case when unit = 'usd_bn' then 1000 else 1 end as first_figure_usd_mn
    from offered_tic_holdings
    where series in ('slt_table1', 'slt_table3', 'slt3d', 'mfhhis01', 'mfhhis01_old_basis') and holdings is not null
    window
        to_here as (
            partition by document_id, replace(series, '_old_basis', ''), country_code, security_type, instrument
            order by month_end, series desc rows between unbounded preceding and current row
        ),
        from_here as (
            partition by document_id, replace(series, '_old_basis', ''), country_code, security_type, instrument
            order by month_end, series desc rows between current row and unbounded following
        )
    qualify max(holdings) over to_here = 0
),

-- The days on which the history's footer says that a year was revised.
history_days as (
    select
        document_id,
        document_rank,
        year(month_end) as data_year,
        max(released_on) as revised_on
    from offered_tic_holdings
    where series = 'mfhhis01'
    group by document_id, document_rank, year(month_end)
    union all
    select 'known', -1, year(month_end), max(released_on)
    from known_tic_holdings
    where series = 'mfhhis01'
    group by year(month_end)
),

history_restated as (
    select
        'mfhhis01' as series,
        document_id,
        data_year,
        revised_on > lag(revised_on) over (partition by data_year order by document_rank) as is_restated
    from history_days
),

twins as (
    select document_id, series, country_code, month_end, security_type, instrument, count(*) as times_said
    from offered_tic_holdings
    group by document_id, series, country_code, month_end, security_type, instrument
    having count(*) > 1
),

-- A total, its parts, and what is added up with them: where one figure contradicts another file, all of them go,
-- since each of them may be the wrong one.
contradictions as (
    select
        offered.document_id,
        offered.country_code,
        offered.month_end,
        max(tables_compared.table_1_difference) as table_1_difference,
        max(case when tables_compared.is_missing_in_one then offered.series end) as missing_in_one,
        max(tables_compared.table_5_difference) as table_5_difference,
        max(revisions_apart.share) as share_between_tables_1_and_3,
        arg_max(history_judged.difference_alone, abs(history_judged.difference_alone)) as history_difference,
        arg_max(history_judged.settled_difference, abs(history_judged.settled_difference)) filter (
            where history_judged.difference_alone = 0
        ) as settled_history_difference,
        max(frozen_compared.share_of_allowance) as share_of_allowance
    from offered_tic_holdings as offered
    left join tables_compared
        on
            offered.document_id = tables_compared.document_id
            and offered.country_code = tables_compared.country_code
            and offered.month_end = tables_compared.month_end
            and offered.security_type = tables_compared.security_type
            and offered.instrument = tables_compared.instrument
    left join revisions_apart on offered.row_number = revisions_apart.row_number
    left join history_judged
        on
            offered.document_id = history_judged.document_id
            and offered.series = history_judged.series
            and offered.country_code = history_judged.country_code
            and offered.month_end = history_judged.month_end
            and offered.instrument = history_judged.instrument
    left join frozen_compared on offered.row_number = frozen_compared.row_number
    where
        offered.series in ('slt_table1', 'slt_table3', 'slt_table5', 'slt3d', 'mfhhis01')
        and offered.security_type = 'treasury'
    group by
        offered.document_id,
        offered.country_code,
        offered.month_end
)

select
    offered.row_number,
    offered.document_id,
    offered.line_number,
    offered.series,
    offered.country_code,
    offered.month_end,
    offered.security_type,
    offered.instrument,
    offered.unit,
    cast(offered.holdings as double) as holdings,
    cast(offered.net_sales as double) as net_sales,
    cast(offered.valuation_change as double) as valuation_change,
    cast(offered.gross_purchases as double) as gross_purchases,
    cast(offered.gross_sales as double) as gross_sales,
    case when countries.country_code is null then offered.country_code end as unknown_country_code,
    coalesce(twins.times_said, 1) as times_said,
    date_diff('day', offered.month_end, last_day(offered.month_end)) as days_before_the_months_end,
    case
        when
            offered.unit
            <> case
                when offered.series in ('slt_table5', 'mfhhis01', 'mfhhis01_old_basis') then 'usd_bn' else 'usd_mn'
            end
            then offered.unit
    end as unit_of_another_series,
    cast(offered.holdings as double) * case when offered.unit = 'usd_bn' then 1000 else 1 end as holdings_usd_mn,
    case
        when offered.country_code = '99996' and offered.security_type = 'treasury' and offered.month_end >= '2000-01-31'
            then
                cast(
                    coalesce(case when offered.instrument <> 'bills' then offered.holdings end, offered.gross_purchases)
                    as double
                ) / case when offered.unit = 'usd_bn' then 1 else 1000 end
    end as grand_total_usd_bn,
    case
        when offered.series in ('slt_table1', 'slt_table3') and offered.month_end < '2023-02-28'
            then
                coalesce(
                    offered.valuation_change,
                    case when offered.instrument <> 'bills' then offered.net_sales end
                )
    end as flow_before_its_first_month,
    terms.total_less_parts,
    terms.sales_total_less_parts,
    case when terms.is_part_missing then offered.instrument end as part_missing,
    terms.own_bills_sales_less_change as bills_sales_less_change,
    greatest(
        abs(securities.holdings_difference), abs(securities.sales_difference), abs(securities.valuation_difference)
    ) as all_securities_less_parts,
    survey_debt.debt_difference as survey_debt_less_parts,
    survey_debt.everything_difference as survey_total_less_parts,
    case when offered.country_code not in ('69995', '99990', '99991') then world.regions_difference end
        as grand_total_less_regions,
    case when offered.country_code in ('69995', '79995', '99996') then world.countries_difference end
        as grand_total_less_countries,
    case when offered.country_code in ('99990', '99991', '99996') then world.holders_difference end
        as grand_total_less_holders,
    named_too_much.named_less_region,
    others.other_change / others.position as other_share_of_position,
    case when abs(others.other_change) > 20000 then others.other_change / others.position end
        as large_other_share_of_position,
    major_blamed.total_less_named,
    case
        when offered.country_code = '99990' and major_sums.official_said = 3 then major_sums.official_less_parts
    end as official_less_parts,
    contradictions.table_1_difference as table_1_less_table_3_usd_mn,
    contradictions.missing_in_one as missing_in_one_of_tables_1_and_3,
    contradictions.share_between_tables_1_and_3,
    contradictions.table_5_difference as table_5_less_table_3_usd_mn,
    contradictions.history_difference as history_less_table_3_usd_mn,
    contradictions.settled_history_difference as settled_history_less_table_3_usd_mn,
    contradictions.share_of_allowance as table_3d_share_of_allowance,
    survey_compared.log_ratio as survey_to_monthly_log_ratio,
    exchanged.exchanged_with,
    crossed.crossed_with,
    neighbours.zero_between_usd_mn,
    beginnings.first_figure_usd_mn as zero_before_usd_mn,
    case when offered.was_known and offered.holdings = 0 and offered.holdings_before is null then 0 end
        as zero_that_was_missing,
    case
        when
            offered.series = 'mfhhis01'
            and offered.was_known
            and offered.holdings is distinct from offered.holdings_before
            and not coalesce(history_restated.is_restated, false)
            then offered.holdings
    end as changed_in_a_year_not_revised,
    case
        when offered.series in ('s1', 'slt3d', 'mfhhis01_old_basis') and offered.was_known then offered.series
    end as changed_in_a_frozen_file,
    case
        when
            offered.was_known
            and least(offered.holdings, offered.holdings_before)
            * case when offered.unit = 'usd_bn' then 1000 else 1 end > 1000
            then cast(offered.holdings / offered.holdings_before as double)
    end as holdings_to_holdings_before,
    case when offered.was_known and offered.holdings is null then offered.holdings_before end as figure_taken_back
from offered_tic_holdings as offered
left join seed_countries as countries on offered.country_code = countries.country_code
left join twins
    on
        offered.document_id = twins.document_id
        and offered.series = twins.series
        and offered.country_code = twins.country_code
        and offered.month_end = twins.month_end
        and offered.security_type = twins.security_type
        and offered.instrument = twins.instrument
left join terms_checked as terms
    on
        offered.document_id = terms.document_id
        and offered.country_code = terms.country_code
        and offered.month_end = terms.month_end
left join securities
    on
        offered.document_id = securities.document_id
        and offered.country_code = securities.country_code
        and offered.month_end = securities.month_end
left join survey_debt
    on
        offered.document_id = survey_debt.document_id
        and offered.country_code = survey_debt.country_code
        and offered.month_end = survey_debt.month_end
left join world
    on
        offered.document_id = world.document_id
        and offered.month_end = world.month_end
        and offered.security_type = world.security_type
        and offered.instrument = world.instrument
        and offered.country_code = world.country_code
left join major_blamed
    on
        offered.document_id = major_blamed.document_id
        and offered.series = major_blamed.series
        and offered.country_code = major_blamed.country_code
        and offered.month_end = major_blamed.month_end
        and offered.instrument = major_blamed.instrument
left join major_sums
    on
        offered.document_id = major_sums.document_id
        and offered.series = major_sums.series
        and offered.month_end = major_sums.month_end
left join contradictions
    on
        offered.document_id = contradictions.document_id
        and offered.country_code = contradictions.country_code
        and offered.month_end = contradictions.month_end
left join named_too_much on offered.row_number = named_too_much.row_number
left join others on offered.row_number = others.row_number
left join survey_compared on offered.row_number = survey_compared.row_number
left join exchanged on offered.row_number = exchanged.row_number
left join crossed
    on
        offered.document_id = crossed.document_id
        and offered.country_code = crossed.country_code
        and offered.month_end = crossed.month_end
left join neighbours on offered.row_number = neighbours.row_number
left join beginnings on offered.row_number = beginnings.row_number
left join history_restated
    on
        offered.document_id = history_restated.document_id
        and offered.series = history_restated.series
        and year(offered.month_end) = history_restated.data_year
where offered.is_news
