"""Tests that need the reference material of the team; skipped where it is not beside the checkout."""
