"""The shop's own head and contract: what is accepted, and what is said at start of what cannot be used."""

from pathlib import Path

import pytest

from bot.bootstrap.paper import check_logo, printing_of
from bot.config import Settings
from bot.errors import SettingsError
from bot.texts import settings as texts
from bot.texts.contract_wording import FIELDS, PARTS, UNKNOWN_FIELD, Article, Block
from bot.texts.letterhead import Letterhead
from tests.paper.views import LOGO

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\n"
    b"IDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def problems(settings: Settings) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        check_logo(printing_of(settings).letterhead, settings)
    return caught.value.problems


def test_nothing_set_gives_our_own_articles_and_the_name_alone() -> None:
    printing = printing_of(Settings())
    assert printing.letterhead == Letterhead("Permanence")
    assert [article.title for article in printing.articles][:3] == [
        "Objet",
        "Installation du client",
        "Postes de travail",
    ]
    assert printing.public_url is None
    tokens = {printing.new_token() for _ in range(9)}
    assert len(tokens) == 9
    assert {len(token) for token in tokens} == {43}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(PNG, "png", id="PNG"),
        pytest.param(LOGO, "svg", id="SVG"),
        pytest.param(b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE svg>\n' + LOGO, "svg", id="SVG as XML"),
    ],
)
def test_a_logo_is_known_by_what_it_holds(tmp_path: Path, content: bytes, kind: str) -> None:
    settings = Settings(
        shop_name="Atelier", shop_address="12 rue ; 75011 Paris ;", shop_logo=put(tmp_path / "l", content)
    )
    head = printing_of(settings).letterhead
    assert head == Letterhead("Atelier", ("12 rue", "75011 Paris"), content, kind)
    check_logo(head, settings)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, texts.UNREADABLE_LOGO, id="not there"),
        pytest.param(b"GIF89a", texts.WRONG_LOGO, id="a GIF"),
        pytest.param(b"", texts.WRONG_LOGO, id="empty"),
        pytest.param(b"<html><svg></svg></html>", texts.WRONG_LOGO, id="a page with a picture in it"),
        pytest.param(PNG + b"x" * 500_001, texts.WRONG_LOGO, id="too large"),
        pytest.param(PNG[:20], texts.UNUSABLE_LOGO, id="half a picture"),
        pytest.param(b"<svg ", texts.UNUSABLE_LOGO, id="half a drawing"),
    ],
)
def test_a_logo_that_cannot_be_set_is_said_at_start(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "logo" if content is None else put(tmp_path / "logo", content)
    assert problems(Settings(shop_logo=path)) == (sentence.format(path=path, most=500),)


def test_the_shops_own_contract_is_read(tmp_path: Path) -> None:
    path = put(
        tmp_path / "contrat.txt",
        "\ufeff# Objet\n\nPour {client},\nà {price}.\n- un\n- deux\n\n{workstations}\n".encode(),
    )
    assert printing_of(Settings(contract_file=path)).articles == (
        Article(
            "Objet",
            (
                Block("Pour {client}, à {price}."),
                Block("un", is_item=True),
                Block("deux", is_item=True),
                Block("workstations", is_part=True),
            ),
        ),
    )


def test_a_contract_that_is_no_text_and_a_wrong_logo_are_told_together(tmp_path: Path) -> None:
    contract = put(tmp_path / "contrat.txt", "Médecins".encode("latin-1"))
    logo = put(tmp_path / "logo", b"?")
    assert problems(Settings(shop_logo=logo, contract_file=contract)) == (
        texts.WRONG_LOGO.format(path=logo, most=500),
        texts.UNREADABLE_CONTRACT.format(path=contract),
    )


def test_every_problem_of_a_contract_is_named_with_its_line(tmp_path: Path) -> None:
    path = put(
        tmp_path / "contrat.txt",
        b"avant\n\n# Objet\n\nPour {nom} et {price!r}\n\nvoir {workstations} ici\n\n{ seul\n\n#\n\n# Vide\n",
    )
    assert [
        line.removeprefix(f"PERMANENCE_CONTRACT_FILE : {path}, ") for line in problems(Settings(contract_file=path))
    ] == [
        "ligne 1 : du texte avant le premier titre ; commencer par une ligne « # Titre ».",
        unknown("nom"),
        unknown("price!"),
        "ligne 7 : « {workstations} » doit être seul dans son paragraphe.",
        "ligne 9 : accolade seule ; écrire {{ ou }} pour une accolade dans le texte.",
        "ligne 11 : un titre vide ; écrire « # » puis le titre.",
        "ligne 13 : l’article « Vide » est vide.",
    ]


def unknown(name: str) -> str:
    return f"ligne 5 : {UNKNOWN_FIELD.format(name=name, known=', '.join(sorted(FIELDS | PARTS)))}"


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param(
            "", "ligne 1 : aucun article ; écrire au moins une ligne « # Titre » et un paragraphe.", id="empty"
        ),
        pytest.param("# A\n" + "x" * 200_000, "plus de 200000 caractères ; raccourcir.", id="endless"),
        pytest.param("# A\n\n" + "{x}\n\n" * 30, "… et 10 autres.", id="more problems than one reads"),
    ],
)
def test_a_contract_without_sense_is_refused(tmp_path: Path, text: str, end: str) -> None:
    path = put(tmp_path / "contrat.txt", text.encode())
    assert problems(Settings(contract_file=path))[-1].endswith(end)
