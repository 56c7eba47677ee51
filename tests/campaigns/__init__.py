"""Programs that measure: each runs for minutes to hours and writes a page. They are not part of `make test`."""
