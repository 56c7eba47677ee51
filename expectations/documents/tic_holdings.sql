-- Grain: an offered document of tic_holdings, with what its calendar, its last good edition and its own months say of it.
with documents as (
    select
        documents.document_id,
        documents.dataset,
        cast(documents.retrieved_at as date) as retrieved_on,
        documents.retrieved_at,
        documents.released_on,
        documents.newest_period,
        documents.dataset in ('slt_table1', 'slt_table3', 'slt_table5') as is_monthly,
        profile.rows_known,
        profile.rows_changed,
        profile.rows_retracted,
        profile.first_period,
        profile.newest_period_before
    from documents_tic_holdings as documents
    inner join profile_tic_holdings as profile on documents.document_id = profile.document_id
),

calendar as (
    select
        cast(data_month_end as date) as data_month_end,
        cast(released_on as date) as released_on
    from seed_tic_release_calendar
),

-- What the calendar promises for the time of retrieval. Files come out at 4 pm in Washington, and in the quarter of an
-- hour after; two hours later, at 22:00 UTC at the latest, the new month is due.
promised as (
    select
        documents.document_id,
        max(calendar.data_month_end) filter (
            where calendar.released_on + interval 22 hour <= documents.retrieved_at
        ) as due_month,
        max(calendar.released_on) filter (where calendar.data_month_end = documents.newest_period) as release_of_its_month
    from documents
    cross join calendar
    group by documents.document_id
),

-- The tables of one release, fetched on one day, end with the same month.
siblings as (
    select
        retrieved_on,
        max(newest_period) as newest_period
    from documents
    where is_monthly
    group by retrieved_on
),

-- Since when each file has figures; table 5 and new files roll.
first_months as (
    select *
    from (
        values
            ('slt_table1', date '2020-01-31'),
            ('slt_table3', date '2020-01-31'),
            ('mfhhis01', date '2000-03-31'),
            ('slt3d_globl', date '2011-09-30'),
            ('s1_globl', date '1977-01-31'),
            ('shlhistdat', date '1974-12-31')
    ) as facts (dataset, first_month)
),

-- The rows that the sums of tables 1 and 3 need: eight parts of the world, and four totals.
totals_offered as (
    select
        document_id,
        12 - count(distinct country_code) as totals_missing
    from offered_tic_holdings
    where
        series in ('slt_table1', 'slt_table3')
        and country_code in (
            '19992', '29998', '39942', '34401', '49999', '59994', '69906', '69995', '79995', '99990', '99991', '99996'
        )
    group by document_id
),

-- The countries of each edition, and from which month on.
countries_offered as (
    select
        document_id,
        document_rank,
        series,
        country_code,
        min(month_end) as first_month
    from offered_tic_holdings
    where series <> 'mfhhis01_old_basis'
    group by document_id, document_rank, series, country_code
),

countries_before as (
    select
        documents.document_id,
        before.series,
        before.country_code,
        min(before.first_month) as first_month
    from (
        select distinct document_id, document_rank, series from countries_offered
    ) as documents
    inner join (
        select document_rank, series, country_code, first_month from countries_offered
        union all
        select -1, series, country_code, min(month_end)
        from known_tic_holdings
        where holdings is not null or gross_purchases is not null
        group by series, country_code
    ) as before
        on documents.series = before.series and documents.document_rank > before.document_rank
    where documents.series <> 'slt_table5'
    group by documents.document_id, before.series, before.country_code
),

