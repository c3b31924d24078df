"""Ask the sources that are due and store what they brought."""
