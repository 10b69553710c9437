"""What Telegram refuses, in its words. Pure. Texts and entities are counted in UTF-16 units, as Telegram does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_DATA_BYTES = 64
MAX_CALLBACK_ANSWER = 200
MAX_BUTTONS = 100
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024

ENTITY_FIELDS = frozenset(
    ("type", "offset", "length", "url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format")
)
ENTITY_TYPES = frozenset(
    (
        *(
            "mention",
            "hashtag",
            "cashtag",
            "bot_command",
            "url",
            "email",
            "phone_number",
            "bold",
            "italic",
            "underline",
        ),
        *(
            "strikethrough",
            "spoiler",
            "blockquote",
            "expandable_blockquote",
            "code",
            "pre",
            "text_link",
            "text_mention",
        ),
        *("custom_emoji", "date_time"),
    )
)
BUTTON_LOOKS = frozenset(("text", "icon_custom_emoji_id", "style"))
BUTTON_ACTIONS = frozenset(
    (
        *("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"),
        *("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"),
    )
)
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")
CHAT_ACTIONS = frozenset(
    (
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"),
        *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
    )
)
REACTIONS = frozenset(
    (
        *(
            "❤",
            "👍",
            "👎",
            "🔥",
            "🥰",
            "👏",
            "😁",
            "🤔",
            "🤯",
            "😱",
            "🤬",
            "😢",
            "🎉",
            "🤩",
            "🤮",
            "💩",
            "🙏",
            "👌",
            "🕊",
        ),
        *("🤡", "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾"),
        *("💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅"),
        *("🎄", "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷‍♂", "🤷", "🤷‍♀", "😡"),
    )
)

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class TelegramRefusal(Exception):
    """An error answer. `retry_after` in seconds, with 429; `migrate_to_chat_id` where a group became a supergroup."""

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, migrate_to_chat_id: int | None = None
    ) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
        self.parameters = {
            name: value
            for name, value in (("retry_after", retry_after), ("migrate_to_chat_id", migrate_to_chat_id))
            if value is not None
        }


def bad_request(words: str) -> TelegramRefusal:
    return TelegramRefusal(400, f"Bad Request: {words}")


@dataclass(frozen=True)
class Styled:
    """A text and its entities as Telegram keeps them."""

    text: str
    entities: tuple[Json, ...]


def utf16(text: str) -> int:
    """Length in UTF-16 units: "é" is 1, "😀" is 2."""
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str, entities: Sequence[Json] | None, parse_mode: str | None) -> Styled:
    styled = _styled(text, entities, parse_mode)
    if not styled.text:
        raise bad_request("message text is empty")
    if utf16(styled.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return styled


def check_caption(text: str, entities: Sequence[Json] | None, parse_mode: str | None) -> Styled:
    styled = _styled(text, entities, parse_mode)
    if utf16(styled.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return styled


def _styled(text: str, entities: Sequence[Json] | None, parse_mode: str | None) -> Styled:
    """Trimmed as Telegram trims. The stand-in knows no parse mode: the program sends entities."""
    if parse_mode:
        raise bad_request("unsupported parse_mode")
    checked = [_checked_entity(entity, text) for entity in entities or ()]
    return _trimmed(text, checked)


def _checked_entity(entity: Json, text: str) -> Json:
    if not isinstance(entity, dict) or not {"type", "offset", "length"} <= entity.keys() <= ENTITY_FIELDS:
        raise bad_request("can't parse MessageEntity: Expected an Object with the fields of one")
    if entity["type"] not in ENTITY_TYPES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    start, end = entity["offset"], entity["offset"] + entity["length"]
    if start < 0:
        raise bad_request(f"receive an entity with incorrect offset {start}")
    if entity["length"] <= 0:
        raise bad_request(f"receive an entity with incorrect length {entity['length']}")
    total = utf16(text)
    if start >= total:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
    if end > total:
        raise bad_request(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
        )
    if not {start, end} <= _boundaries(text):
        raise bad_request(f"entity beginning at UTF-16 offset {start} begins or ends in a middle of a UTF-16 symbol")
    if entity["type"] == "text_link":
        _check_url(str(entity.get("url", "")), "entity URL")
    return entity


def _boundaries(text: str) -> set[int]:
    """The offsets at which a character begins or the text ends."""
    offsets, position = {0}, 0
    for character in text:
        position += 2 if ord(character) > 0xFFFF else 1
        offsets.add(position)
    return offsets


def _trimmed(text: str, entities: Sequence[Json]) -> Styled:
    """Without white space at the ends; entities move with the text, and those that covered only that space go."""
    trimmed = text.strip()
    cut = utf16(text) - utf16(text.lstrip())
    total = utf16(trimmed)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, total)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return Styled(trimmed, tuple(kept))


def check_markup(markup: Json | None, *, is_edit: bool = False) -> Json | None:
    """The inline keyboard to show, or None; other keyboards are taken and not shown."""
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if is_edit or not any(kind in markup for kind in OTHER_MARKUPS):
            raise bad_request("object expected as reply markup")
        return None
    rows = markup["inline_keyboard"]
    if set(markup) != {"inline_keyboard"} or not isinstance(rows, list) or not all(isinstance(r, list) for r in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        _check_button(button)
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Json) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    unknown = button.keys() - BUTTON_LOOKS - BUTTON_ACTIONS
    if unknown:
        raise bad_request(f"can't parse inline keyboard button: unknown field {min(unknown)}")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text is empty")
    actions = button.keys() & BUTTON_ACTIONS
    if len(actions) != 1 or button.get("callback_data") == "":
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > MAX_CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"], "inline keyboard button URL")


def _check_url(url: str, what: str) -> None:
    parts = urlsplit(url if "//" in url or ":" in url else f"http://{url}")
    if parts.scheme in ("tg", "tel", "mailto"):
        return
    if parts.scheme not in ("http", "https"):
        raise bad_request(f"{what} '{url}' is invalid: Unsupported URL protocol")
    if not parts.hostname:
        raise bad_request(f"{what} '{url}' is invalid: URL host is empty")
    if "." not in parts.hostname:
        raise bad_request(f"{what} '{url}' is invalid: Wrong HTTP URL")
