"""A client's file in words: whole, over as many messages as it takes; and what every button of it can carry."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.buttons import MAX_BYTES
from bot.domain.clients import Client, ClientKind, Contact, HeldProduct
from bot.domain.contracts import Contract, Ending
from bot.domain.tickets import Outcome
from bot.domain.workstations import Workstation
from bot.rules.products import PRODUCTS
from bot.rules.quota import Balance
from bot.texts import client_file as files
from bot.texts import contacts, file_forms
from bot.texts.accounts import AccountView
from bot.texts.posts import Post
from tests.rules.calendars import PARIS
from tests.texts.desk import NOW, OPEN, read

TILLEULS = Client(1, "Cabinet des Tilleuls", ClientKind.GROUP_PRACTICE)
ACCOUNT = AccountView(
    "Cabinet des Tilleuls", ClientKind.GROUP_PRACTICE, (date(2026, 3, 1), date(2027, 2, 28)), Balance(12, 1)
)
EMPTY = files.ClientView(TILLEULS, (), ACCOUNT)
MOST = 999_999_999
FARTHEST = Client(MOST, "Maison de santé pluriprofessionnelle", ClientKind.GROUP_PRACTICE, architecture="Un serveur")
LAST = Contact(MOST, "Dr Marie-Hélène de la Rochefoucauld-Montbel", MOST)
LAST_ADDRESS = KnownAddress(MOST, Address(Channel.SMS, "+33639980001"), MOST)


def shown(view: files.ClientView) -> str:
    return "\n—— next ——\n".join(read(post) for post in files.client_file(view, zone=PARIS, now=NOW))


def test_a_file_in_which_nothing_is_written_yet() -> None:
    assert shown(EMPTY) == (
        "Cabinet des Tilleuls · cabinet de groupe\n"
        "Solde : 11 sur 12\n\n"
        "Aucun contact connu.\n\n"
        "Architecture informatique\nPas encore relevée.\n\n"
        "Aucun ticket ouvert.\n"
        "[Contacts] [Contrat] [Solde]\n"
        "[Relevé] [Postes] [Modifier]"
    )


def test_addresses_are_a_line_each_with_all_their_channels() -> None:
    sms = KnownAddress(1, Address(Channel.SMS, "+33639980001"), 1)
    chat = KnownAddress(2, Address(Channel.WHATSAPP, "+33639980001"), 1, opted_out_at=NOW)
    blocked = KnownAddress(3, Address(Channel.SMS, "+33639980002"), 1, blocked_at=NOW)
    person = Contact(1, "Anne Martin", 1, "médecin", Channel.WHATSAPP)
    assert files.contact_line(person, (sms, blocked, chat)) == (
        "Anne Martin, médecin (préfère WhatsApp)\n"
        "— +33 6 39 98 00 01 · SMS, WhatsApp (STOP)\n"
        "— +33 6 39 98 00 02 · SMS (bloqué)"
    )


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        pytest.param(Contract(1, 1, date(2026, 3, 1), 12), "Contrat depuis le 01/03/2026", id="in force"),
        pytest.param(
            Contract(1, 1, date(2026, 3, 1), 12, signed_on=date(2026, 2, 20)),
            "Contrat depuis le 01/03/2026, signé le 20/02/2026",
            id="signed",
        ),
        pytest.param(Contract(1, 1, date(2026, 4, 8), 12), "Contrat à venir, du 08/04/2026", id="from tomorrow on"),
        pytest.param(Contract(1, 1, date(2026, 4, 7), 12), "Contrat depuis le 07/04/2026", id="from today on"),
        pytest.param(
            Contract(1, 1, date(2020, 3, 1), 12, ends_on=date(2026, 4, 7), ending=Ending.TERMINATION),
            "Contrat depuis le 01/03/2020\n⚠️ Finit le 07/04/2026 (résilié)",
            id="ends today",
        ),
        pytest.param(
            Contract(1, 1, date(2020, 3, 1), 12, ends_on=date(2026, 4, 6), ending=Ending.NOTICE),
            "Contrat depuis le 01/03/2020\nFini le 06/04/2026 (dénoncé)",
            id="ended yesterday",
        ),
        pytest.param(
            Contract(1, 1, date(2020, 3, 1), 12, ends_on=date(2021, 2, 28)),
            "Contrat depuis le 01/03/2020\nFini le 28/02/2021",
            id="ended long ago",
        ),
    ],
)
def test_a_contract_and_its_end(contract: Contract, expected: str) -> None:
    assert f"\n\n{expected}\n\n" in shown(replace(EMPTY, contracts=(files.ContractView(contract),)))


def test_the_last_three_periods_are_shown_the_newest_first() -> None:
    periods = tuple(
        files.PeriodView(date(year, 3, 1), date(year + 1, 2, 28), Balance(12, 14 if year == 2025 else 1))
        for year in (2022, 2023, 2024, 2025, 2026)
    )
    text = shown(replace(EMPTY, contracts=(files.ContractView(Contract(1, 1, date(2022, 3, 1), 12), periods),)))
    assert (
        "Du 01/03/2026 au 28/02/2027 : reste 11 sur 12\n"
        "Du 01/03/2025 au 28/02/2026 : 14 unités prises sur 12\n"
        "Du 01/03/2024 au 28/02/2025 : 1 unité prise sur 12, 11 perdues\n\n"
    ) in text
    assert "2023 au" not in text


def test_architecture_that_the_client_has_not_validated_is_marked() -> None:
    view = replace(EMPTY, client=replace(TILLEULS, architecture="Un serveur /clore_1"))
    assert "Architecture informatique\n⚠️ À faire valider par le client (C23)\nUn serveur /\u2060clore_1" in shown(view)


def test_many_contacts_are_cut_and_the_button_shows_the_others() -> None:
    many = replace(EMPTY, contacts=((Contact(1, "Bo", 1), ()),) * 17)
    assert "… et 2 autres, sous « Contacts »" in shown(many)
    text = read(contacts.people(TILLEULS, [(Contact(1, "Bo", 1), ())] * 22))
    assert "… et 2 autres : /contact suivi du nom" in text
    assert text.count("[Bo]") == 20


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(HeldProduct(1, "MediStory 4"), "MediStory 4", id="theirs"),
        pytest.param(HeldProduct(1, "MediStory 4", sold_by_us=True), "MediStory 4, vendu par nous", id="sold"),
        pytest.param(HeldProduct(1, "MediStory 4", False, True), "MediStory 4, installé par nous", id="installed"),
        pytest.param(HeldProduct(1, "MediStory 4", True, True), "MediStory 4, vendu et installé par nous", id="both"),
    ],
)  # fmt: skip
def test_a_product(held: HeldProduct, expected: str) -> None:
    assert files.product_words(held) == expected


def test_a_file_of_the_greatest_size_is_a_few_messages_each_with_whole_lines() -> None:
    address = KnownAddress(1, Address(Channel.MAIL, f"{'x' * 180}@exemple.fr"), 1)
    view = replace(
        EMPTY,
        client=replace(TILLEULS, address="a" * 200, specialty="s" * 200, architecture="Un poste de plus.\n" * 190),
        contacts=tuple((Contact(nth, f"Dr {nth} {'n' * 110}", 1, "médecin"), (address,)) for nth in range(15)),
        products=tuple(HeldProduct(1, name, True, True) for name in PRODUCTS),
        workstations=tuple(Workstation(nth, 1, f"iMac {nth}") for nth in range(30)),
        tickets=(OPEN,) * 15,
        n_past=1000,
    )
    posts = files.client_file(view, zone=PARIS, now=NOW)
    assert all(len(post.rich) <= 4096 for post in posts)
    assert [bool(post.buttons) for post in posts] == [False] * (len(posts) - 1) + [True]
    assert len(posts) == 3
    whole = "".join(post.rich.text for post in posts)
    assert whole.count("Un poste de plus.") == 190
    assert "[Tickets passés (1000)]" in read(posts[-1])


def test_a_past_ticket_that_says_little() -> None:
    bare = files.PastTicket(7, "Impression", NOW, None)
    closed = files.PastTicket(8, "Word", NOW, Outcome.RESOLVED, units=1, doctor="Dr Petit")
    post = files.past_tickets(TILLEULS, [closed, bare], total=2, zone=PARIS, bodies_hidden=False)
    assert read(post) == (
        "Cabinet des Tilleuls · 2 tickets clos\n\n"
        "n° 8 · 07/04/2026 · résolu, 1 unité · Dr Petit\nWord\n\n"
        "n° 7 · 07/04/2026 · clos\nImpression\n[n° 8] [n° 7]\n[La fiche]"
    )


FARTHEST_POSTS = [
    *files.client_file(replace(EMPTY, client=FARTHEST, n_past=MOST), zone=PARIS, now=NOW),
    files.past_tickets(FARTHEST, [files.PastTicket(MOST, "x", NOW, None)], total=MOST, zone=PARIS, bodies_hidden=True),
    file_forms.ask_kind("é" * 26, []),
    file_forms.ask_kind("é" * 120, []),
    file_forms.created(FARTHEST),
    file_forms.menu(FARTHEST),
    file_forms.ask_other_kind(FARTHEST, agreed=None),
    file_forms.ask_other_kind(replace(FARTHEST, kind=ClientKind.INDIVIDUAL), agreed=None),
    file_forms.architecture_changed(FARTHEST, was_validated=True),
    file_forms.ask_validation(FARTHEST, seen="ffffffff"),
    file_forms.products(FARTHEST, [HeldProduct(MOST, "p" * 64)], PRODUCTS),
    *(file_forms.ask_product(FARTHEST, name, "-") for name in PRODUCTS),
    contacts.people(FARTHEST, [(LAST, [LAST_ADDRESS])]),
    contacts.card(LAST, FARTHEST, [LAST_ADDRESS]),
    contacts.ask_role(LAST),
    contacts.ask_channel(LAST, contacts.TELLING),
    contacts.ask_channel(LAST, []),
    contacts.address_taken(LAST, contacts.Taken(LAST_ADDRESS, LAST, "X")),
    contacts.ask_removal(LAST, [LAST_ADDRESS]),
    contacts.ask_twin(LAST, [LAST]),
    contacts.ask_merge(LAST, LAST, [FARTHEST], n_addresses=1, n_open=0),
    contacts.ask_merge(LAST, LAST, [FARTHEST, FARTHEST], n_addresses=0, n_open=2),
    contacts.ask_practice(LAST, FARTHEST, [FARTHEST]),
    contacts.ask_move(LAST, FARTHEST, FARTHEST, open_tickets=[MOST]),
]


@pytest.mark.parametrize("post", FARTHEST_POSTS)
def test_every_button_fits_with_the_greatest_numbers(post: Post) -> None:
    data = [button.data for row in post.buttons for button in row]
    assert max((len(each.encode()) for each in data), default=0) <= MAX_BYTES


def test_every_product_of_the_contract_has_its_button() -> None:
    text = read(file_forms.products(FARTHEST, [], PRODUCTS))
    assert [name for name in PRODUCTS if f"[{name}]" not in text] == []


def test_a_product_whose_name_no_button_holds_is_listed_all_the_same() -> None:
    text = read(file_forms.products(TILLEULS, [HeldProduct(1, "p" * 64)], ()))
    assert "p" * 59 in text
    assert "[✓" not in text
