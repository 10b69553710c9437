"""The providers of the demo: Twilio, Telegram and a mail server, on this machine."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.ports import Clock
from bot.sandbox import cast
from bot.sandbox.mail import MailStandIn
from bot.sandbox.telegram import TelegramStandIn, TelegramUser
from bot.sandbox.twilio import Receipts, TwilioStandIn


@dataclass(frozen=True)
class StandIns:
    """One of each."""

    twilio: TwilioStandIn
    telegram: TelegramStandIn
    mail: MailStandIn

    async def start(self, closing: AsyncExitStack) -> None:
        """Listen; `closing` stops whatever was started by then."""
        for stand_in in (self.twilio, self.telegram, self.mail):
            await stand_in.start()
            closing.push_async_callback(stand_in.stop)


def stand_ins(program_url: str, clock: Clock, *, lmtp_port: int, receipt_seconds: float) -> StandIns:
    """For a program at `program_url` whose door for mails is `lmtp_port`; they are not started yet."""
    webhooks = f"{program_url}/webhooks/twilio"
    twilio = TwilioStandIn(
        account_sid=cast.ACCOUNT_SID,
        auth_token=cast.AUTH_TOKEN,
        clock=clock,
        sms_number=cast.SMS_NUMBER,
        whatsapp_number=cast.WHATSAPP_NUMBER,
        voice_number=cast.SMS_NUMBER,
        webhook_url=f"{webhooks}/message",
        voice_url=f"{webhooks}/voice",
        voice_status_url=f"{webhooks}/voice/status",
    )
    twilio.receipts = Receipts(delay_seconds=receipt_seconds)
    telegram = TelegramStandIn(
        token=cast.BOT_TOKEN,
        desk_chat_id=cast.DESK_CHAT_ID,
        users=[TelegramUser(each.user_id, each.name) for each in cast.TECHNICIANS],
        clock=clock,
        flood=None,  # it counts real seconds, and here an hour may take one
    )
    mail = MailStandIn(address=cast.MAIL_ADDRESS, clock=clock, lmtp_port=lmtp_port, is_verifying=True)
    return StandIns(twilio, telegram, mail)
