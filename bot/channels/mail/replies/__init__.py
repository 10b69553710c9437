"""What a client wrote in a mail, apart from what it quotes and from the signature; French first. Pure and total."""
