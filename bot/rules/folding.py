"""Text as people search it: without case, accents or runs of spaces."""

import unicodedata


def fold(text: str) -> str:
    """The text in lower case, without accents, with single spaces: "Cabinet  des Tilleuls" → "cabinet des tilleuls".

    Used to find names and words whatever the way they were typed; never shown.
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())
