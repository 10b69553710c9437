"""What mail programs and mail servers add beneath a mail: "Envoyé de mon iPhone", confidentiality notices."""

import re

from bot.channels.mail.replies.lines import Line

_LONGEST_PARAGRAPH = 12

_DEVICE = (
    r"iphone|ipad|mac(?:book)?|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|pixel|sony|nokia|motorola|wiko|blackberry"
    r"|android|smartphone|tablette|yahoo|outlook|orange|sfr|free|bouygues|la ?poste|gmail|proton|bluemail"
    r"|thunderbird|windows|k-9|fairemail|mailo|spark|tuta(?:nota)?|airmail|canary|edison mail|mailspring|em client|zoho"
    r"|infomaniak|fastmail|e-mail mobile|mobile|telephone|portable|appareil|courrier|mail|phone"
)
_SENT_FROM = re.compile(
    r"[-\[( ]{0,4}(?:envoye|expedie|ecrit|transmis|sent)e?"
    r" (?:de|depuis|a partir de|avec|from|via|with"
    r"|par(?! (?:e-?mail|mail|courrier|telephone|mobile|la ?poste|orange|sfr|free)))"
    rf" ?(?:(?:mon|ma|l'application|l'appli|l'app|la messagerie(?: securisee)?|le|un|une|my|the) ?)?(?:{_DEVICE})\b"
    r"(?P<rest>[^,;:?!]{0,60}?)(?:<?https?://\S{1,200})?[-\])>. ]{0,4}"
)
_MODEL = re.compile(
    rf"(?:\s|<?https?://\S+|\b(?:{_DEVICE}|pour|sur|sous|de|for|on|en|par|secured?|securise|securisee|mail|email|e-mail|app"
    r"|messagerie|telecom|intelligent|pro|max|plus|mini|ultra|note|edge|ios|[a-z]{0,2}\d+[a-z]{0,2})\b|[-.()]){0,30}+"
)
"""Possessive: "mail" is a device and a word, so that "mail mail mail …" could be read in 4,000 ways."""
_ADVERT = re.compile(
    r"(?:obtenir|obtenez|telecharger|telechargez|get|download)"
    r" (?:outlook|bluemail|spark|aqua mail|yahoo mail|l'application mail)\b.{0,160}"
    r"|provenance ?: courrier (?:pour|pro).{0,60}"
    r"|yahoo mail ?: .{0,120}"
    r"|(?:garanti )?sans virus[. ].{0,200}avast\b.{0,200}|(?:garanti )?sans virus\.?.{0,10}www\.avast\S{0,200}"
    r"|l'absence de virus dans ce (?:courrier|message|mail).{0,200}|(?:https?://)?www\.avast\.com\S{0,200}"
    r"|cet? (?:e-mail|mail|courrier electronique|message) a ete verifie par .{0,60}(?:avast|antivirus).{0,80}"
    r"|securise par proton ?mail.{0,60}|une messagerie gratuite, garantie a vie.{0,160}"
    r"|(?:message|courriel|mail|e-mail)(?: \w{1,12}){0,2} (?:securise|chiffre|crypte|protege)(?: \w{1,12}){0,2}"
    r" (?:par|via|avec) (?:apicrypt|mssante|mailiz|la messagerie|une messagerie).{0,120}"
    r"|[-_=* ]{0,20}(?:fin du )?message (?:securise |chiffre )?(?:apicrypt|mssante)(?: v?\d)?[-_=* ]{0,20}"
)
_LINK = re.compile(r"\[([^\[\]()]{1,80})\]\(https?://[^\s()]{1,200}\)")
"""A link as Markdown writes it: "[Proton Mail](https://…)"."""
_NOTICE = re.compile(
    r"[-*_= ]{0,6}(?:(?:ce|cet|le present|ces)"
    r" (?:message|mail|courriel|courrier|e-mail|email)\b"
    r"|les informations (?:contenues|transmises|figurant)"
    r"|toute (?:utilisation|diffusion|publication|reproduction|copie)"
    r"|(?:avis|clause|mention|notice) de confidentialite|confidentialite|avertissement|confidentiel\b|disclaimer"
    r"|message confidentiel|important ?[:!]|attention ?[:!]|si vous (?:avez recu|n'etes pas|recevez)"
    r"|this (?:e-?mail|message)|the (?:information|content)|if you (?:have received|are not)|confidential)"
)
_NOTICE_WORDS = re.compile(
    r"confidentiel|destinataire|exclusiv|secret (?:medical|professionnel)|par erreur|expediteur|interdit|strictement"
    r"|(?:utilisation|diffusion|divulgation|reproduction)|detruire|supprimer|integrite|decline toute|confidential"
    r"|intended|in error|delete|disclos"
)
_NOTICE_WORDS_NEEDED = 2
_TROUBLE = re.compile(r"\b(?:ne|n'\w+|pas|jamais|plus|impossible|erreur|refus\w*|bloqu\w*|vides?)\b")
_SECURE_MAIL = re.compile(
    r"(?:ce )?(?:message|courriel|mail|courrier) (?:vous )?(?:(?:a ete|est) )?"
    r"(?:envoye|emis|issu|transmis|echange|chiffre|securise|adresse)\b.{0,120}"
    r"\b(?:mssante|apicrypt|mailiz|lifen|medimail|messagerie securisee)"
)
_PAPER = re.compile(
    r"(?:.{0,20}(?:pensez|penser|pensons) (?:a|aux) .{0,40}(?:environnement|planete|arbres).{0,120}"
    r"|(?:afin de |pour )?(?:preserver|respecter|proteger|contribuer) .{0,60}environnement.{0,20}imprim.{0,120}"
    r"|(?:merci de )?(?:n'|ne pas )imprim\w{1,5} (?:pas )?(?:ce|cet) (?:mail|message|e-mail|courriel).{0,120}"
    r"|(?:please )?consider the environment.{0,120})"
)
_SELF = re.compile(r"\b(?:je|j'ai|mes|mon|moi)\b|\?")


def is_footer_line(line: Line) -> bool:
    """Added by a mail program in one line: "Envoyé de mon iPhone"; not "Envoyé depuis le poste 2 ce matin"."""
    bare = _LINK.sub(r"\1", line.bare)
    if match := _SENT_FROM.fullmatch(bare):
        return _MODEL.fullmatch(match["rest"]) is not None
    return bool(_ADVERT.fullmatch(bare) or _PAPER.fullmatch(bare))


def is_notice_at(lines: list[Line], start: int, end: int) -> bool:
    """True where a paragraph of lawyers begins: "Ce message et ses pièces jointes sont confidentiels…".

    It must use several of their words, and not speak in the first person: "Ce message et ses pièces jointes n'arrivent
    pas dans mon logiciel" is a request, and so is "Message envoyé par MSSanté jamais reçu".
    """
    bare = lines[start].bare
    if not (_NOTICE.match(bare) or _SECURE_MAIL.match(bare)):
        return False
    text = _paragraph(lines, start, end)
    if _SELF.search(text):
        return False
    if len(set(_NOTICE_WORDS.findall(text))) >= _NOTICE_WORDS_NEEDED:
        return True
    return bool(_SECURE_MAIL.match(text)) and not _TROUBLE.search(text)


def _paragraph(lines: list[Line], start: int, end: int) -> str:
    text: list[str] = []
    for line in lines[start : min(start + _LONGEST_PARAGRAPH, end)]:
        if line.is_blank:
            break
        text.append(line.bare)
    return " ".join(text)
