"""Figures, measured beside a peer in the same run. They are printed, never asserted: a slow machine is no mistake."""
