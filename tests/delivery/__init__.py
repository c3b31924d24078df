"""What is said to whom, decided without a database."""
