"""The "13-14" sessions (C29): announced at the desk, clients invited where they prefer, reminded that morning."""

from datetime import date, time

import pytest

from bot.domain.addresses import Address, Channel
from bot.domain.buttons import decode
from bot.domain.desk import Verb
from bot.domain.meetings import Meeting
from bot.domain.outbox import Kind
from bot.errors import PermanentDeliveryError
from bot.rules.business_hours import BusinessHours
from bot.services.meetings import remind_meetings
from tests.factories import ANNE, HELENE, LUC, NOBODY, paris, sms, whatsapp
from tests.rules.calendars import PARIS

LINK = "https://zoom.us/j/81234567890?pwd=abcdef"
OTHER_LINK = "https://zoom.us/j/99"


async def announce(shop, words: str = f"27/11 {LINK}") -> str:
    """What the desk shows of a session before anybody is invited."""
    (said,) = await shop.orders(Verb.MEETING, None, words)
    return said


async def press(shop, words: str) -> list[str]:
    return await shop.presses(Verb.MEETING, None, words)


async def invite(shop, words: str = f"27/11 {LINK}") -> None:
    await announce(shop, words)
    await press(shop, "=1 inviter")


async def buttons(shop) -> list[tuple[str, str]]:
    """The labels and words of the newest message with buttons."""
    row = [row for row in await shop.rows() if row.payload.get("buttons")][-1]
    return [(each["text"], decode(each["data"])[2]) for line in row.payload["buttons"] for each in line]


async def meetings(shop) -> list[Meeting]:
    return await shop.read(lambda uow: uow.meetings.between(paris("2026-01-01 00:00"), paris("2029-01-01 00:00")))


async def invitations(shop, meeting_id: int = 1):
    return await shop.read(lambda uow: uow.meetings.invitations(meeting_id))


async def invited(shop, meeting_id: int = 1) -> list[int]:
    """The contacts: Hélène is 1, Luc 2, Anne 3."""
    return [each.contact_id for each in await invitations(shop, meeting_id)]


async def told(shop) -> dict[str, list[str]]:
    """What each was told, by the channel it went to."""
    texts: dict[str, list[str]] = {}
    for row in await shop.rows():
        if row.to.startswith(("sms:", "whatsapp:", "mail:")):
            texts.setdefault(row.to, []).append(row.text)
    return texts


async def goes_to(shop, at: str) -> None:
    shop.clock.advance(paris(at) - shop.clock.now())


ASKED = " Viendrez-vous ? Répondez OUI ou NON."
INVITATION = f"Atelier : session 13-14 (visio) du vendredi 27 novembre de 13h à 14h : {LINK}{ASKED}"


