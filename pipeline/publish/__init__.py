"""From published tables to pages and feeds: rows in, files out. Reads no clock, no network and no raw table."""
