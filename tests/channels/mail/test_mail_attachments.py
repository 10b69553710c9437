"""Files under names that can do no harm, and what kind of file each is."""

import pytest

from bot.channels.mail.mime.attachments import MAX_FILENAME, AttachmentKind, harmless_name, harmless_names
from tests.channels.mail.mail_samples import read

PDF = "application/pdf"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("Bilan 2026.pdf", "Bilan 2026.pdf", id="harmless"),
        pytest.param("été.pdf", "été.pdf", id="accents"),
        pytest.param("e\u0301te\u0301.pdf", "été.pdf", id="accents apart, as macOS writes them"),
        pytest.param("../../etc/passwd.pdf", "passwd.pdf", id="a path"),
        pytest.param(r"C:\Users\x\Bilan.pdf", "Bilan.pdf", id="a path of Windows'"),
        pytest.param("dossier/", "dossier.pdf", id="a folder"),
        pytest.param("..", "piece-3.pdf", id="only dots"),
        pytest.param("", "piece-3.pdf", id="nothing"),
        pytest.param("\0\r\n", "piece-3.pdf", id="only controls"),
        pytest.param("a\r\nb.pdf", "a b.pdf", id="a line end"),
        pytest.param("gpj\u202e.exe", "gpj.exe", id="a turned direction"),
        pytest.param("a\u200b\ufeff.pdf", "a.pdf", id="invisible characters"),
        pytest.param("\ud800.pdf", "pdf.pdf", id="half a pair"),
        pytest.param(".htaccess", "htaccess.pdf", id="a hidden file"),
        pytest.param("-rf.pdf", "rf.pdf", id="an option"),
        pytest.param("~$Bilan.docx", "Bilan.docx", id="Word's lock"),
        pytest.param('a<b>:"|?*.pdf', "a b.pdf", id="what Windows refuses"),
        pytest.param("NUL", "_NUL.pdf", id="a device"),
        pytest.param("com1.txt", "_com1.txt", id="a device with an ending"),
        pytest.param("lpt1 .zip", "_lpt1.zip", id="a device with a space before its ending"),
        pytest.param("COM²", "_COM².pdf", id="a device with a raised digit"),
        pytest.param("console.txt", "console.txt", id="no device"),
        pytest.param("rapport", "rapport.pdf", id="no ending"),
        pytest.param("Dr. Aubry et associés", "Dr. Aubry et associés.pdf", id="a dot that begins no ending"),
        pytest.param("archive.tar.gz", "archive.tar.gz", id="two endings"),
        pytest.param("facture.pdf.exe", "facture.pdf.exe", id="the true ending stays seen"),
        pytest.param("x" * 200 + ".pdf", "x" * (MAX_FILENAME - 4) + ".pdf", id="long"),
        pytest.param("x" * MAX_FILENAME, "x" * (MAX_FILENAME - 4) + ".pdf", id="long, no ending"),
    ],
)
def test_a_name_is_only_a_name(given: str, expected: str) -> None:
    assert harmless_name(given, PDF, 3) == expected
    assert harmless_name(expected, PDF, 3) == expected


def test_an_unknown_type_has_no_ending() -> None:
    assert harmless_name("", "application/x-unknown", 1) == "piece-1"


def test_names_are_told_apart_even_by_case() -> None:
    given = [("a.pdf", PDF), ("A.pdf", PDF), ("a.pdf", PDF), ("b", PDF), ("", PDF)]
    assert harmless_names(given) == ["a.pdf", "A (2).pdf", "a (3).pdf", "b.pdf", "piece-5.pdf"]
    numbered = [("a (2).pdf", PDF), ("a.pdf", PDF), ("a.pdf", PDF), ("a (2).pdf", PDF)]
    assert harmless_names(numbered) == ["a (2).pdf", "a.pdf", "a (3).pdf", "a (2) (2).pdf"]


def part(headers: str, body: str = "x") -> str:
    return f"--b\n{headers}\n\n{body}\n"


def mixed(*parts: str) -> bytes:
    start = "From: a@example.fr\nContent-Type: multipart/mixed; boundary=b\n\n"
    return (start + part("Content-Type: text/html", "Voir <img src='cid:a@b'>") + "".join(parts) + "--b--\n").encode()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(
            "Content-Type: application/octet-stream; name=WINMAIL.DAT", AttachmentKind.WINMAIL, id="by its name"
        ),
        pytest.param("Content-Type: application/vnd.ms-tnef", AttachmentKind.WINMAIL, id="winmail by its type"),
        pytest.param(
            "Content-Type: application/pgp-signature; name=s.asc", AttachmentKind.SIGNATURE, id="a PGP signature"
        ),
        pytest.param("Content-Type: application/ics; name=a.ics", AttachmentKind.CALENDAR, id="a calendar"),
        pytest.param(
            "Content-Type: image/png\nContent-ID: <a@b>", AttachmentKind.PICTURE_IN_TEXT, id="a picture in the text"
        ),
        pytest.param("Content-Type: image/png\nContent-ID: <c@d>", AttachmentKind.FILE, id="a picture beside it"),
        pytest.param(
            "Content-Type: image/png\nContent-Disposition: inline; filename=a.png",
            AttachmentKind.FILE,
            id="inline only",
        ),
        pytest.param("Content-Type: application/pdf\nContent-ID: <a@b>", AttachmentKind.FILE, id="no picture"),
        pytest.param("Content-Disposition: attachment; filename=a.txt", AttachmentKind.FILE, id="a text as a file"),
        pytest.param("Content-Disposition: inline; filename=a.txt", AttachmentKind.FILE, id="a named text"),
        pytest.param(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", AttachmentKind.MESSAGE, id="a mail"
        ),
        pytest.param("Content-Type: text/csv", AttachmentKind.FILE, id="a table without a name"),
    ],
)
def test_what_kind_of_file(headers: str, expected: AttachmentKind) -> None:
    assert [file.kind for file in read(mixed(part(headers))).attachments] == [expected]


def test_a_text_without_a_place_among_files_is_read() -> None:
    mail = read(mixed(part("Content-Type: text/plain; name=suite.txt", "suite")))
    assert (mail.text, mail.attachments) == ("Voir\n\nsuite", ())


def test_an_empty_part_without_a_name_is_no_file() -> None:
    assert read(mixed("--b\nContent-Type: application/pdf\n\n")).attachments == ()


def test_a_file_alone_is_a_mail_without_text() -> None:
    (file,) = read(b"Content-Type: application/pdf; name=a.pdf\n\n%PDF").attachments
    assert (file.name, file.part, file.content()) == ("a.pdf", "1", b"%PDF")
