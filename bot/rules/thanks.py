"""Thanks: words after a closing that ask for nothing."""

import re

from bot.rules.folding import fold

_LONGEST = 120

_HELP = r"tout|(?:votre|ton|l')? ?(?:aide|reactivite|rapidite|intervention|patience|depannage|efficacite)"
_PHRASES = (
    (
        r"(?:un (?:grand|tres grand) |mille |encore )?(?:merci|mercis|thanks|mrc)"
        r"(?: (?:beaucoup|bien|bcp|encore|infiniment|enormement|mille fois|a vous|a toi|a tous|a toute l'equipe))*"
        rf"(?: (?:pour|de) (?:{_HELP})| pour (?:votre|ton) (?:retour|reponse))?"
    ),  # "merci de votre retour" asks for one
    r"je (?:vous|te) remercie(?: beaucoup| infiniment)?",
    r"ok|okay|oki|d'accord|entendu|parfait|super|top|nickel|impeccable|impec|genial|formidable|excellent|bravo",
    r"(?:c'est|tout est) (?:bon|parfait|nickel|super|ok|note|regle|resolu|gentil|rentre dans l'ordre)",
    r"tres bien|bien note|bien recu|ca marche|ca fonctionne|tout (?:marche|fonctionne)|au top",
    r"bonne (?:journee|soiree|nuit|continuation|fin de journee|fin de semaine|semaine)",
    r"bon (?:week-end|week end|weekend|courage|apres-midi)|belle journee|belle soiree",
    r"a bientot|au revoir|cordialement|bien cordialement|bien a vous|(?:a )?vous aussi|de meme|de rien|je vous en prie",
)
_GREETINGS = r"bonjour|bonsoir|et|encore|a vous|tous|la|donc|alors"
_EMOJI = "👍👌🙏🙌👏💪🤝😊🙂😀😃😄😁😉😍🥰🤗☺❤🧡💛💚💙💜✅🎉🌞☀💐🌷"  # approving ones; any other means doubt
_DRESS = re.compile(f"[{_EMOJI}\U0001f3fb-\U0001f3ff\ufe0f\u200d]")
_SMILEYS = re.compile(r"(?<!\w)[:;]-?[)D](?!\w)")
_STOPS = re.compile(r"[.,!…;\n]+| - ")
_CORE = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES))
_WORDS = re.compile(rf"(?:(?:{'|'.join((*_PHRASES, _GREETINGS))})(?: |$))+")


def is_thanks(text: str) -> bool:
    """True for "Merci beaucoup !", "ok merci", "parfait, bonne journée", "👍"; in doubt False.

    "merci de me rappeler", "merci mais ça ne marche pas" and "ok pour demain ?" ask for something: every word must be
    one of those that ask for nothing. A false "no" costs a ticket that somebody closes; a false "yes" a lost request.
    """
    if len(text) > _LONGEST:
        return False
    bare = _SMILEYS.sub("", _DRESS.sub(" ", text))
    words = fold(_STOPS.sub(" ", bare).replace("’", "'"))
    if not words:
        return bool(_DRESS.search(text) or _SMILEYS.search(text))
    return bool(_WORDS.fullmatch(words) and _CORE.search(words))
