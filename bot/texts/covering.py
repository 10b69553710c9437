"""What a closing asks of the contract: the Mac, the product, the guarantee; and why a fault is not the vendor's."""

from collections.abc import Mapping, Sequence

from bot.domain.desk import Verb
from bot.domain.tickets import Outcome
from bot.domain.workstations import Workstation
from bot.rules.coverage import Candidate, Likeness
from bot.rules.exclusions import VENDOR_PRODUCTS, Condition
from bot.rules.folding import fold
from bot.texts.changes import change_line
from bot.texts.harmless import inline
from bot.texts.moments import on_date
from bot.texts.posts import Button, Post, button, rows
from bot.texts.rich import Rich, bold

OTHER_PROBLEM = "autre problème"
_SHOWN = 4
_NONE = ("non", "aucune", "aucun", "autre", "0")

_LIKENESS = {
    Likeness.WORKSTATION: "même poste",
    Likeness.PRODUCT: "même logiciel",
    Likeness.WORDS: "mots en commun",
}
_CONDITIONS = {
    Condition.PRODUCT: "ce n’est pas un logiciel de la gamme 4 de Prokov ({product})",
    Condition.SOLD_AND_INSTALLED: "la fiche ne dit pas que nous l’avons vendu ET installé",
    Condition.SETTINGS: "le client a changé nos réglages, sans accord et sans remise en état",
}
_MENDS = {
    Condition.PRODUCT: "",
    Condition.SOLD_AND_INSTALLED: "Si c’est pourtant le cas, notez-le dans sa fiche.",
    Condition.SETTINGS: "Les changements notés sont dans sa fiche.",
}


def means_none(word: str) -> bool:
    """Whether the answer is that no guarantee covers it: "non", "Aucune"."""
    return fold(word.rstrip(".,:;!")) in _NONE


def ask_workstation(number: int, workstations: Sequence[Workstation]) -> Post:
    """On which of the client's Macs (C9, C27)?"""
    choices = [button(inline(each.name, 40), Verb.ON, number, str(each.id)) for each in workstations[:12]]
    other = button("Un autre, ou aucun", Verb.ON, number, "aucun")
    return Post(_of(number, "sur quel poste ?").rich, (*rows(*choices), (other, _cancel(number))))


def ask_product(number: int, held: Sequence[str] = ()) -> Post:
    """In which product the fault is said to be (C5): those of the "gamme 4", the client's own first."""
    names = sorted(VENDOR_PRODUCTS, key=lambda name: (name not in held, name))
    choices = [button(name, Verb.PRODUCT, number, name) for name in names]
    asked = "dans quel logiciel est le défaut ? Choisissez, ou répondez à CE message avec son nom."
    return Post(_of(number, asked).rich, (*rows(*choices, width=1), (_cancel(number),)))


def ask_guarantee(number: int, found: Sequence[Candidate], workstations: Mapping[int, str]) -> Post:
    """Is it the same problem again (C9)? Each earlier intervention with the end of its guarantee, or what voided it."""
    shown = sorted(found, key=lambda candidate: candidate.voided_by is not None)[:_SHOWN]
    example = f"« {shown[0].past.ticket} même panne »"
    lines: list[str | Rich] = [
        Rich.of(bold(f"n° {number}"), " : est-ce le même problème qu’avant ? Sous garantie, rien n’est compté (C9)."),
        *(_candidate(candidate, workstations) for candidate in shown),
        f"Vous décidez. Pour noter une raison, répondez à CE message : {example}, ou « non » suivi de la raison.",
    ]
    choices = [
        button(f"Sous garantie du n° {each.past.ticket}", Verb.GUARANTEE, number, str(each.past.ticket))
        for each in shown
        if each.voided_by is None
    ]
    no = button("Non, autre problème", Verb.GUARANTEE, number, "non")
    return Post(Rich.lines(lines, between="\n\n"), (*rows(*choices, width=1), (no, _cancel(number))))


def _candidate(candidate: Candidate, workstations: Mapping[int, str]) -> Rich:
    """'n° 41 · sous garantie jusqu’au 12/03/2027 · même poste', or what voided it."""
    past = candidate.past
    name = workstations.get(past.workstation_id or 0)
    where = f" · {inline(name, 40)}" if name else ""
    words = f" · {inline(past.words, 80)}" if past.words.strip() else ""
    failed = " · c’était un échec" if past.outcome is Outcome.FAILED else ""
    heading = bold(f"n° {past.ticket}")
    if candidate.voided_by is not None:
        voided = change_line(candidate.voided_by, workstations.get(candidate.voided_by.workstation_id or 0))
        return Rich.of(heading, f" · garantie annulée : {voided}{where}{words}")
    likeness = likeness_told(candidate)
    alike = f" · {likeness}" if candidate.likeness else ""
    agreed = [change_line(each, workstations.get(each.workstation_id or 0)) for each in candidate.agreed]
    said = Rich.of(heading, f" · sous garantie jusqu’au {on_date(candidate.until)}{alike}{failed}{where}{words}")
    return Rich.lines([said, *(f"– {each}" for each in agreed)])


def likeness_told(candidate: Candidate) -> str:
    """What it has in common with the new one: 'même poste, même logiciel'; the reason kept where none was typed."""
    return ", ".join(_LIKENESS[each] for each in candidate.likeness) or "même problème, selon le technicien"


def not_vendor_fault(number: int, failed: Sequence[Condition], *, product: str | None, client_id: int | None) -> Post:
    """The conditions of C5 that fail, each with what can be done about it."""
    named = inline(product or "logiciel inconnu")
    lines: list[str | Rich] = [
        bold(f"n° {number} : pas un défaut de l’éditeur au sens du contrat (C5)"),
        *(f"– {_CONDITIONS[each].format(product=named)}. {_MENDS[each]}".strip() for each in failed),
        "Choisissez une autre issue, ou corrigez la fiche et recommencez.",
    ]
    choices = [button("Résolu (compté)", Verb.OUTCOME, number, Outcome.RESOLVED)]
    if client_id is not None:
        choices.append(button("Fiche du client", Verb.CLIENT, None, f"={client_id}"))
    return Post(Rich.lines(lines), (*rows(*choices), (_cancel(number),)))


def _of(number: int, said: str) -> Post:
    return Post.of(bold(f"n° {number}"), " : ", said)


def _cancel(number: int) -> Button:
    return button("Annuler", Verb.CANCEL, number)
