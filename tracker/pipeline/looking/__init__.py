"""What is looked at: the board, lists, one indicator, health."""
