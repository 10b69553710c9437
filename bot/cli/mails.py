"""`mails`: what came by mail and opened nothing, read beside a program that may be running."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.database import read_settings, reading
from bot.cli.output import say, say_json
from bot.config import Settings
from bot.domain.inbox import InboxEntry
from bot.errors import Unreadable
from bot.services.context import Context
from bot.texts import mails as texts
from bot.texts.terminal import JSON_HELP

MOST = 100


def mails(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = MOST,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """Newsletters, absences and other mails of machines that were kept without a ticket, the newest first (S7)."""
    settings = read_settings()

    async def work(context: Context) -> None:
        found = await context.store.read(lambda uow: uow.inbox.kept(limit=limit))
        lines = [(entry, remark, *_heading(entry, settings)) for entry, remark in found]
        zone = context.policy.zone
        if as_json:
            say_json(
                [
                    {
                        "inbox_id": entry.id,
                        "at": entry.at.astimezone(zone).isoformat(),
                        "kept_as": remark,
                        "sender": sender,
                        "subject": subject,
                    }
                    for entry, remark, sender, subject in lines
                ]
            )
        elif lines:
            say(
                *(
                    texts.kept(entry.id, entry.at, zone, remark=remark, sender=sender, subject=subject)
                    for entry, remark, sender, subject in lines
                )
            )
        else:
            say(texts.NOTHING_KEPT)

    reading(work, settings)


def _heading(entry: InboxEntry, settings: Settings) -> tuple[str, str]:
    """Who wrote, and about what: out of the mail as it was kept."""
    from bot.channels.mail.inbound import kept_name
    from bot.channels.mail.mime.reading import read_mail
    from bot.channels.mail.replies.visible_reply import visible_reply
    from bot.channels.mail.spool import Spool

    try:
        raw = Spool(Path(settings.mail_dir)).read(kept_name(entry))
    except Unreadable:
        return "", texts.GONE
    mail = read_mail(raw, received_at=entry.received_at, visible_reply=visible_reply)
    return mail.sender.address.identifier if mail.sender else "", mail.subject.whole
