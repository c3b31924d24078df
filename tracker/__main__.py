"""`python -m tracker`: the command without an installation, e.g. in a bare checkout."""

from tracker.cli import main

main()
