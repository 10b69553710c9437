"""Any bytes as a mail: its parts, its text, its people, what it reports. Pure and total."""
