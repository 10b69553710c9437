"""Message-IDs, which tie mails together. Pure and total."""

import re

MAX_IDS = 100
_ID = re.compile(r"<([^<>]{1,900})>")
_BARE = re.compile(r"[^\s<>@]{1,400}@[^\s<>@]{1,400}")


def message_ids(value: str) -> tuple[str, ...]:
    """The ids of a header's value in their order, each once, with brackets and without spaces; the last `MAX_IDS`.

    Ids without brackets are taken too: "1234@example.fr" → "<1234@example.fr>".
    """
    found = ["".join(each.split()) for each in _ID.findall(value)] or _BARE.findall(value)
    return tuple(dict.fromkeys(f"<{each}>" for each in found if each))[-MAX_IDS:]
