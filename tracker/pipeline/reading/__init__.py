"""What stored texts say: events, mentions, and figures in them."""
