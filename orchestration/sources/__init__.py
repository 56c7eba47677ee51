"""One module per publisher: what it serves, how to ask politely for it, and how its bytes become rows.

Belongs here: addresses, formats, parsers, polite HTTP. Does not belong here: Dagster, DuckDB, vintages, anything
that compares one document with another.

Every publisher's module has the same six names, so that a new publisher is one new module:

    PUBLISHER                                its description: name, title, addresses, what it gives
    dataset_of(address)                      which of its datasets an address serves, or None if it is not its own
    explain(address)                         why an address of this publisher is not read, and which one would be
    raw_table(dataset)                       the raw table that the dataset's rows go to
    parse(dataset, body, retrieved_at)       bytes -> DataFrame in that table's columns, or FormatError
    fetch(client, settings, archive)         ask the live publisher: yields Fetched and Failed, one per document
"""
