"""`python -m pipeline` is `ftprices`."""

from pipeline.cli import main

main()
