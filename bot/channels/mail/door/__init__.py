"""Mails handed over to us by the shop's own mail server, over LMTP or SMTP."""
