"""What clients are told of their own part of the contract: back up first, update macOS or not (C25, C26)."""

from datetime import date

from bot.domain.addresses import Channel
from bot.texts.client import ClientTexts
from bot.texts.harmless import inline
from bot.texts.moments import on_date


def macos_answer(
    texts: ClientTexts,
    *,
    agreed: bool,
    on: date,
    workstation: str | None = None,
    shop: str = "",
    channel: Channel = Channel.SMS,
) -> str:
    """The dated answer to who asked to update macOS: "vous pouvez mettre à jour macOS … (accord du 23/11/2026)"."""
    where = f" sur {inline(workstation, 40)}" if workstation else ""
    sentence = texts.sentence("macos_agreed" if agreed else "macos_refused", day=on_date(on), where=where)
    return texts.told(sentence, shop=shop, channel=channel)


def backup_reminder(
    texts: ClientTexts,
    *,
    number: int,
    answer_to: str | None = None,
    shop: str = "",
    channel: Channel = Channel.SMS,
) -> str:
    """Back up before we come (C25). `answer_to` is the number to write to, where the sender cannot be answered."""
    wanted = texts.sentence("backup_wanted", number=number)
    how = texts.sentence("backup_answer_to", phone=answer_to) if answer_to else texts.sentence("backup_answer")
    return texts.told(f"{wanted} {how}", wanted, shop=shop, channel=channel)