countries_lost as (
    select
        coalesce(before.document_id, offered.document_id) as document_id,
        greatest(
            0,
            count(*) filter (where offered.country_code is null) - count(*) filter (where before.country_code is null)
        ) as countries_lost,
        -- A window that moved on moved on for all: that is told by the document's first month.
        count(*) filter (
            where before.country_code is not null
            and offered.first_month > greatest(before.first_month, documents.first_period)
        ) as countries_cut
    from countries_before as before
    full join (
        select countries_offered.*
        from countries_offered
        semi join countries_before
            on
                countries_offered.document_id = countries_before.document_id
                and countries_offered.series = countries_before.series
    ) as offered
        on
            before.document_id = offered.document_id
            and before.series = offered.series
            and before.country_code = offered.country_code
    inner join documents on coalesce(before.document_id, offered.document_id) = documents.document_id
    group by coalesce(before.document_id, offered.document_id)
),

-- Countries of the sister tables: table 3 has those of tables 1 and 5. Cuba alone is in table 1 only.
editions as (
    select
        offered.document_id,
        offered.series,
        documents.newest_period,
        offered.country_code,
        count(offered.holdings) as months_said
    from offered_tic_holdings as offered
    inner join documents_tic_holdings as documents on offered.document_id = documents.document_id
    where
        offered.security_type = 'treasury'
        and (
            offered.series = 'slt_table5'
            or (offered.series in ('slt_table1', 'slt_table3') and offered.instrument = 'long_term')
        )
    group by offered.document_id, offered.series, documents.newest_period, offered.country_code
),

sisters_of_one_release as (
    select
        table_3.document_id,
        count(distinct sister.country_code) filter (
            where sister.series = 'slt_table5' and own.country_code is null and sister.country_code <> 'OTHER'
        ) as countries_only_in_table_5,
        count(distinct sister.country_code) filter (
            where sister.series = 'slt_table1' and own.months_said <> sister.months_said
        ) as countries_of_other_length_in_table_1
    from (select distinct document_id, newest_period from editions where series = 'slt_table3') as table_3
    inner join editions as sister
        on table_3.newest_period = sister.newest_period and sister.series in ('slt_table1', 'slt_table5')
    left join editions as own
        on table_3.document_id = own.document_id and sister.country_code = own.country_code
    group by table_3.document_id
),

sisters_of_any_release as (
    select
        table_3.document_id,
        count(*) as countries_only_in_table_1
    from (select distinct document_id from editions where series = 'slt_table3') as table_3
    cross join (
        select distinct country_code
        from latest_tic_holdings
        where series = 'slt_table1' and security_type = 'treasury' and holdings is not null and country_code <> '30708'
    ) as sister
    anti join editions as own
        on table_3.document_id = own.document_id and sister.country_code = own.country_code
    group by table_3.document_id
),

-- Countries whose long-term Treasuries are another's: unlike the sister table's, of whatever release, in most months.
unlike_their_sister as (
    select
        document_id,
        count(*) filter (where months_compared >= 12 and months_unlike > months_compared / 2) as countries_unlike
    from (
        select
            own.document_id,
            own.country_code,
            count(*) as months_compared,
            count(*) filter (
                where abs(own.holdings - other.holdings) > greatest(50, 0.02 * other.holdings)
            ) as months_unlike
        from offered_tic_holdings as own
        inner join latest_tic_holdings as other
            on
                own.country_code = other.country_code
                and own.month_end = other.month_end
                and own.security_type = other.security_type
                and own.instrument = other.instrument
                and (
                    (own.series = 'slt_table1' and other.series = 'slt_table3')
                    or (own.series = 'slt_table3' and other.series = 'slt_table1')
                )
        where own.series in ('slt_table1', 'slt_table3') and own.instrument = 'long_term'
        group by own.document_id, own.country_code
    )
    group by document_id
),

-- Months against each other: how many figures repeat those of the month before, and whether a whole month does.
figures as (
    select
        document_id,
        series,
        country_code,
        security_type,
        instrument,
        month_end,
        coalesce(holdings, gross_purchases) as figure,
        lag(coalesce(holdings, gross_purchases)) over months as figure_before
    from offered_tic_holdings
    where series <> 'mfhhis01_old_basis' and coalesce(holdings, gross_purchases) is not null
    window months as (
        partition by document_id, series, country_code, security_type, instrument order by month_end
    )
),

