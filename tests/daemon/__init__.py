"""The daemon as a process: signals, kills, reloads."""
