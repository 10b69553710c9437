"""A stage of paper: the same interface as the real one, no program behind it. It answers like a tiny support desk."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox import cast
from bot.sandbox.changes import Changes
from bot.sandbox.exhibits import page_file
from bot.sandbox.mail import MailFile
from bot.sandbox.stage import CallConduct, PhoneChannel

MONDAY = datetime(2026, 11, 23, 8, 12, tzinfo=UTC)
DUE = datetime(2026, 11, 27, 14, 12, tzinfo=UTC)
Json = dict[str, Any]


class PaperStage:
    """One ticket at most; its card has buttons; pressing « Clore » counts one unit."""

    def __init__(self) -> None:
        self.now = MONDAY
        self.phone: list[Json] = []
        self.mail: list[Json] = []
        self.calls: list[Json] = []
        self.desk: list[Json] = []
        self.toasts: list[Json] = []
        self.tickets: list[Json] = []
        self.used = 0
        self.moved = False
        self.is_open = True
        self.pictures: dict[str, tuple[bytes, str]] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.mail_files: dict[tuple[int, int], tuple[bytes, str]] = {}
        self.asked: list[tuple[Any, ...]] = []
        self._changes: Changes[None] = Changes()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        return self._changes.subscribe(lambda _: callback())

    async def view(self) -> Json:
        return {
            "cast": {
                "people": [
                    {
                        "id": p.id,
                        "name": p.name,
                        "role": p.role,
                        "client": p.client,
                        "number": p.number,
                        "mail": p.mail,
                    }
                    for p in cast.PEOPLE
                ],
                "technicians": [{"id": t.user_id, "name": t.name} for t in cast.TECHNICIANS],
                "support": {
                    "sms": cast.SMS_NUMBER,
                    "whatsapp": cast.WHATSAPP_NUMBER,
                    "mail": cast.MAIL_ADDRESS,
                    "phone": cast.SMS_NUMBER,
                },
            },
            "phone": self.phone,
            "mail": self.mail,
            "calls": self.calls,
            "desk": self.desk,
            "toasts": self.toasts,
            "moved": self.moved,
            "snapshot": {
                "placed": True,
                "clock": {
                    "at": self.now.isoformat(),
                    "isOpen": self.is_open,
                    "closesAt": self.now.replace(hour=17, minute=30).isoformat(),
                    "opensAt": (self.now + timedelta(days=1)).isoformat(),
                    "nextReminder": {"at": "2026-11-25T09:00:00+00:00", "ticket": 1, "name": "50"}
                    if self.tickets
                    else None,
                },
                "tickets": self.tickets,
                "balances": {
                    cast.GROUP_PRACTICE: {"counted": True, "allowance": 12, "used": self.used, "left": 12 - self.used},
                    cast.INDIVIDUAL: {"counted": False, "allowance": 12, "used": 0, "left": 12},
                },
            },
        }

    async def client_writes(
        self, person_id: str, text: str, *, channel: PhoneChannel, picture: tuple[bytes, str] | None
    ) -> None:
        person = cast.person(person_id)
        self.asked.append(("client_writes", person_id, text, channel, picture and picture[1]))
        pictures = []
        if picture:
            self.pictures[f"p/{len(self.pictures)}"] = picture
            pictures = [f"/picture/p/{len(self.pictures) - 1}"]
        self._on_phone(person.id, channel, "client", text, pictures=pictures)
        if not self.tickets:
            self._open(person, text, channel)
        self._changes.publish(None)

    async def client_mails(
        self, person_id: str, subject: str, text: str, *, answers: int | None, files: Sequence[MailFile]
    ) -> None:
        person = cast.person(person_id)
        self.asked.append(("client_mails", person_id, subject, text, answers, *(file.name for file in files)))
        answered = next((mail["subject"] for mail in self.mail if mail["id"] == answers), "")
        self._in_mailbox(person, "client", subject or f"Re: {answered}", text, files)
        if not self.tickets:
            self._open(person, subject, "mail")
        self._changes.publish(None)

    async def client_calls(self, person_id: str, conduct: CallConduct) -> None:
        cast.person(person_id)
        self.asked.append(("client_calls", person_id, conduct))
        ended = {"talks": "Appel pris par Claire", "speaks": "Message vocal laissé (8 s)"}.get(
            conduct, "Appel sans réponse"
        )
        greeting = [] if conduct == "talks" else [{"what": "says", "text": "Bonjour, laissez un message."}]
        self.calls.append(
            {
                "id": f"CA{len(self.calls)}", "person": person_id, "at": self.now.isoformat(), "ended": ended,
                "isOver": True,
                "heard": [
                    {"what": "rings", "text": "Ça sonne chez Claire"}, *greeting, {"what": "ends", "text": ended},
                ],
            }
        )  # fmt: skip
        if conduct == "speaks":
            self.files["S1"] = (page_file("sample.mp3"), "audio/mpeg")
            self._on_desk(None, "Message vocal de 8 s", silent=False)
            self.desk[-1] |= {"sound": {"url": "/file/S1/vocal-9h12-8s.mp3", "seconds": 8, "name": "vocal-9h12-8s.mp3"}}
        self._changes.publish(None)

    async def technician_says(self, user_id: int, text: str, *, reply_to: str | None) -> None:
        self.asked.append(("technician_says", user_id, text, reply_to))
        self._on_desk(user_id, text, reply_to=reply_to, silent=False)
        if reply_to is not None and self.tickets:
            self._on_phone(self.tickets[0]["person"], self.tickets[0]["channel"], "support", text)
            self._change(
                state="recontacted", recontactedAt=self.now.isoformat(), recontactedBy="reply", takenMinutes=12.0
            )
            self._on_desk(None, "Envoyé à Dr Julien Lambert par SMS.", reply_to=self.desk[-1]["id"], silent=True)
        self._changes.publish(None)

    async def technician_presses(self, user_id: int, message_key: str, data: str) -> None:
        self.asked.append(("technician_presses", user_id, message_key, data))
        match data:
            case "repondre:1":
                self._on_desk(None, "Votre réponse à Dr Julien Lambert ?", force_reply=True, silent=True)
            case "clore:1":
                self.used += 1
                self._change(state="closed", outcome="resolved", closedAt=self.now.isoformat(), units=1)
                self.desk[0] |= {
                    "text": "Ticket 1 clos : 1 unité comptée, il reste 11.",
                    "entities": [],
                    "buttons": [],
                    "edited": True,
                }
        self.toasts.append({"id": str(len(self.toasts)), "text": "C’est noté.", "alert": False})
        self._changes.publish(None)

    async def advance(self, delta: timedelta) -> None:
        self.asked.append(("advance", delta))
        self.now += delta
        self.moved = True
        self._changes.publish(None)

    async def go_to(self, moment: str) -> None:
        self.asked.append(("go_to", moment))
        self.now += timedelta(days=1)
        self.moved = True
        self._changes.publish(None)

    async def restart(self) -> None:
        subscribers, asked = self._changes, self.asked
        self.__init__()  # type: ignore[misc]
        self._changes, self.asked = subscribers, [*asked, ("restart",)]
        self._changes.publish(None)

    async def picture(self, key: str) -> tuple[bytes, str] | None:
        return self.pictures.get(key)

    async def mail_file(self, number: int, position: int) -> tuple[bytes, str] | None:
        return self.mail_files.get((number, position))

    def mail_client(self, subject: str, text: str, *files: MailFile) -> None:
        """The program writes to Dr Lambert by mail."""
        self._in_mailbox(cast.person("lambert"), "support", subject, text, files)
        self._changes.publish(None)

    async def file(self, file_id: str) -> tuple[bytes, str] | None:
        return self.files.get(file_id)

    def post_file(self, name: str, content: bytes, content_type: str) -> None:
        """The program puts a paper on the desk."""
        self.files["F1"] = (content, content_type)
        self._on_desk(None, "Relevé de Cabinet des Tilleuls.", silent=True)
        self.desk[-1] |= {"file": {"name": name, "bytes": len(content), "url": f"/file/F1/{name}"}}
        self._changes.publish(None)

    def text_client(self, text: str) -> None:
        """The program writes to Dr Lambert by SMS."""
        self._on_phone("lambert", "sms", "support", text)
        self._changes.publish(None)

    def _open(self, person: cast.Person, text: str, channel: str) -> None:
        urgent = text.lower().startswith("urgent")
        self.tickets = [
            {
                "number": 1, "subject": text[:40], "state": "open", "urgent": urgent, "channel": channel,
                "person": person.id, "contact": person.name, "client": person.client,
                "openedAt": self.now.isoformat(), "dueAt": DUE.isoformat(), "recontactedAt": None,
                "recontactedBy": None, "closedAt": None, "outcome": None, "units": 0,
                "leftMinutes": 2880.0, "share": 0.02, "takenMinutes": None,
                "milestones": [
                    {"name": "50", "at": "2026-11-25T09:00:00+00:00", "state": "pending", "share": 0.5},
                    {"name": "75", "at": "2026-11-26T10:00:00+00:00", "state": "pending", "share": 0.75},
                    {"name": "90", "at": "2026-11-27T08:24:00+00:00", "state": "pending", "share": 0.9},
                    {"name": "breach", "at": DUE.isoformat(), "state": "pending", "share": 1.0},
                ],
            }
        ]  # fmt: skip
        ack = "Ticket 1 bien reçu. Retour au plus tard vendredi 27/11 à 15:12. Faites une sauvegarde."
        if channel == "mail":
            self._in_mailbox(person, "support", f"Re: {text} [n° 1]", ack)
        else:
            self._on_phone(person.id, channel, "support", ack)
        title = f"{'URGENT · ' if urgent else ''}Ticket 1"
        who = f"{person.client or 'Expéditeur non identifié'} · {person.name}"
        said = text or "(photo)"
        head = f"{title}\n{who}\n{channel.upper()} · 09:12\n\n"
        card = f"{head}{said}\n\nÀ recontacter avant vendredi 27 novembre 15:12\nReste 12 unités sur 12"
        self._on_desk(
            None,
            card,
            entities=[
                {"type": "bold", "offset": 0, "length": len(title)},
                {"type": "blockquote", "offset": len(head), "length": len(said)},
            ],
            buttons=[
                [{"text": "Je prends", "data": "prendre:1"}, {"text": "Répondre", "data": "repondre:1"}],
                [{"text": "Début", "data": "debut:1"}, {"text": "Clore", "data": "clore:1"}],
            ],
            silent=False,
        )

    def _change(self, **fields: object) -> None:
        self.tickets = [{**ticket, **fields} for ticket in self.tickets]

    def _in_mailbox(
        self, person: cast.Person, author: str, subject: str, text: str, files: Sequence[MailFile] = ()
    ) -> None:
        number = len(self.mail) + 1
        self.mail_files |= {(number, at): (file.content, file.content_type) for at, file in enumerate(files)}
        is_ours = author == "support"
        self.mail.append(
            {
                "id": number, "person": person.id, "from": author, "subject": subject, "text": text,
                "sender": {"name": "Permanence", "address": cast.MAIL_ADDRESS}
                if is_ours else {"name": person.name, "address": person.mail},
                "at": self.now.isoformat(), "answers": False, "status": "received" if is_ours else "taken",
                "files": [
                    {"name": file.name, "bytes": len(file.content), "url": f"/mail/{number}/{at}/{file.name}"}
                    for at, file in enumerate(files)
                ],
            }
        )  # fmt: skip

    def _on_phone(
        self, person: str, channel: str, author: str, text: str, *, pictures: list[str] | None = None
    ) -> None:
        self.phone.append(
            {
                "id": f"SM{len(self.phone)}", "person": person, "channel": channel, "from": author, "text": text,
                "at": self.now.isoformat(), "status": "delivered", "taken": True, "error": None,
                "pictures": pictures or [],
            }
        )  # fmt: skip

    def _on_desk(
        self,
        user_id: int | None,
        text: str,
        *,
        entities: list[Json] | None = None,
        buttons: list[list[Json]] | None = None,
        reply_to: str | None = None,
        silent: bool,
        force_reply: bool = False,
    ) -> None:
        name = next((t.name for t in cast.TECHNICIANS if t.user_id == user_id), "Permanence")
        self.desk.append(
            {
                "id": f"bureau-{len(self.desk) + 1}", "private": None, "text": text, "entities": entities or [],
                "from": {"id": user_id or 1, "name": name, "isBot": user_id is None},
                "buttons": buttons or [], "replyTo": reply_to, "edited": False, "silent": silent,
                "forceReply": force_reply, "at": self.now.isoformat(), "picture": None, "file": None,
                "sound": None,
            }
        )  # fmt: skip
