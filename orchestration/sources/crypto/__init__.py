"""The exchanges that publish candles: one module a venue, and what they share.

Belongs here: what an exchange serves, how to ask it, and how its bytes become rows of `crypto_candles`.
Does not belong here: which venue's price a mart prefers; whether a price is plausible (the suites say).

    symbols.py    the list of markets (a seed): which market is which coin, since when, until when
    candles.py    from columns of figures to the frame: units of time, closed candles, order, duplicates
    documents.py  reading JSON answers, and asking for one document
    coinbase.py, binance.py, kraken.py   the publishers, with the five names of `orchestration.sources`
"""
