-- The days on which a series, or a tenor of the Treasury's curve, has news. A later document may repeat the news of an
-- earlier one of this load, so its own row may not be news.
-- uses: news, news_treasury_par_yields
select distinct
    series_id as series,
    date
from news
union all
select distinct
    tenor as series,
    date
from news_treasury_par_yields
