"""The stage: where its clock starts, how it moves, what its view shows."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import cast
from bot.sandbox.exhibits import page_file
from bot.sandbox.mail import MailFile
from bot.sandbox.shop import office_hours, ordinary_moment
from bot.sandbox.stage import CallConduct, NothingPlanned, Stage
from bot.texts.calls import screening
from tests.sandbox_page.conftest import on_stage

PARIS = ZoneInfo("Europe/Paris")
CLAIRE = cast.technician("Claire").user_id


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        pytest.param("2026-11-23 10:00", None, id="an ordinary Monday morning is fine"),
        pytest.param("2026-11-23 17:30", None, id="an hour before closing is fine"),
        pytest.param("2026-11-23 17:31", "2026-11-24 09:12", id="less than an hour before closing is too late"),
        pytest.param("2026-11-23 03:00", "2026-11-23 09:12", id="at night the morning comes"),
        pytest.param("2026-11-22 15:00", "2026-11-23 09:12", id="Sunday gives Monday"),
        pytest.param("2026-12-24 22:00", "2026-12-28 09:12", id="Christmas and the week-end are passed over"),
    ],
)
def test_the_clock_starts_in_office_hours(now: str, opening: str | None) -> None:
    assert ordinary_moment(paris(now), office_hours()) == (paris(opening) if opening else None)


async def desk_holding(stage: Stage, words: str) -> list[str]:
    return [message["text"] for message in (await stage.view())["desk"] if words in message["text"]]


async def test_a_leap_over_days_meets_every_reminder_on_its_way() -> None:
    async with on_stage() as stage:
        await stage.client_writes("lambert", "Bonjour, l’imprimante est en panne", channel="sms")
        await stage.advance(timedelta(days=7))
        [ticket] = (await stage.view())["snapshot"]["tickets"]
        sent = {milestone["name"] for milestone in ticket["milestones"] if milestone["state"] == "sent"}
        assert sent == {"50", "75", "90", "breach", "daily:2026-11-30"}
        assert len(await desk_holding(stage, "DÉLAI DÉPASSÉ")) == 1
        assert ticket["leftMinutes"] < 0


async def test_without_a_ticket_there_is_no_reminder_to_go_to() -> None:
    async with on_stage() as stage:
        with pytest.raises(NothingPlanned):
            await stage.go_to("next-reminder")
        await stage.client_writes("lambert", "Bonjour, panne", channel="sms")
        await stage.go_to("next-reminder")
        assert stage.clock.now().astimezone(PARIS).strftime("%d/%m %H:%M") == "25/11 12:12"


async def test_the_next_opening_is_at_eight() -> None:
    async with on_stage(paris("2026-11-27 19:00")) as stage:
        await stage.go_to("next-opening")
        assert stage.clock.now().astimezone(PARIS).strftime("%d/%m %H:%M") == "30/11 08:00"


async def test_the_view_shows_what_each_contract_has_left() -> None:
    async with on_stage() as stage:
        view = await stage.view()
    assert view["snapshot"]["balances"] == {
        cast.GROUP_PRACTICE: {"counted": True, "allowance": 12, "used": 0, "left": 12},
        cast.INDIVIDUAL: {"counted": False, "allowance": 12, "used": 0, "left": 12},
    }
    assert (view["phone"], view["desk"], view["snapshot"]["tickets"]) == ([], [], [])


async def test_a_picture_travels_from_the_phone_to_the_desk() -> None:
    async with on_stage() as stage:
        await stage.client_writes("morel", "", channel="whatsapp", picture=(b"\x89PNG drawn", "image/png"))
        await stage.settle()
        [sent] = (await stage.view())["phone"][0]["pictures"]
        assert await stage.picture(sent.removeprefix("/picture/")) == (b"\x89PNG drawn", "image/png")
        [card] = await desk_holding(stage, "1 photo")
        assert "Contrat individuel" in card
    assert await stage.picture("twilio/SM0/ME0") is None
    assert await stage.picture("telegram/nothing") is None


async def test_a_paper_stands_on_the_desk_as_a_file_and_the_chart_as_a_picture() -> None:
    async with on_stage() as stage:
        await stage.technician_says(CLAIRE, "/releve tilleuls")
        await stage.technician_says(CLAIRE, "/rapport")
        await stage.settle()
        desk = (await stage.view())["desk"]
        [paper] = [message["file"] for message in desk if message["file"]]
        [chart] = [message["picture"] for message in desk if message["picture"]]
        _, _, file_id, name = paper["url"].split("/")
        found = await stage.file(file_id)
        assert await stage.file("nothing") is None
        assert await stage.picture(f"telegram/{file_id}") is None
        drawn = await stage.picture(chart.removeprefix("/picture/"))
    assert name == paper["name"] == "releve-cabinet-des-tilleuls-2026-07-2027-06.pdf"
    assert found is not None
    assert (found[0][:5], found[1], len(found[0])) == (b"%PDF-", "application/pdf", paper["bytes"])
    assert drawn is not None
    assert drawn[0][:4] == b"\x89PNG"


async def test_a_mail_is_answered_from_the_desk_and_its_answer_lands_on_the_ticket() -> None:
    async with on_stage() as stage:
        picture = MailFile("ecran.png", b"\x89PNG", "image/png")
        await stage.client_mails("secretariat", "Scanner en panne", "Bonjour,\nil clignote.", files=[picture])
        await stage.settle()
        written, acknowledged = (await stage.view())["mail"]
        [card] = [message["id"] for message in (await stage.view())["desk"] if "Scanner en panne" in message["text"]]
        await stage.technician_says(CLAIRE, "Bonjour, redémarrez-le.", reply_to=card)
        await stage.settle()
        answer = (await stage.view())["mail"][-1]
        await stage.client_mails("secretariat", "", "Cela marche, merci.", answers=answer["id"])
        await stage.settle()
        thanked = (await stage.view())["mail"][-1]
        [ticket] = (await stage.view())["snapshot"]["tickets"]
        assert await stage.mail_file(written["id"], 0) == (b"\x89PNG", "image/png")
        assert await stage.mail_file(written["id"], 1) is None
        assert stage.mail.rules.refusals == []
    assert (written["status"], written["files"][0]["name"]) == ("taken", "ecran.png")
    assert (acknowledged["from"], acknowledged["subject"]) == ("support", "Re: Scanner en panne [n° 1]")
    assert "redémarrez-le" in answer["text"]
    assert (thanked["subject"], thanked["status"]) == ("Re: Scanner en panne [n° 1]", "taken")
    assert (ticket["state"], ticket["channel"], ticket["person"]) == ("recontacted", "mail", "secretariat")


CALLS = {
    "taken": ("talks", ["rings", "screens", "presses", "ends"], "Appel pris par Claire", "recontacted"),
    "a message": ("speaks", ["rings", "says", "beep", "ends"], "Message vocal laissé (8 s)", "open"),
    "hung up": ("hangs_up", ["rings", "ends"], "Appel sans réponse", "open"),
}


@pytest.mark.parametrize(("conduct", "heard", "ended", "state"), CALLS.values(), ids=CALLS)
async def test_a_call_is_heard_and_becomes_a_ticket(
    conduct: CallConduct, heard: list[str], ended: str, state: str
) -> None:
    async with on_stage() as stage:
        await stage.client_calls("lambert", conduct)
        view = await stage.view()
    [call] = view["calls"]
    [ticket] = view["snapshot"]["tickets"]
    assert ([line["what"] for line in call["heard"]], call["ended"], call["isOver"]) == (heard, ended, True)
    stopped_by = "call" if conduct == "talks" else None
    assert (ticket["state"], ticket["person"], ticket["recontactedBy"]) == (state, "lambert", stopped_by)


async def test_the_visitor_sees_how_a_technician_takes_a_call() -> None:
    async with on_stage() as stage:
        await stage.client_calls("lambert", "talks")
        [call] = (await stage.view())["calls"]
    rings, screens, presses, taken = (line["text"] for line in call["heard"])
    assert (rings, presses, taken) == ("Ça sonne chez Claire", "Claire appuie sur la touche 1", "Appel pris par Claire")
    # picked up at once, the call may be written down only after it: nobody knows yet who calls
    assert screens in [
        f"Claire décroche et entend\u00a0: «\u00a0{screening(client)}\u00a0»"
        for client in ("Cabinet des Tilleuls", None)
    ]


async def test_outside_office_hours_nobody_is_rung() -> None:
    async with on_stage(paris("2026-11-22 15:00")) as stage:
        await stage.client_calls("lambert", "talks")
        [call] = (await stage.view())["calls"]
    assert [line["what"] for line in call["heard"]] == ["says", "beep", "says", "ends"]


async def test_a_spoken_message_can_be_played_at_the_desk() -> None:
    async with on_stage() as stage:
        await stage.client_calls("nguyen", "speaks")
        [(card, button)] = [
            (message["id"], button["data"])
            for message in (await stage.view())["desk"]
            for row in message["buttons"]
            for button in row
            if "vocal-9h12-8s" in button["text"]
        ]
        await stage.technician_presses(CLAIRE, card, button)
        await stage.settle()
        [sound] = [message["sound"] for message in (await stage.view())["desk"] if message["sound"]]
        found = await stage.file(sound["url"].split("/")[2])
    assert sound["seconds"] in (0, 8)
    assert found is not None
    assert (found[0], found[1]) == (page_file("sample.mp3"), "audio/mpeg")


async def test_an_unknown_number_gets_a_ticket_without_a_contract() -> None:
    async with on_stage() as stage:
        await stage.client_writes("inconnu", "Bonjour, nouveau téléphone", channel="sms")
        await stage.settle()
        [ticket] = (await stage.view())["snapshot"]["tickets"]
    assert (ticket["person"], ticket["client"], ticket["contact"]) == ("inconnu", None, None)


async def test_a_restart_begins_again_with_silent_phones() -> None:
    async with on_stage() as stage:
        await stage.client_writes("lambert", "Bonjour, panne", channel="sms")
        await stage.advance(timedelta(hours=1))
        assert (await stage.view())["moved"]
        await stage.restart()
        view = await stage.view()
        assert (view["phone"], view["desk"], view["moved"]) == ([], [], False)
        await stage.client_writes("lambert", "Bonjour, encore", channel="sms")
        await stage.settle()
        assert [ticket["number"] for ticket in (await stage.view())["snapshot"]["tickets"]] == [1]
