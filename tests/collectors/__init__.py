"""Tests of the collectors room."""
