"""What people and files bring in: values, events, a CSV, the baseline; and the beginning of every pass."""
