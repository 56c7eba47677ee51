"""The exchanges that publish candles: one module per venue, and shared code.

Belongs here: the documents of an exchange, how to request them, and how their bytes become rows of `crypto_candles`.
Does not belong here: which venue's price a mart prefers, and whether a price is plausible (`expectations/`).

    symbols.py    the list of markets (a seed): which market is which coin, since when, until when
    candles.py    from columns of figures to the frame: units of time, closed candles, order, duplicates
    documents.py  reading JSON answers, and fetching one document
    coinbase.py, binance.py, kraken.py   the publishers, with the five names of `orchestration.sources`
"""
