"""Five questions to the warehouse, as a marimo notebook.

    pip install marimo pandas .
    marimo edit docs/use/notebook.py         # or: python docs/use/notebook.py

It reads `warehouse`, or what TIDEMARK_HOME names: a home, a file, or the address of a published place.
"""

import marimo

app = marimo.App(app_title="Five questions to Tidemark")


@app.cell
def _():
    import os

    import tidemark

    w = tidemark.connect(os.environ.get("TIDEMARK_HOME", "warehouse"))
    w.info().df()
    return (w,)


@app.cell
def _(w):
    # 1. Did China sell in the last twelve months, or did prices fall?
    china = w.sql(
        """
        select month_end, change_usd_bn, net_sales_usd_bn, valuation_change_usd_bn, other_change_usd_bn
        from holdings_decomposition
        where country = 'China, Mainland' and window_months = 12
        order by month_end desc
        limit 1
        """
    ).df()
    china
    return (china,)


@app.cell
def _(w):
    # 2. What did the world know about China's holdings on 20 January 2026, and what is known now?
    columns = "month_end, holdings_usd_bn, known_at"
    then = w.holdings("China", as_of="2026-01-20").project(columns).order("month_end desc").limit(3).df()
    now = (
        w.holdings("China")
        .filter("month_end <= date '2025-11-30'")
        .project(columns)
        .order("month_end desc")
        .limit(3)
        .df()
    )
    then.merge(now, on="month_end", suffixes=("_then", "_now"))
    return now, then


@app.cell
def _(w):
    # 3. Who were the largest buyers and sellers of the newest twelve months?
    both_sides = w.sql(
        """
        select country, net_sales_usd_bn, change_usd_bn
        from holdings_decomposition
        inner join dim_country using (country_code, country)
        where window_months = 12 and not is_aggregate and net_sales_usd_bn is not null
        qualify month_end = max(month_end) over ()
        order by net_sales_usd_bn
        """
    ).df()
    both_sides
    return (both_sides,)


@app.cell
def _(w):
    # 4. How high was the ten-year yield when it was last observed, and how far is it from a year before?
    yields = w.observations("DGS10").filter("value is not null").order("date desc").limit(252).df()
    yields.iloc[[0, -1]][["date", "value", "known_at"]]
    return (yields,)


@app.cell
def _(w):
    # 5. Which claims of January 2026 hold?
    claims = w.sql(
        "select claim, claimed_number, measured_now, verdict from thesis_scorecard order by claim_number"
    ).df()
    claims["verdict"].value_counts(dropna=False)
    return (claims,)


if __name__ == "__main__":
    _, answers = app.run()
    for name in ("china", "then", "now", "both_sides", "yields", "claims"):
        print(f"\n{name}\n{answers[name].head(8).to_string()}")
