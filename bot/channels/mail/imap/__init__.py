"""A mailbox read over IMAP, each mail once."""
