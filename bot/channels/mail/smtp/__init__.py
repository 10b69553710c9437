"""Mails of ours: composed, and sent over SMTP."""
