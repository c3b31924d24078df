"""What is known and how it stands: series, rules as they run, states, targets, checks by hand."""
