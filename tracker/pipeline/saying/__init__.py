"""From transitions to messages, and messages to receivers."""
