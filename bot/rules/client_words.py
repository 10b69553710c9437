"""What a client's whole text asks, when it asks nothing else: a word of ours, or leave to update macOS (C26)."""

import re
from enum import StrEnum

from bot.rules.folding import fold


class Word(StrEnum):
    """The words that the program itself answers or writes down."""

    STATUS = "status"  # STATUT: where is my request?
    BALANCE = "balance"  # SOLDE: what is left of our package? (C10)
    YES = "yes"  # OUI, to an invitation (C29)
    NO = "no"
    BACKUP_DONE = "backup_done"  # SAUVEGARDE OK (C25)


_LONGEST = 80
_POLITE = (
    r"(?:bonjour|bonsoir|salut|re bonjour|svp|stp|s'il vous plait|s'il te plait|cordialement|bien cordialement"
    r"|merci(?: beaucoup| bien| d'avance| a vous)?|d'avance merci|bonne (?:journee|soiree)|a bientot)"
)
_ASKED = {
    Word.STATUS: r"(?:(?:le|mon|quel est le) )?statut",
    Word.BALANCE: r"(?:(?:le|mon|notre|quel est (?:le|mon|notre)) )?solde",
}
_COMING = r"(?:je (?:viens|viendrai|serai (?:la|presente?)|participe|participerai)|nous (?:viendrons|serons la))"
_NOT_COMING = (
    r"(?:je (?:ne )?(?:viens|viendrai|serai|peux|pourrai|participe|participerai) pas(?: (?:la|venir|presente?|libre))?"
    r"|pas disponible|indisponible)"
)
_DONE = r"(?:ok|okay|faite?s?|effectuees?|terminees?|realisees?|a jour)"
_SAID = {
    Word.YES: (
        rf"(?:oui+(?: (?:oui|{_COMING}|presente?|avec plaisir|volontiers|bien sur|ok|d'accord|pour moi))*"
        rf"|{_COMING}|(?:je suis )?presente?)"
    ),
    Word.NO: (
        rf"(?:non+(?: (?:non|{_NOT_COMING}|absente?|desolee?|pas cette fois(?: ci)?|pas possible))*"
        rf"|(?:desolee? )?{_NOT_COMING}|(?:je (?:suis|serai) )?absente?)"
    ),
    Word.BACKUP_DONE: (
        rf"(?:(?:(?:la |les |ma |nos )?sauvegardes? (?:est |sont |a ete |c'est |bien )*{_DONE}|ok sauvegarde)"
        r"|j'ai (?:bien )?fait (?:la|ma|une) sauvegarde)"
    ),
}


def _whole(phrase: str) -> re.Pattern[str]:
    # possessive (`*+`), here and below: what can be read in several ways is tried in one, whatever the text's length
    return re.compile(rf"(?:{_POLITE} )*+{phrase}(?: {_POLITE})*+")


_WORDS = {word: _whole(phrase) for word, phrase in (_ASKED | _SAID).items()}
# of five letters and more, so that a slip cannot turn one short word into another
_SPELT = ("statut", "solde", "presente", "present", "absente", "absent", "sauvegarde")


def read_words(text: str) -> Word | None:
    """The word that a text is, with nothing more than courtesy around it: "Bonjour, le solde svp ?" → `BALANCE`.

    Case, accents, punctuation, quotes and emoji don't matter, nor does one slip of the finger in a word of five letters
    or more ("STATU", "SODLE"). In doubt None: "le solde de mon compte ne s'affiche pas" is a request, and nobody
    would read it. "Sauvegarde faite ?" asks for what the word would tell.
    """
    if len(text) > _LONGEST:
        return None
    words = " ".join(_respelt(word) for word in _bare(text).split())
    found = next((word for word, pattern in _WORDS.items() if pattern.fullmatch(words)), None)
    return None if found in _SAID and "?" in text else found


def _bare(text: str) -> str:
    """The folded text with nothing but its words: "« Statut » ?" → "statut"."""
    words = re.sub(r"[^\w']|_", " ", fold(text.replace("’", "'"))).split()
    return " ".join(filter(None, (word.strip("'") for word in words)))


def _respelt(word: str) -> str:
    return next((meant for meant in _SPELT if _is_slip(word, meant)), word)


