"""Message-IDs, which tie mails together. Pure and total."""

import re

MAX_IDS = 100
MAX_LENGTH = 600
"""Characters. Longer ones are nobody's, and PostgreSQL takes no index entry of more than 2,700 bytes."""

_ID = re.compile(rf"<([^<>]{{1,{MAX_LENGTH}}})>")
_BARE = re.compile(r"[^\s<>@]{1,299}@[^\s<>@]{1,300}")


def message_ids(value: str) -> tuple[str, ...]:
    """The ids of a header's value in their order, each once, with brackets and without spaces; the last `MAX_IDS`.

    Ids without brackets are taken too: "1234@example.fr" → "<1234@example.fr>".
    """
    found = ["".join(each.split()) for each in _ID.findall(value)] or _BARE.findall(value)
    return tuple(dict.fromkeys(f"<{each}>" for each in found if each))[-MAX_IDS:]
