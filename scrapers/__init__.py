"""Knows web pages: fetching them politely and reading the prices on them. Knows no database and no orchestrator."""
