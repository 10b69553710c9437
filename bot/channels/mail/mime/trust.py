"""Whether our own mail server found the sender to be who they say. Pure and total."""

import re

from bot.channels.mail.mime.headers import Headers
from bot.domain.addresses import Address

MICROSOFT = "microsoft"
"""Set in the place of a server's name for Microsoft 365, which writes its results without one."""

_FIELD = "authentication-results"
_COMMENT = re.compile(r"\([^()]{0,500}+\)")
_NESTING = 5
_RESULT = re.compile(r"\s*+(dmarc|dkim|spf)\s*+=\s*+([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_DOMAIN = re.compile(
    r"\b(?:header\.from|header\.d|header\.i|smtp\.mailfrom)\s*+=\s*+\"?(?:[^\s;@\"]{0,64}@)?([\w.-]{1,253})",
    re.IGNORECASE | re.ASCII,
)
_FAILED = frozenset({"fail", "softfail", "permerror", "policy"})


def is_verified(headers: Headers, sender: Address | None, *, server: str) -> bool | None:
    """What the configured server says of the sender's domain: True, False, or None where it says nothing.

    Only the top-most fields that bear its name (authserv-id, `mx.example.fr`) count, up to the next `Received`:
    anything below may have been written by the sender. DMARC decides; without it a passing DKIM or SPF for the sender's
    own domain does. A server that strips or renames forged fields is taken for granted (RFC 8601, section 5).

    Microsoft 365 bears no name (`MICROSOFT`): only its place tells its field from a forged one. It is the top-most of
    all, because each server writes above what it was given; what the sender wrote lies below it.
    """
    if sender is None or not server:
        return None
    domain = sender.identifier.rpartition("@")[2]
    ours = _nameless(headers) if server.casefold() == MICROSOFT else _ours(headers, server)
    results = [result for value in ours for result in _results(value)]
    for method, verdict, where in results:
        if method == "dmarc" and verdict in ("pass", *_FAILED):
            return verdict == "pass" and (not where or _is_aligned(where, domain))
    named = [(verdict, where) for method, verdict, where in results if method != "dmarc"]
    if any(verdict == "pass" and _is_aligned(where, domain) for verdict, where in named):
        return True
    return False if any(verdict in _FAILED for verdict, _ in named) else None


def _ours(headers: Headers, server: str) -> list[str]:
    """The server's fields that stand together at the top, whole."""
    found: list[str] = []
    for name, value in headers.fields:
        if name == "received" and found:
            break
        if name == _FIELD:
            bare = _without_comments(value)
            words = bare.partition(";")[0].split()
            if words and words[0].casefold() == server.casefold():
                found.append(bare)
            elif found:
                break
    return found


def _nameless(headers: Headers) -> list[str]:
    """The top-most field of all, if it begins with a result: a name there is another server's, and not believed."""
    top = _without_comments(headers.first(_FIELD))
    return [f";{top}"] if "=" in top.partition(";")[0] else []


def _results(value: str) -> list[tuple[str, str, str]]:
    """Method, verdict, and the domain it was found for: `dkim=pass header.d=example.fr` → ("dkim", "pass", …)."""
    results = []
    for each in value.split(";")[1:]:
        if found := _RESULT.match(each):
            domain = _DOMAIN.search(found[3])
            results.append((found[1].casefold(), found[2].casefold(), domain[1].casefold() if domain else ""))
    return results


def _is_aligned(found: str, domain: str) -> bool:
    """The same domain, or one that holds it or is held by it (`mail.example.fr` signs for `example.fr`)."""
    return "." in found and (found == domain or found.endswith(f".{domain}") or domain.endswith(f".{found}"))


def _without_comments(value: str) -> str:
    """Comments can hold anything, "dmarc=pass" too; and comments."""
    for _ in range(_NESTING):
        value = _COMMENT.sub(" ", value)
    return value
