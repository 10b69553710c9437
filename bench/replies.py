"""Visible replies: our `visible_reply` beside mail-parser-reply and email-reply-parser, over the same mails.

    python -m bench.replies [--json] [--wrong]

The mails are the samples of tests/channels/mail/replies, in French but for a few, named after the program that wrote
them; "trap" are those that look like a quotation or a signature and are none, "html" those of html_replies, which each
is given as the text that we make of them. *Right* is exactly what the writer wrote, blank space aside. *Cut right* also
allows the signature to be left under it, because not every library takes it off. A library that is not installed is
left out, and said to be. `--wrong` names the samples that ours gets wrong.

Ours was made with samples 001 to 116 in view. 117 to 146 were written before its patterns were looked at: at first
sight it got 23 of these 30 right (28 cut right; mail-parser-reply 5, email-reply-parser 4). Three of its seven misses
were samples that called a courtesy a signature, or showed a heading, where these samples do not: they were changed, the
rest was mended. 147 to 162 were written after that, and at first sight it got 15 of the 16 right (4 and 6).
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.channels.mail.mime.html_text import html_to_text
from bot.channels.mail.replies.visible_reply import visible_reply

MAILS = Path(__file__).resolve().parent.parent / "tests" / "channels" / "mail"
VISIBLE, SIGNATURE = "======== visible ========\n", "======== signature ========\n"
OURS = "visible_reply"
LANGUAGES = ["fr", "en", "de", "es", "it", "nl"]
ROUNDS = 3
TRAP = "trap"

Parse = Callable[[str], str]


@dataclass(frozen=True)
class Sample:
    """`visible` and `signature` are what a reader would say they are."""

    name: str
    mail: str
    visible: list[str]
    signature: list[str]

    @property
    def program(self) -> str:
        return self.name.split("-")[1]

    def is_right(self, answer: str) -> bool:
        return answer.split() == self.visible

    def is_cut_right(self, answer: str) -> bool:
        words, most = answer.split(), self.visible + self.signature
        return len(words) >= len(self.visible) and words == most[: len(words)]


@dataclass(frozen=True)
class Result:
    """`by_program`: how many of a program's samples are right. `microseconds`: the median cost of one mail."""

    name: str
    right: int
    cut_right: int
    microseconds: float
    by_program: dict[str, int]


def read_samples() -> list[Sample]:
    texts = [read_sample(path) for path in sorted((MAILS / "replies").glob("*.txt"))]
    pages = [read_sample(path) for path in sorted((MAILS / "html_replies").glob("*.html"))]
    return texts + [replace(page, name=f"html-html-{page.name}", mail=html_to_text(page.mail)[0]) for page in pages]


def read_sample(path: Path) -> Sample:
    mail, _, rest = path.read_text(encoding="utf-8").partition(VISIBLE)
    visible, _, signature = rest.partition(SIGNATURE)
    return Sample(path.stem, mail, visible.split(), signature.split())


def mail_parser_reply() -> Parse:
    from mailparser_reply import EmailReplyParser  # type: ignore[import-untyped, unused-ignore]

    def parse(mail: str) -> str:
        return EmailReplyParser(languages=list(LANGUAGES)).parse_reply(mail) or ""  # it keeps and extends the list

    return parse


def email_reply_parser() -> Parse:
    from email_reply_parser import EmailReplyParser  # type: ignore[import-untyped, unused-ignore]

    def parse(mail: str) -> str:
        return str(EmailReplyParser.parse_reply(mail))

    return parse


def contenders() -> tuple[dict[str, Parse], list[str]]:
    """Those that can run here, ours first, and what to say of the others."""
    present: dict[str, Parse] = {OURS: lambda mail: visible_reply(mail).visible}
    absent = []
    for name, build in (("mail-parser-reply", mail_parser_reply), ("email-reply-parser", email_reply_parser)):
        try:
            present[name] = build()
        except ImportError:
            absent.append(f"{name}: skipped, it is not installed (dependency group `bench`)")
    return present, absent


def measure(name: str, parse: Parse, samples: list[Sample]) -> Result:
    answers = [(sample, parse(sample.mail)) for sample in samples]
    right = [sample.program for sample, answer in answers if sample.is_right(answer)]
    costs = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for sample in samples:
            parse(sample.mail)
        costs.append((time.perf_counter() - began) / len(samples) * 1e6)
    return Result(
        name,
        len(right),
        sum(sample.is_cut_right(answer) for sample, answer in answers),
        round(statistics.median(costs)),
        {program: right.count(program) for program in programs(samples)},
    )


def programs(samples: list[Sample]) -> dict[str, int]:
    """How many samples there are of each program; traps last."""
    names = sorted({sample.program for sample in samples}, key=lambda name: (name == TRAP, name))
    return {name: sum(sample.program == name for sample in samples) for name in names}


def print_table(results: list[Result], absent: list[str], samples: list[Sample]) -> None:
    print(f"{'':22}{'samples':>9}" + "".join(f"{each.name:>20}" for each in results))
    rows = [
        (program, count, [each.by_program[program] for each in results]) for program, count in programs(samples).items()
    ]
    traps = sum(sample.program == TRAP for sample in samples)
    rows.append(
        ("right, without traps", len(samples) - traps, [each.right - each.by_program[TRAP] for each in results])
    )
    rows.append(("right", len(samples), [each.right for each in results]))
    rows.append(("cut right", len(samples), [each.cut_right for each in results]))
    for label, count, figures in rows:
        print(f"{label:22}{count:>9}" + "".join(f"{figure:>20}" for figure in figures))
    print(f"{'µs a mail':31}" + "".join(f"{each.microseconds:>20.0f}" for each in results))
    for each in results[1:]:
        print(f"{OURS} gets {results[0].right / max(each.right, 1):.1f} × as many right as {each.name}")
    for line in absent:
        print(line)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--wrong", action="store_true", help="name the samples that ours gets wrong")
    options = parser.parse_args(arguments)
    samples = read_samples()
    present, absent = contenders()
    results = [measure(name, parse, samples) for name, parse in present.items()]
    if options.json:
        print(json.dumps({"results": [asdict(each) for each in results], "skipped": absent}, ensure_ascii=False))
    else:
        print_table(results, absent, samples)
    if options.wrong:
        for sample in samples:
            if not sample.is_right(visible_reply(sample.mail).visible):
                print(sample.name)


if __name__ == "__main__":
    main()
