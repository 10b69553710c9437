"""Plays a written scene on the stage and tells, line by line and in French, what happened."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.addresses import Channel
from bot.domain.buttons import decode
from bot.rules.folding import fold
from bot.sandbox import cast
from bot.sandbox.exhibits import page_file
from bot.sandbox.mail import Mail, MailFile
from bot.sandbox.scene_expectations import Expectations
from bot.sandbox.scenes import ClientCalls, ClientMails, ClientWrites, ClockMoves, Scene, Step, TechnicianActs
from bot.sandbox.stage import NothingPlanned, Stage, StartProgram
from bot.sandbox.telegram import TelegramChange, TelegramMessage
from bot.sandbox.twilio import CallRecord, TwilioMessage
from bot.sandbox.twilio_messages import plain
from bot.sandbox.views import heard_of, message_key
from bot.texts import scenes as texts
from bot.texts.labels import CHANNELS

Tell = Callable[[str], None]

NOT_ARRIVED = frozenset(("failed", "undelivered"))
QUICK_RECEIPTS = 0.02
"""Seconds between the states of a message we send: a scene waits for them."""
PATIENCE_SECONDS = 90.0
"""A scene is exact rather than quick: it waits for what Telegram’s pace holds back, 20 messages a minute."""


class CannotPlay(LookupError):
    """What a step asks for is not there: no such button, no such card."""


async def play_scene(scene: Scene, start_program: StartProgram, tell: Tell) -> bool:
    """Play a scene on a stage of its own; True when every expectation was met."""
    stage = Stage(
        start_program,
        opening=scene.starts,
        receipt_seconds=QUICK_RECEIPTS,
        patience_seconds=PATIENCE_SECONDS,
        pace_seconds=0,
    )
    await stage.start()
    try:
        return await ScenePlayer(stage, tell).play(scene)
    finally:
        await stage.stop()


class ScenePlayer:
    """Plays on a stage that has been started."""

    def __init__(self, stage: Stage, tell: Tell) -> None:
        self._stage = stage
        self._tell = tell
        self._expectations = Expectations(stage)
        self._told: set[str] = set()
        self._day = ""
        self._n_met = self._n_failed = 0

    async def play(self, scene: Scene) -> bool:
        """Every step in order; a step that cannot be played counts as a disappointed expectation."""
        self._tell(texts.heading(scene.title))
        unsubscribe = (
            self._stage.twilio.subscribe(self._hear),
            self._stage.mail.subscribe(self._hear_mail),
            self._stage.twilio.voice.subscribe(self._hear_call),
            self._stage.telegram.subscribe(self._see),
        )
        try:
            for step in scene.steps:
                await self._play(step)
        finally:
            for end in unsubscribe:
                end()
        self._tell(texts.verdict(self._n_met, self._n_failed))
        return not self._n_failed

    async def _play(self, step: Step) -> None:
        if step.at is not None:
            await self._stage.move_to(next_showing(step.at, self._stage))
        try:
            await self._act(step)
        except (CannotPlay, NothingPlanned) as error:
            reason = texts.NO_REMINDER if isinstance(error, NothingPlanned) else str(error)
            self._n_failed += 1
            self._say(texts.not_done(reason))

    async def _act(self, step: Step) -> None:
        if step.expect is not None:
            for outcome in await self._expectations.look(step.expect):
                self._n_met, self._n_failed = self._n_met + outcome.is_met, self._n_failed + (not outcome.is_met)
                self._say(outcome.told)
            return
        self._expectations.begin()
        if step.client is not None:
            await self._write(step.client)
        elif step.mail is not None:
            await self._mail(step.mail)
        elif step.call is not None:
            await self._call(step.call)
        elif step.technician is not None:
            await self._work(step.technician)
        elif step.clock is not None:
            await self._move(step.clock)
        await self._stage.settle()

    async def _write(self, client: ClientWrites) -> None:
        person = cast.person(client.who)
        self._expectations.last_writer = person
        name = CHANNELS[cast.CHANNELS[client.channel]]
        self._say(texts.client_wrote(person.name, name, client.text, has_picture=client.picture))
        picture = (page_file("sample.jpg"), "image/jpeg") if client.picture else None
        await self._stage.client_writes(client.who, client.text, channel=client.channel, picture=picture)

    async def _mail(self, mail: ClientMails) -> None:
        person = cast.person(mail.who)
        received = self._stage.mail.received_by(person.mail)
        if mail.answers and not received:
            raise CannotPlay(texts.NO_MAIL.format(name=person.name))
        self._expectations.last_writer = person
        self._say(texts.client_mailed(person.name, mail.subject, mail.text, has_picture=mail.picture))
        pictures = [MailFile("ecran.jpg", page_file("sample.jpg"), "image/jpeg")] if mail.picture else []
        answers = received[-1].number if mail.answers else None
        await self._stage.client_mails(mail.who, mail.subject, mail.text, answers=answers, files=pictures)

    async def _call(self, call: ClientCalls) -> None:
        person = cast.person(call.who)
        self._expectations.last_writer = person
        self._say(texts.client_called(person.name))
        await self._stage.client_calls(call.who, call.how)

    async def _work(self, acts: TechnicianActs) -> None:
        user_id = cast.technician(acts.who).user_id
        if acts.says is not None:
            self._say(texts.technician_said(acts.who, acts.says))
            await self._stage.technician_says(user_id, acts.says)
        elif acts.answers is not None:
            card = await self._card(acts.answers.ticket)
            self._say(texts.technician_answered(acts.who, acts.answers.ticket, acts.answers.text))
            await self._stage.technician_says(user_id, acts.answers.text, reply_to=card)
        elif acts.replies is not None:
            asked = self._stage.telegram.from_bot()[-1]
            self._say(texts.technician_replied(acts.who, acts.replies))
            key = message_key(asked.chat_id, asked.message_id)
            await self._stage.technician_says(user_id, acts.replies, reply_to=key)
        elif acts.presses is not None:
            message, button = self._button(acts.presses, acts.ticket)
            self._say(texts.technician_pressed(acts.who, button["text"]))
            key = message_key(message.chat_id, message.message_id)
            await self._stage.technician_presses(user_id, key, button["callback_data"])

    async def _move(self, clock: ClockMoves) -> None:
        if clock.advance is not None:
            await self._stage.advance(clock.advance)
        elif clock.to is not None:
            await self._stage.go_to(clock.to)

    async def _card(self, number: int) -> str:
        card = await self._stage.store.read(lambda uow: uow.desk_messages.card(number, cast.DESK_CHAT_ID))
        if card is None:
            raise CannotPlay(texts.NO_CARD.format(number=number))
        return message_key(card.chat_id, card.message_id)

    def _button(self, label: str, ticket: int | None) -> tuple[TelegramMessage, dict[str, Any]]:
        for message in reversed(self._stage.telegram.from_bot()):
            for button in message.buttons:
                is_of_ticket = ticket is None or decode(button.get("callback_data", ""))[1] == ticket
                if is_of_ticket and fold(label) in fold(button["text"]):
                    return message, button
        raise CannotPlay(texts.UNKNOWN_BUTTON.format(label=label))

    # What is heard and seen meanwhile

    def _hear(self, message: TwilioMessage) -> None:
        owner = cast.owner_of(plain(message.recipient))
        if message.is_inbound or owner is None:
            return
        if message.status == "delivered":
            name = CHANNELS[cast.CHANNELS[message.channel]]
            self._tell_once(message.sid, texts.client_received(owner.name, name, message.body))
        elif message.status in NOT_ARRIVED:
            self._tell_once(message.sid, texts.client_missed(owner.name, message.error_code))

    def _hear_mail(self, mail: Mail) -> None:
        if mail.is_inbound:
            return
        for owner in filter(None, map(cast.owner_of, mail.envelope_to)):
            self._say(texts.client_received(owner.name, CHANNELS[Channel.MAIL], f"{mail.subject}\n{mail.text}"))

    def _hear_call(self, call: CallRecord) -> None:
        for position, heard in enumerate(heard_of(call, self._stage.twilio.voice.legs(call.sid))):
            said = texts.quoted(heard["text"]) if heard["what"] == "says" else heard["text"]
            self._tell_once(f"{call.sid}-{position}", texts.caller_heard(said))

    def _see(self, change: TelegramChange) -> None:
        if change.kind == "sent" and change.message is not None and change.chat_id == cast.DESK_CHAT_ID:
            message = change.message
            labels = " ".join(f"[{button['text']}]" for button in message.buttons)
            said = f"{message.text}\n{labels}".strip()
            self._say(texts.desk_showed(said, is_silent=message.disable_notification))
        elif change.kind == "answered" and change.press is not None and (change.press.answer or {}).get("text"):
            answer = change.press.answer or {}
            self._say(texts.desk_toast(change.press.user.first_name, answer["text"]))

    def _tell_once(self, sid: str, said: str) -> None:
        if sid not in self._told:
            self._told.add(sid)
            self._say(said)

    def _say(self, said: str) -> None:
        now, zone = self._stage.clock.now(), self._stage.hours.zone
        if (today := texts.new_day(now, zone)) != self._day:
            self._day = today
            self._tell(f"\n{today}")
        self._tell(texts.line(now, zone, said))


def next_showing(at: Any, stage: Stage) -> datetime:
    """The next instant at which the office's clock shows this time of day; now, when it does."""
    now = stage.clock.now().astimezone(stage.hours.zone)
    today = datetime.combine(now.date(), at, stage.hours.zone)
    if today >= now - timedelta(minutes=1):
        return today
    return datetime.combine(now.date() + timedelta(days=1), at, stage.hours.zone)
