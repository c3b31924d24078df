"""Reading texts: invented companies, invented news."""