class TestAnnouncing:
    async def test_the_desk_is_shown_first_who_would_be_invited_where(self, shop):
        said = await announce(shop)
        assert said == (
            f"📅 13-14 · vendredi 27 novembre, de 13h à 14h\n{LINK}\n\n"
            "À inviter : 3\n"
            "Cabinet des Tilleuls : Dr Hélène Vasseur (SMS), Luc Garnier (SMS)\n"
            "Dr Anne Morel : Dr Anne Morel (SMS)"
        )
        assert await buttons(shop) == [("Inviter (3)", "=1 inviter"), ("Annuler la session", "=1 annuler")]
        assert (await invited(shop), await told(shop)) == ([], {})

    async def test_pressing_invites_each_on_the_channel_they_prefer(self, shop):
        await shop.write(lambda uow: uow.client_files.prefer_channel(2, Channel.WHATSAPP))
        luc = await shop.address(whatsapp(LUC))
        await shop.write(lambda uow: uow.directory.touch_address(luc.id, shop.clock.now(), profile_name=None))
        await announce(shop)
        assert await press(shop, "=1 inviter") == ["13-14 du ven. 27/11 : 3 invitations en route."]
        assert await told(shop) == {
            f"sms:{HELENE}": [INVITATION],
            f"whatsapp:{LUC}": [INVITATION],
            f"sms:{ANNE}": [INVITATION],
        }
        found = await invitations(shop)
        assert [(each.contact_id, each.address_id == luc.id, each.coming) for each in found] == [
            (1, False, None),
            (2, True, None),
            (3, False, None),
        ]
        history = await shop.read(lambda uow: uow.client_files.client_events(1))
        assert [(event.kind, event.data) for event in history] == [
            ("invited", {"meeting": 1, "contact": 1}),
            ("invited", {"meeting": 1, "contact": 2}),
        ]

    async def test_pressed_twice_it_invites_nobody_twice(self, shop):
        await invite(shop)
        assert await press(shop, "=1 inviter") == ["Déjà fait : tous ceux qui peuvent l’être sont invités."]
        assert [len(texts) for texts in (await told(shop)).values()] == [1, 1, 1]

    async def test_a_contact_who_comes_later_is_invited_later(self, shop):
        await invite(shop)

        async def work(uow) -> None:
            contact = await uow.directory.add_contact("Zoé", client_id=1, role="", now=shop.clock.now())
            await uow.directory.add_address(sms(NOBODY), contact_id=contact.id, profile_name=None, now=shop.clock.now())

        await shop.write(work)
        said = await announce(shop)
        assert "Déjà invités : 3.\n\nÀ inviter : 1\nCabinet des Tilleuls : Zoé (SMS)" in said
        assert (await buttons(shop))[0] == ("Inviter les nouveaux (1)", "=1 inviter")
        assert await press(shop, "=1 inviter") == ["13-14 du ven. 27/11 : 1 invitation en route."]
        assert [len(texts) for texts in (await told(shop)).values()] == [1, 1, 1, 1]

    async def test_only_clients_with_a_contract_on_that_date(self, shop):
        await shop.write(
            lambda uow: uow.contracts.end_contract(2, ends_on=date(2026, 11, 26), ending=None, notice_received_on=None)
        )
        assert "Anne Morel" not in await announce(shop)
        assert "Anne Morel" in await announce(shop, f"26/11 {LINK}")

    async def test_whom_nothing_can_be_sent_to_is_named(self, shop):
        for address in (sms(ANNE), whatsapp(ANNE)):
            known = await shop.address(address)
            await shop.write(lambda uow, known=known: uow.directory.block_address(known.id, shop.clock.now()))
        said = await announce(shop)
        assert said.endswith("⚠️ Aucun moyen d’écrire à : Dr Anne Morel.")
        await press(shop, "=1 inviter")
        assert await invited(shop) == [1, 2]
        (said,) = await shop.orders(Verb.MEETING)
        assert said.endswith("❔ Sans réponse (2) : Dr Hélène Vasseur, Luc Garnier\n⚠️ Pas joints (1) : Dr Anne Morel")
        assert "2 invités en seront avertis" in (await shop.orders(Verb.MEETING, None, "27/11 annuler"))[0]

    async def test_until_they_can_be_told_or_are_nobody_any_more(self, shop):
        known = [await shop.address(address) for number in (LUC, ANNE) for address in (sms(number), whatsapp(number))]
        for each in known:
            await shop.write(lambda uow, each=each: uow.directory.block_address(each.id, shop.clock.now()))
        await invite(shop)
        assert "⚠️ Pas joints (2) : Luc Garnier, Dr Anne Morel" in (await shop.orders(Verb.MEETING))[0]
        await shop.write(lambda uow: uow.directory.block_address(known[0].id, None))
        await shop.write(lambda uow: uow.client_files.merge_contacts(3, 1))
        await press(shop, "=1 inviter")
        assert "Pas joints" not in (await shop.orders(Verb.MEETING))[0]
        await shop.write(lambda uow: uow.cursors.put("meeting unreached:1", "3", shop.clock.now()))
        assert "Pas joints" not in (await shop.orders(Verb.MEETING))[0]

    async def test_where_nobody_can_be_invited_there_is_no_button_for_it(self, shop):
        shop.with_policy(sms_automatic="off")
        said = await announce(shop)
        assert "Personne d’autre à inviter : ni contrat à cette date, ni contact joignable." in said
        assert await buttons(shop) == [("Annuler la session", "=1 annuler")]

    async def test_a_closed_day_is_asked_about(self, shop):
        hours = BusinessHours({0: [(time(8), time(18, 30))]}, zone=PARIS)
        shop.with_policy(hours=hours)
        said = await announce(shop)
        assert "⚠️ Le bureau est fermé ce jour-là. Est-ce bien la date ?" in said
        assert (await buttons(shop))[0] == ("Inviter quand même (3)", "=1 inviter")

    async def test_a_public_holiday_by_its_name(self, shop):
        assert "fermé ce jour-là (Noël). Est-ce" in await announce(shop, f"25/12 {LINK}")

    async def test_a_sender_that_cannot_be_answered_names_the_number(self, shop):
        shop.with_policy(sms_automatic="ATELIER")
        await invite(shop)
        assert (await told(shop))[f"sms:{ANNE}"][0].endswith("Répondez OUI ou NON au +33639980000.")

    async def test_a_mail_carries_the_calendar_file(self, shop):
        await shop.write(lambda uow: add_mail(uow, 3, "anne@cabinet.example", shop.clock.now()))
        await invite(shop)
        rows = {row.to: row for row in await shop.rows() if "invitation" in row.payload}
        row = rows["mail:anne@cabinet.example"]
        assert row.payload["ics"].startswith("BEGIN:VCALENDAR\r\n")
        assert "ics" not in rows[f"sms:{HELENE}"].payload

    @pytest.mark.parametrize(
        ("words", "on"),
        [
            pytest.param(f"demain {LINK}", "2026-11-24", id="tomorrow"),
            pytest.param(f"aujourd'hui {LINK}", "2026-11-23", id="today, before 13:00"),
            pytest.param(f"vendredi {LINK}", "2026-11-27", id="a weekday"),
            pytest.param(f"{LINK} 27/11", "2026-11-27", id="the link first"),
            pytest.param(f"27/11 à 13h {LINK}", "2026-11-27", id="with its hour"),
            pytest.param(f"27/11 13h-14h {LINK}", "2026-11-27", id="with both hours"),
            pytest.param(f"le 5 janvier {LINK}", "2027-01-05", id="the nearest one without a year"),
            pytest.param(f"2027-11-24 {LINK}", "2027-11-24", id="366 days ahead"),
        ],
    )
    async def test_a_date_as_it_is_typed(self, shop, words, on):
        await announce(shop, words)
        (found,) = await meetings(shop)
        assert (found.starts_at, found.link) == (paris(f"{on} 13:00"), LINK)

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            pytest.param(
                f"20/11 {LINK}",
                "La session serait vendredi 20 novembre à 13h00, qui est passé. Donnez une date à venir.",
                id="a date behind us",
            ),
            pytest.param(
                f"2027-11-25 {LINK}",
                "La session serait jeudi 25 novembre 2027 à 13h00 : c’est dans plus d’un an. Vérifiez l’année.",
                id="more than a year ahead",
            ),
            pytest.param(
                "27/11 zoom.us/j/1",
                "« zoom.us/j/1 » n’est pas un lien. Collez-le entier : il commence par https:// et fait au plus 200 "
                "caractères.",
                id="a link without https",
            ),
            pytest.param(
                "27/11 http://zoom.us/j/1",
                "« http://zoom.us/j/1 » n’est pas un lien. Collez-le entier : il commence par https:// et fait au plus "
                "200 caractères.",
                id="http",
            ),
            pytest.param(
                f"31/02 {LINK}",
                "Je ne comprends pas la date « 31/02 ». Écrivez par exemple /1314 27/11 suivi du lien.",
                id="no such date",
            ),
            pytest.param(
                f"27/11 15h {LINK}",
                "Je ne comprends pas la date « 27/11 15h ». Écrivez par exemple /1314 27/11 suivi du lien.",
                id="another hour",
            ),
            pytest.param(
                LINK,
                "Il manque la date. Écrivez par exemple /1314 27/11 suivi du lien.",
                id="no date",
            ),
            pytest.param(
                "27/11",
                "Aucune session 13-14 vendredi 27 novembre à 13h00. Pour l’annoncer : /1314 suivi de la date et du "
                "lien.",
                id="no link, and no session then",
            ),
            pytest.param(
                "annuler",
                "Il manque la date. Écrivez par exemple /1314 27/11 suivi du lien.",
                id="cancelling nothing",
            ),
            pytest.param("=9 inviter", "Cette session n’existe pas. /1314 montre les sessions.", id="no such session"),
            pytest.param(
                "demain peut-être",
                "Je ne comprends pas la date « demain peut-être ». Écrivez par exemple /1314 27/11 suivi du lien.",
                id="words",
            ),
        ],
    )
    async def test_what_cannot_be_done_is_said_why(self, shop, words, expected):
        assert await shop.orders(Verb.MEETING, None, words) == [expected]
        assert await meetings(shop) == []

    async def test_todays_after_13_is_over(self, shop):
        await goes_to(shop, "2026-11-23 13:00")
        (said,) = await shop.orders(Verb.MEETING, None, f"aujourd'hui {LINK}")
        assert said.startswith("La session serait aujourd’hui à 13h00, qui est passé")

    async def test_another_link_is_sent_anew_to_those_who_did_not_say_no(self, shop):
        await invite(shop)
        await shop.receives(LUC, "non")
        said = await announce(shop, f"27/11 {OTHER_LINK}")
        assert "Déjà invités : 3. Ils ont reçu l’ancien lien." in said
        assert ("Envoyer le nouveau lien", "=1 lien") in await buttons(shop)
        assert await press(shop, "=1 lien") == ["13-14 du ven. 27/11 : le nouveau lien part à 2 personnes."]
        texts = await told(shop)
        assert texts[f"sms:{HELENE}"][-1] == (
            f"Atelier : nouveau lien pour la session 13-14 du vendredi 27 novembre : {OTHER_LINK}"
        )
        assert (len(texts[f"sms:{LUC}"]), (await meetings(shop))[0].link) == (2, OTHER_LINK)

    async def test_a_new_link_is_sent_once_however_often_it_is_pressed(self, shop):
        await invite(shop)
        await announce(shop, f"27/11 {OTHER_LINK}")
        await press(shop, "=1 lien")
        assert await press(shop, "=1 lien") == ["Déjà fait : ce lien est envoyé à tous les invités."]
        assert len((await told(shop))[f"sms:{HELENE}"]) == 2
        await announce(shop)
        assert await press(shop, "=1 lien") == ["13-14 du ven. 27/11 : le nouveau lien part à 3 personnes."]

    async def test_another_link_before_anybody_is_invited_just_replaces_it(self, shop):
        await announce(shop)
        said = await announce(shop, f"27/11 {OTHER_LINK}")
        assert (OTHER_LINK in said, "Déjà" in said) == (True, False)
        assert [text for text, _ in await buttons(shop)] == ["Inviter (3)", "Annuler la session"]


