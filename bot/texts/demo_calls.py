"""What the demo says of a call, to whoever watches the caller."""

RINGS = "Ça sonne chez {name}"
SOMEBODY = "le technicien"
BEEP = "Bip"
TALKED = "Appel pris par {name}"
LEFT_MESSAGE = "Message vocal laissé ({length})"
NOBODY_ANSWERED = "Appel sans réponse"
FAILED = "Appel interrompu (erreur {code})"