months as (
    select
        document_id,
        month_end,
        count(figure_before) filter (where figure_before > 5) as figures_with_one_before,
        count(*) filter (where figure_before > 5 and figure = figure_before) as figures_repeated,
        count(*) as figures_said,
        sum(hash(country_code, security_type, instrument, figure)) as content
    from figures
    group by document_id, month_end
),

repetitions as (
    select
        document_id,
        max(figures_repeated / figures_with_one_before) filter (where figures_with_one_before >= 10)
            as largest_share_repeated,
        count(*) - count(distinct (content, figures_said)) as months_said_twice,
        count(*) as months_said
    from months
    group by document_id
),

-- Positions of bills that are 0 in every month: n.a. read as 0.
nothing_but_zero as (
    select
        document_id,
        count(*) as countries_of_nothing_but_zero
    from (
        select document_id, country_code
        from offered_tic_holdings
        where series = 'slt_table3' and instrument in ('total', 'bills')
        group by document_id, country_code, instrument
        having max(holdings) = 0 and count(holdings) >= 12
    )
    group by document_id
),

-- With the sign of the flows turned, changes of positions are explained worse: else the sign has turned.
flows as (
    select
        document_id,
        security_type,
        cast(holdings - lag(holdings) over months as double) as change,
        cast(net_sales as double) as net_sales,
        cast(valuation_change as double) as valuation_change
    from offered_tic_holdings
    where
        series in ('slt_table1', 'slt_table3')
        and instrument = 'long_term'
        and country_code < '69'
    window months as (
        partition by document_id, series, country_code, security_type order by month_end
    )
),

signs as (
    select
        document_id,
        min((sum_if_sales_turned + 1) / (sum_as_said + 1)) as unexplained_if_sales_turned,
        min((sum_if_valuation_turned + 1) / (sum_as_said + 1)) as unexplained_if_valuation_turned
    from (
        select
            document_id,
            security_type,
            sum(abs(change - net_sales - valuation_change)) as sum_as_said,
            sum(abs(change + net_sales - valuation_change)) as sum_if_sales_turned,
            sum(abs(change - net_sales + valuation_change)) as sum_if_valuation_turned
        from flows
        group by document_id, security_type
    )
    group by document_id
),

-- A month in which the history file breaks has two columns: the new basis goes on with the next month, the old one with
-- the month before. With the two turned, holdings jump on both sides.
history as (
    select
        document_id,
        series,
        country_code,
        month_end,
        cast(holdings as double) as holdings
    from offered_tic_holdings
    where series in ('mfhhis01', 'mfhhis01_old_basis') and instrument = 'total' and holdings is not null
),

breaks as (
    select
        document_id,
        min(jumps_if_turned / nullif(jumps_as_said, 0)) as jumps_if_breaks_turned
    from (
        select
            old.document_id,
            sum(abs(new.holdings - next.holdings) + abs(old.holdings - before.holdings)) as jumps_as_said,
            sum(abs(old.holdings - next.holdings) + abs(new.holdings - before.holdings)) as jumps_if_turned
        from history as old
        inner join history as new
            on
                old.document_id = new.document_id
                and old.country_code = new.country_code
                and old.month_end = new.month_end
                and new.series = 'mfhhis01'
        inner join history as next
            on
                old.document_id = next.document_id
                and old.country_code = next.country_code
                and next.month_end = last_day(old.month_end + interval 1 month)
                and next.series = 'mfhhis01'
        inner join history as before
            on
                old.document_id = before.document_id
                and old.country_code = before.country_code
                and before.month_end = last_day(old.month_end - interval 1 month)
                and before.series = 'mfhhis01'
        where old.series = 'mfhhis01_old_basis'
        group by old.document_id, old.month_end
        having count(*) >= 10
    ) as months_of_breaks
    group by document_id
),

