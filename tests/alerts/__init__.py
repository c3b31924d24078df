"""What is said: forms, files, mail."""
