"""An office with a mailbox: a mail provider's stand-in beside those of Twilio and Telegram."""

from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.bootstrap import open_for_writing
from bot.config import load_settings
from bot.domain.addresses import Address, Channel
from bot.ports import UnitOfWork
from bot.sandbox.mail import Mail, MailStandIn
from bot.sandbox.mail_lmtp import HOST_NAME
from tests.stories.office import HELENE, LUC, PATIENCE, Office, free_port

OURS = "support@atelier.example"
HELENES_MAIL, LUCS_MAIL = "h.vasseur@tilleuls.example", "secretariat@tilleuls.example"
STRANGER = "quelquun@ailleurs.example"


class MailOffice(Office):
    """Mails come in by LMTP, from our own mail server which knows who wrote; they go out by SMTP."""

    def __init__(self, folder: Path, *, at: datetime | None = None, **settings: str) -> None:
        super().__init__(folder, at=at, **settings)
        port = free_port()
        self.mail = MailStandIn(address=OURS, clock=self.clock, lmtp_port=port, is_verifying=True)
        self._settings = {
            "MAIL_ADDRESS": OURS,
            "MAIL_LISTEN": f"lmtp://127.0.0.1:{port}",
            "MAIL_DIR": str(folder / "mail"),
            "MAIL_AUTHSERV": HOST_NAME,
            **settings,
        }

    async def __aenter__(self) -> "MailOffice":
        await self.mail.start(free_port())  # which stays its own while it is down
        self._settings["SMTP_URL"] = self.mail.smtp_url
        await super().__aenter__()
        async with open_for_writing(load_settings(self.environ), clock=self.clock) as opened:
            await opened.store.write(self._give_mailboxes)
        return self

    async def __aexit__(self, *how: object) -> None:
        try:
            await super().__aexit__(*how)
        finally:
            await self.mail.stop()

    async def _give_mailboxes(self, uow: UnitOfWork) -> None:
        for number, address in ((HELENE, HELENES_MAIL), (LUC, LUCS_MAIL)):
            phone = await uow.directory.address(Address(Channel.SMS, number))
            assert phone is not None
            if await uow.directory.address(Address(Channel.MAIL, address)) is None:
                await uow.directory.add_address(
                    Address(Channel.MAIL, address),
                    contact_id=phone.contact_id,
                    profile_name=None,
                    now=self.clock.now(),
                )

    async def readyz(self) -> str:
        """What the program says of itself."""
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
            return await answer.text()

    async def writes(self, sender: str, subject: str, text: str, **how: Any) -> int:
        """Somebody writes a mail; what our door answered."""
        delivery = await self.mail.write(sender, subject, text, **how)
        return delivery.code or 0

    async def gets(self, address: str, part: str) -> Mail:
        """Wait until a mail whose text holds these words is in somebody's mailbox; the newest one."""

        def find() -> Mail | None:
            found = [mail for mail in self.mail.received_by(address) if part in mail.text]
            return found[-1] if found else None

        try:
            return await self.mail.wait_for(find, PATIENCE)
        except TimeoutError:
            texts = [mail.text for mail in self.mail.received_by(address)]
            raise AssertionError(f"{address} never got {part!r}, but {texts}") from None