async def add_mail(uow, contact_id: int, address: str, now) -> None:
    known = Address(Channel.MAIL, address)
    await uow.directory.add_address(known, contact_id=contact_id, profile_name=None, now=now)
    await uow.client_files.prefer_channel(contact_id, Channel.MAIL)


class TestTheList:
    async def test_without_any_session(self, shop):
        assert await shop.orders(Verb.MEETING) == [
            "Aucune session 13-14. /1314 suivi de la date et du lien en annonce une."
        ]

    async def test_who_comes_who_does_not_and_who_has_said_nothing(self, shop):
        await invite(shop)
        await shop.receives(HELENE, "oui")
        await shop.receives(LUC, "non")
        (said,) = await shop.orders(Verb.MEETING)
        assert said == (
            f"📅 13-14 · vendredi 27 novembre, de 13h à 14h\n{LINK}\n"
            "✅ Oui (1) : Dr Hélène Vasseur\n❌ Non (1) : Luc Garnier\n❔ Sans réponse (1) : Dr Anne Morel"
        )
        assert await buttons(shop) == [("Voir · ven. 27/11", "=1 voir")]

    @pytest.mark.parametrize("how", ["by its date", "by its button"])
    async def test_one_session(self, shop, how):
        await announce(shop)
        said = await (shop.orders(Verb.MEETING, None, "27/11") if how == "by its date" else press(shop, "=1 voir"))
        assert said[-1].endswith("Personne n’est encore invité.")
        assert await buttons(shop) == [
            ("Actualiser", "=1 liste"),
            ("Inviter les nouveaux", "=1 inviter"),
            ("Annuler la session", "=1 annuler"),
        ]

    async def test_the_message_that_was_pressed_shows_the_answers_as_they_come(self, shop):
        await invite(shop)
        (edit,) = [row for row in await shop.rows() if row.kind is Kind.EDIT]
        assert (edit.payload["message_id"], "❔ Sans réponse (3)" in edit.text.replace("\u00a0", " ")) == (500, True)
        await shop.receives(HELENE, "oui")
        edit = [row for row in await shop.rows() if row.kind is Kind.EDIT][-1]
        assert edit.payload["message_id"] == 500
        assert "✅ Oui (1) : Dr Hélène Vasseur" in edit.text.replace("\u00a0", " ")

    async def test_a_list_that_was_deleted_does_not_come_back_with_each_answer(self, shop):
        await invite(shop)
        await shop.deliver()
        shop.desk.problem_of = lambda row: (
            PermanentDeliveryError("gone", code="gone") if row.kind is Kind.EDIT else None
        )
        said = len([row for row in await shop.rows() if row.kind is Kind.SAY])
        await shop.receives(HELENE, "oui")
        await shop.deliver()
        assert len([row for row in await shop.rows() if row.kind is Kind.SAY]) == said

    async def test_without_such_a_message_an_answer_is_kept_all_the_same(self, shop):
        await announce(shop)
        await shop.orders(Verb.MEETING, None, "=1 inviter")
        await shop.receives(HELENE, "oui")
        assert [each.coming for each in await invitations(shop)] == [True, None, None]

    async def test_it_is_brought_up_to_date_by_its_button(self, shop):
        await announce(shop)
        await shop.orders(Verb.MEETING, None, "=1 inviter")
        assert [row for row in await shop.rows() if row.kind is Kind.EDIT] == []
        assert await press(shop, "=1 liste") == ["À jour."]
        (edit,) = [row for row in await shop.rows() if row.kind is Kind.EDIT]
        assert "❔ Sans réponse (3)" in edit.text.replace("\u00a0", " ")

    async def test_the_next_one_first_then_the_last_three(self, shop):
        for day in ("24/11", "25/11", "26/11", "27/11", "4/12", "1/12"):
            await announce(shop, f"{day} {LINK}")
        await goes_to(shop, "2026-11-27 13:00")
        (said,) = await shop.orders(Verb.MEETING)
        days = [line.removeprefix("📅 13-14 · ").split(",")[0] for line in said.splitlines() if "📅" in line]
        assert days == [
            "mardi 1er décembre", "vendredi 4 décembre", "aujourd’hui", "hier", "mercredi 25 novembre"
        ]  # fmt: skip

    async def test_who_was_not_reached_is_named_and_an_answer_says_otherwise(self, shop):
        shop.twilio.next_problems.extend([PermanentDeliveryError("no", code="30006")] * 2)
        for number in (HELENE, LUC, ANNE):
            known = await shop.address(whatsapp(number))
            await shop.write(lambda uow, known=known: uow.directory.block_address(known.id, shop.clock.now()))
        await invite(shop)
        await shop.deliver()
        (said,) = await shop.orders(Verb.MEETING, None, "27/11")
        assert "⚠️ Pas joints (2)" in said
        assert "❔ Sans réponse (1)" in said
        assert any("n’a pas reçu l’invitation au 13-14 (SMS)" in notice for notice in await shop.notices())
        for number in (HELENE, LUC, ANNE):
            await shop.receives(number, "oui")
        (said,) = await shop.orders(Verb.MEETING, None, "27/11")
        assert "✅ Oui (3)" in said


