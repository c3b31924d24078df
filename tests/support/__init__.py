"""What several rooms' tests need: the small internet as a process, the command as a process."""
