"""One module per publisher: its documents, how to request them politely, and how its bytes become rows.

Belongs here: addresses, formats, parsers, polite HTTP. Does not belong here: Dagster, DuckDB, vintages, anything
that compares one document with another.

Every publisher's module has the same six names, so a new publisher is one new module:

    PUBLISHER                                its description: name, title, addresses, what it gives
    dataset_of(address)                      the dataset that an address serves, or None if it is not this publisher's
    explain(address)                         why an address of this publisher is not read, and which one is read
    raw_table(dataset)                       the raw table of the dataset's rows
    parse(dataset, body, retrieved_at)       bytes -> DataFrame in that table's columns, or FormatError
    fetch(client, settings, archive)         request from the live publisher: yields Fetched and Failed per document
"""