-- What neither flows nor valuation explain of the world's positions, and the order of size of the kinds of securities.
world_positions as (
    select
        document_id,
        series,
        security_type,
        month_end,
        cast(holdings as double) as holdings,
        abs(cast(holdings - lag(holdings) over months - net_sales - valuation_change as double))
        / nullif(cast(lag(holdings) over months as double), 0) as other_share
    from offered_tic_holdings
    where series in ('slt_table1', 'slt_table3') and instrument = 'long_term' and country_code = '99996'
    window months as (partition by document_id, series, security_type order by month_end)
),

world_facts as (
    select
        document_id,
        max(other_share) as largest_other_share,
        min(stocks / nullif(bonds, 0)) as stocks_to_bonds,
        min(bonds / nullif(agencies, 0)) as bonds_to_agencies
    from (
        select
            document_id,
            month_end,
            max(other_share) as other_share,
            max(holdings) filter (where security_type = 'corporate_stock') as stocks,
            max(holdings) filter (where security_type = 'corporate_bond') as bonds,
            max(holdings) filter (where security_type = 'agency') as agencies
        from world_positions
        group by document_id, month_end
    )
    group by document_id
),

-- Which side of a trade, and which kind of security, is the larger: of Treasuries, agencies and corporate bonds
-- foreigners have bought more than they sold, and surveys find more Treasuries than agencies.
sides as (
    select
        document_id,
        min(purchases_to_sales) as purchases_to_sales
    from (
        select
            document_id,
            cast(sum(gross_purchases) / nullif(sum(gross_sales), 0) as double) as purchases_to_sales
        from offered_tic_holdings
        where
            series = 's1'
            and country_code = '99996'
            and security_type in ('treasury', 'agency', 'corporate_bond')
        group by document_id, security_type
    )
    group by document_id
),

survey_kinds as (
    select
        document_id,
        min(treasuries / nullif(agencies, 0)) as treasuries_to_agencies
    from (
        select
            document_id,
            month_end,
            cast(max(holdings) filter (where security_type = 'treasury') as double) as treasuries,
            cast(max(holdings) filter (where security_type = 'agency') as double) as agencies
        from offered_tic_holdings
        where series = 'shl' and country_code = '99996' and instrument = 'long_term'
        group by document_id, month_end
    )
    group by document_id
),

-- Revisions: how far back, how many, by how much. In January, April, July and October the publisher revises the past
-- year, else three months; all releases since the last good edition count.
revision_windows as (
    select
        documents.document_id,
        last_day(
            documents.newest_period_before
            - case
                when bool_or(month(calendar.released_on) in (1, 4, 7, 10)) then interval 13 month else interval 4 month
            end
        ) as revised_from
    from documents
    left join calendar
        on
            calendar.data_month_end > documents.newest_period_before
            and calendar.data_month_end <= documents.newest_period
    where documents.dataset in ('slt_table1', 'slt_table3')
    group by documents.document_id, documents.newest_period_before
),

revised as (
    select
        offered.document_id,
        median(cast(offered.holdings / nullif(offered.holdings_before, 0) as double)) filter (
            where offered.is_news and offered.holdings <> offered.holdings_before
        ) as median_ratio,
        count(*) filter (where offered.is_news and offered.holdings <> offered.holdings_before) as holdings_changed,
        count(*) filter (where offered.is_news and offered.month_end < windows.revised_from) as old_rows_changed,
        count(*) filter (where offered.month_end < windows.revised_from) as old_rows
    from offered_tic_holdings as offered
    left join revision_windows as windows on offered.document_id = windows.document_id
    where offered.was_known
    group by offered.document_id
),

-- The survey's total is the sum of its rows since 2002, when all of them are printed.
survey_sums as (
    select
        document_id,
        max(abs(difference)) as largest_difference
    from (
        select
            document_id,
            cast(
                sum(case when country_code = '99996' then holdings else -holdings end) as double
            ) as difference
        from offered_tic_holdings
        where series = 'shl' and month_end >= date '2002-01-01'
        group by document_id, month_end, security_type, instrument
    )
    group by document_id
)

