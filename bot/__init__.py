"""Permanence: a support desk that lives in messages. See docs/architecture.md for a message's way through the rooms."""
