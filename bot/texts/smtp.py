"""What a mail server passes on to whoever wrote: the part of our replies that people read. In ASCII, as SMTP wants."""

TOO_LARGE = "Message trop lourd pour etre pris : ecrivez-nous sans les pieces jointes, ou appelez-nous."
