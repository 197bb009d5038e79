"""Where scrapers and warehouse meet: ticks, judging, publishing, the command line and Dagster's definitions."""