select
    documents.document_id,
    documents.dataset,
    documents.newest_period,
    date_diff('day', documents.newest_period, documents.retrieved_on) as days_since_newest_month,
    date_diff('day', documents.retrieved_on, promised.release_of_its_month) as days_before_its_release,
    case when documents.is_monthly then date_diff('month', documents.newest_period, promised.due_month) end
        as months_late,
    case
        when documents.is_monthly and documents.rows_changed > 0 and documents.newest_period = documents.newest_period_before
            then date_diff('month', documents.newest_period, promised.due_month)
    end as months_lacking_in_a_new_edition,
    date_diff('month', documents.newest_period, documents.newest_period_before) as months_behind_last_good,
    case when documents.rows_changed > 0 then date_diff('month', documents.newest_period, documents.newest_period_before) end
        as months_behind_and_changed,
    case when documents.is_monthly then date_diff('month', documents.newest_period, siblings.newest_period) end
        as months_behind_its_release,
    date_diff('month', first_months.first_month, documents.first_period) as months_missing_at_start,
    case when documents.dataset = 'slt_table5' then repetitions.months_said end as months_of_table_5,
    totals_offered.totals_missing,
    countries_lost.countries_lost,
    countries_lost.countries_cut,
    sisters_of_one_release.countries_only_in_table_5,
    sisters_of_one_release.countries_of_other_length_in_table_1,
    sisters_of_any_release.countries_only_in_table_1,
    unlike_their_sister.countries_unlike,
    case when documents.dataset not in ('slt_table5', 'mfhhis01') then documents.rows_retracted end as figures_taken_out,
    repetitions.largest_share_repeated,
    case when documents.dataset <> 'slt_table5' then repetitions.months_said_twice end as months_said_twice,
    nothing_but_zero.countries_of_nothing_but_zero,
    world_facts.largest_other_share,
    world_facts.stocks_to_bonds,
    world_facts.bonds_to_agencies,
    sides.purchases_to_sales,
    survey_kinds.treasuries_to_agencies,
    signs.unexplained_if_sales_turned,
    signs.unexplained_if_valuation_turned,
    breaks.jumps_if_breaks_turned,
    case when documents.dataset <> 'slt_table5' and documents.rows_known >= 100
        then documents.rows_changed / documents.rows_known
    end as share_changed,
    case when revised.old_rows >= 100 then revised.old_rows_changed / revised.old_rows end as share_changed_beyond_the_window,
    case when revised.holdings_changed >= 20 then revised.median_ratio end as median_ratio_of_revisions,
    survey_sums.largest_difference as survey_total_less_rows
from documents
left join promised on documents.document_id = promised.document_id
left join siblings on documents.retrieved_on = siblings.retrieved_on
left join first_months on documents.dataset = first_months.dataset
left join totals_offered on documents.document_id = totals_offered.document_id
left join countries_lost on documents.document_id = countries_lost.document_id
left join sisters_of_one_release on documents.document_id = sisters_of_one_release.document_id
left join sisters_of_any_release on documents.document_id = sisters_of_any_release.document_id
left join unlike_their_sister on documents.document_id = unlike_their_sister.document_id
left join repetitions on documents.document_id = repetitions.document_id
left join nothing_but_zero on documents.document_id = nothing_but_zero.document_id
left join world_facts on documents.document_id = world_facts.document_id
left join sides on documents.document_id = sides.document_id
left join survey_kinds on documents.document_id = survey_kinds.document_id
left join signs on documents.document_id = signs.document_id
left join breaks on documents.document_id = breaks.document_id
left join revised on documents.document_id = revised.document_id
left join survey_sums on documents.document_id = survey_sums.document_id