def _is_slip(typed: str, meant: str) -> bool:
    """True when one letter was left out, added, mistaken or swapped with the next one (Damerau-Levenshtein, at most 1).

    What is alike at both ends is set aside; the slip is what is left between.
    """
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, other = typed[start:], meant[start:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or _swapped(rest) == other


def _swapped(text: str) -> str:
    return text[1:2] + text[:1] + text[2:]


_READ = 600
_SIGNATURE = re.compile(r"envoye (?:de|depuis|a partir de) (?:mon|l'|un) ?\w+(?: \w+)?")
_UPDATE = r"(?:mises? a jours?|m ?a ?j|updates?|upgrades?|nouvelle version)"
_NAMED = (
    r"(?:mac ?os(?: ?x)?|os ?x|tahoe|sequoia|sonoma|ventura|monterey|big sur|catalina"
    r"|systeme d'exploitation)"
)
_MACHINE = r"(?:systeme|i?macs?|mac ?books?(?: (?:air|pro))?|mac mini|ordinateurs?|ordis?|apple|os|postes?)"
_INSTALL = r"(?:install\w+|accept\w+|pass(?:er|e|ons)|migrer|telecharger|lancer|propose\w*|mettre|upgrader)"
_LINK = (
    r"(?:(?:(?:du|de|des|sur|pour|vers|le|la|les|mon|ma|mes|nos|ce|est|proposee?|par|nouvelle|derniere|\d+)\b"
    r"|[dl]') ?)*+"
)
_SYSTEM_UPDATE = re.compile(
    rf"\b{_UPDATE}\b.*\b{_NAMED}\b|\b{_NAMED}\b.*\b(?:{_UPDATE}|{_INSTALL})\b|\b{_INSTALL} {_LINK}{_NAMED}\b"
    rf"|\b(?:pass\w+|migrer) (?:\w+ ){{0,4}}(?:a|sous|vers|en|sur) {_NAMED}\b"
    rf"|\b{_UPDATE} {_LINK}{_MACHINE}\b|\bmettre {_LINK}{_MACHINE}(?: \d+)? a jour\b"
    rf"|\bmettre a jour {_LINK}(?:{_NAMED}|{_MACHINE})\b"
    rf"|\b{_MACHINE} (?:\w+ ){{0,4}}(?:propose|demande|reclame|affiche)\w*\b.*\b{_UPDATE}\b"
)
_BARE_DEMAND = re.compile(
    rf"(?:(?:bonjour|bonsoir|salut|svp) )*+(?:(?:demande|autorisation|accord) (?:de |d'|pour )?)*+(?:la |une |l')?"
    rf"(?:{_UPDATE} {_LINK}(?:{_NAMED}|{_MACHINE})|{_NAMED} {_UPDATE})(?: {_NAMED}| \d+)*+(?: {_POLITE})*+"
)
_DETERMINERS = r"(?:(?:la|le|une|cette|ces|les|ma|derniere|nouvelle) |l')*+"
_DONE_BEFORE = re.compile(
    r"\b(?:depuis|apres|suite a|a la suite de|a cause de|lors de|pendant) "
    rf"{_DETERMINERS}(?:{_UPDATE}|{_NAMED}|passage)\b"
    rf"|\b{_UPDATE} {_LINK}(?:{_NAMED}|{_MACHINE})(?: {_NAMED})?(?: [\d.]+)? (?:m'|nous |l')?(?:a|ont) (?!jour\b)"
    r"|\bdepuis que\b|\bapres avoir\b"
    r"|\b(?:ai|a|avons|avez|ont) (?:\w+ )?(?:fait|installe|accepte|lance|effectue|telecharge|mis) "
    rf"{_DETERMINERS}(?:{_UPDATE}|{_NAMED}|{_MACHINE}|a jour)\b"
    r"|\b(?:s'est|se sont|a ete|ont ete) (?:mise?|faite?s?|lancee?s?|installee?s?|effectuee?s?)\b"
)
_OTHER = re.compile(
    rf"\b{_UPDATE} {_LINK}(?:logiciel |application |appli )?"
    r"(?:medi ?story\w*|express ?vitale|vigi ?\w+|word|excel|power ?point|office|scan ?snap|teamviewer|zoom|chrome"
    r"|safari|firefox|adobe|acrobat|prokov|iphone|ipad|ios)\b"
)
_MAY = re.compile(
    r"\b(?:puis-je|puis je|pouvons-nous|pouvons nous|peut-on|peut on|(?:je peux|on peut|nous pouvons)(?! pas)"
    r"|si (?:je|on|nous) (?:pouv\w+|dois|doit|dev\w+)|vous (?:validez|autorisez)|(?:validez|autorisez)-vous"
    r"|(?:dois|doit|devons|faut|je|on)(?:-| |-?(?:je|on|nous|il) | (?:je|on|nous|il) )(?:la |le |l'|les )?"
    r"(?:faire|accept\w+|refuser|install\w+|valider|lancer|mettre|passer|attendre|telecharger|autoriser|proceder)"
    r"|(?:votre |vos |l'|un )(?:accord|autorisation|feu vert|avis)|m'autoris\w+|nous autoris\w+"
    r"|(?:conseill|recommand|deconseill)\w+|(?:est-ce|c'est|est il|est-il) (?:possible|sans risque|prudent|risque)"
    r"|(?:sans|un|y a-t-il un) risque|compatibles?|feu vert|le droit|ok pour|d'accord pour|possible de)\b"
)
_TROUBLE = re.compile(
    r"\b(?:plus|arrive pas|arrivons pas|bloquee?|plantee?|plante|echoue?e?|erreur|impossible|marche|fonctionne|demarre"
    r"|rame|lente?|bug\w*|panne|probleme|rappeler|perdu|en cours|terminee?|finie|vous (?:pouvez|pourriez)"
    r"|(?:pouvez|pourriez)-vous (?:la |le |l'|nous |m')?(?:faire|installer|lancer|mettre|aider|passer)"
    r"|(?:allez|ferez|faites|feriez)-vous)\b"
)


def asks_macos_update(text: str) -> bool:
    """True when a client asks whether they may update macOS, which they do before doing it (C26).

    "On me propose Tahoe, je peux installer ?" and a bare "MAJ mac os" ask; "depuis la mise à jour macOS rien ne
    marche" reports, and "puis-je faire la mise à jour de Word ?" asks for something else. A false "no" costs the
    technician one tap, so what is not clearly a question is none. Reads the first 600 characters.
    """
    words = _SIGNATURE.sub(" ", fold(text[:_READ].replace("’", "'")))
    bare = " ".join(re.sub(r"[^\w'\- ]|_", " ", words).split())
    if not _SYSTEM_UPDATE.search(bare):
        return False
    if _BARE_DEMAND.fullmatch(bare):
        return True
    if _DONE_BEFORE.search(bare) or (_OTHER.search(bare) and not re.search(_NAMED, bare)):
        return False
    return bool(_MAY.search(bare)) or ("?" in text and not _TROUBLE.search(bare))
