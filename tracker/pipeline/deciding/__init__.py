"""From what is known to states and transitions, why, and when to look again."""
