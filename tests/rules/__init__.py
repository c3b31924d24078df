"""The engine: its kinds, its laws, and the cases in files."""