class TestCancelling:
    async def test_it_is_asked_again_and_then_told_to_those_who_did_not_say_no(self, shop):
        await invite(shop)
        await shop.receives(LUC, "non")
        assert await shop.orders(Verb.MEETING, None, "27/11 annuler") == [
            "Annuler le 13-14 du vendredi 27 novembre ? 2 invités en seront avertis."
        ]
        assert await buttons(shop) == [("Oui, annuler la session", "=1 annuler oui"), ("Non, la garder", "")]
        assert (await meetings(shop))[0].cancelled_at is None
        assert await press(shop, "=1 annuler oui") == ["13-14 du ven. 27/11 annulé. 2 personnes en sont averties."]
        texts = await told(shop)
        assert texts[f"sms:{HELENE}"][-1] == "Atelier : la session 13-14 du vendredi 27 novembre est annulée."
        assert len(texts[f"sms:{LUC}"]) == 2
        (said,) = await shop.orders(Verb.MEETING, None, "27/11")
        assert "⚠️ Annulée." in said
        assert await remind_meetings(shop.context) == 0

    async def test_one_that_nobody_was_invited_to(self, shop):
        await announce(shop)
        (asked,) = [each for each in await press(shop, "=1 annuler") if each]
        assert asked == "Annuler le 13-14 du vendredi 27 novembre ? Personne n’a encore été invité."
        assert await press(shop, "=1 annuler oui") == ["13-14 du ven. 27/11 annulé."]

    async def test_one_person_is_one(self, shop):
        await invite(shop)
        for number in (LUC, ANNE):
            await shop.receives(number, "non")
        (asked,) = [each for each in await press(shop, "=1 annuler") if each]
        assert asked.endswith("1 invité en sera averti.")
        assert await press(shop, "=1 annuler oui") == ["13-14 du ven. 27/11 annulé. 1 personne en est avertie."]

    @pytest.mark.parametrize("words", ["=1 annuler", "=1 annuler oui", "=1 inviter", "=1 lien"])
    async def test_nothing_more_is_done_with_one_that_was_cancelled(self, shop, words):
        await invite(shop)
        await press(shop, "=1 annuler oui")
        rows = len(await told(shop))
        (said,) = await press(shop, words)
        assert said.startswith("Déjà fait : cette session est annulée.")
        assert len(await told(shop)) == rows

    @pytest.mark.parametrize("words", ["=1 annuler", "=1 annuler oui", "=1 inviter", "=1 lien"])
    async def test_nor_with_one_that_has_begun(self, shop, words):
        await announce(shop)
        await goes_to(shop, "2026-11-27 13:00")
        (said,) = await press(shop, words)
        assert said.startswith("La session serait aujourd’hui à 13h00, qui est passé.")

    async def test_announced_anew_it_invites_everybody_anew(self, shop):
        await invite(shop)
        await shop.receives(HELENE, "oui")
        await press(shop, "=1 annuler oui")
        said = await announce(shop)
        assert ("À inviter : 3" in said, "Déjà" in said) == (True, False)
        await press(shop, "=1 inviter")
        assert [each.coming for each in await invitations(shop)] == [None, None, None]
        assert [text == INVITATION for text in (await told(shop))[f"sms:{HELENE}"]] == [True, False, False, True]


