"""Mail: in by `imap` or through our own `door`, kept in the `spool`, read by `mime` and `replies`, out by `smtp`."""