REMINDER = f"Atelier : session 13-14 (visio) aujourd'hui de 13h à 14h : {LINK}"


class TestTheReminder:
    async def test_it_goes_at_the_opening_to_those_who_did_not_say_no(self, shop):
        await invite(shop)
        await shop.receives(HELENE, "oui")
        await shop.receives(LUC, "non")
        before = {to: len(texts) for to, texts in (await told(shop)).items()}
        await goes_to(shop, "2026-11-27 07:59")
        assert await remind_meetings(shop.context) == 0
        await goes_to(shop, "2026-11-27 08:00")
        assert await remind_meetings(shop.context) == 2
        texts = {to: said[before[to] :] for to, said in (await told(shop)).items()}
        assert texts == {f"sms:{HELENE}": [REMINDER], f"sms:{LUC}": [], f"sms:{ANNE}": [REMINDER + ASKED]}
        assert (await shop.notices())[-1].replace("\u00a0", " ") == (
            f"📅 13-14 aujourd’hui à 13h : le rappel est parti.\n{LINK}\n"
            "✅ Oui (1) : Dr Hélène Vasseur\n❌ Non (1) : Luc Garnier\n❔ Sans réponse (1) : Dr Anne Morel"
        )

    async def test_once_only_and_with_nothing_due_nothing_is_written(self, shop):
        await invite(shop)
        await goes_to(shop, "2026-11-27 08:00")
        assert await remind_meetings(shop.context) == 3
        rows = len(await shop.rows())
        assert await remind_meetings(shop.context) == 0
        assert len(await shop.rows()) == rows

    @pytest.mark.parametrize(
        ("at", "count"),
        [
            pytest.param("2026-11-27 12:59", 3, id="until 12:59"),
            pytest.param("2026-11-27 13:00", 0, id="and not from 13:00 on"),
        ],
    )
    async def test_after_an_outage_it_still_goes_out(self, shop, at, count):
        await invite(shop)
        await goes_to(shop, at)
        assert await remind_meetings(shop.context) == count

    async def test_whoever_is_invited_that_morning_needs_none(self, shop):
        await goes_to(shop, "2026-11-27 08:00")
        await invite(shop)
        await goes_to(shop, "2026-11-27 09:00")
        assert await remind_meetings(shop.context) == 0

    async def test_but_whoever_is_invited_before_the_opening_is(self, shop):
        await goes_to(shop, "2026-11-27 07:59")
        await invite(shop)
        await goes_to(shop, "2026-11-27 08:00")
        assert await remind_meetings(shop.context) == 3

    async def test_whom_nothing_can_be_sent_to_any_more_is_listed(self, shop):
        await invite(shop)
        for address in (sms(ANNE), whatsapp(ANNE)):
            known = await shop.address(address)
            await shop.write(lambda uow, known=known: uow.directory.block_address(known.id, shop.clock.now()))
        await goes_to(shop, "2026-11-27 08:00")
        assert await remind_meetings(shop.context) == 3
        assert "⚠️ Pas joints (1) : Dr Anne Morel" in (await shop.notices())[-1].replace("\u00a0", " ")
        assert await remind_meetings(shop.context) == 0

    async def test_sixty_invitations_hold_no_acknowledgement_back(self, shop):
        async def work(uow) -> None:
            for nth in range(60):
                contact = await uow.directory.add_contact(f"Z{nth}", client_id=1, role="", now=shop.clock.now())
                address = sms(f"+3363998{nth + 1000:04}")
                await uow.directory.add_address(address, contact_id=contact.id, profile_name=None, now=shop.clock.now())

        await shop.write(work)
        await invite(shop)
        assert len(await invited(shop)) == 63
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        assert "demande 1 est bien arrivée" in (await told(shop))[f"sms:{HELENE}"][-1]

    async def test_long_lists_are_cut(self, shop):
        async def work(uow) -> None:
            for nth in range(60):
                contact = await uow.directory.add_contact(f"Z{nth}", client_id=1, role="", now=shop.clock.now())
                await uow.directory.add_address(
                    sms(f"+3363998{nth + 1000:04}"), contact_id=contact.id, profile_name=None, now=shop.clock.now()
                )

        await shop.write(work)
        assert "… et 37 autres" in await announce(shop)
        await press(shop, "=1 inviter")
        (said,) = await shop.orders(Verb.MEETING)
        assert "… et 38 autres" in said
