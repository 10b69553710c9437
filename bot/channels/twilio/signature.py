"""Whether a webhook is Twilio's own.

`X-Twilio-Signature` is base64(HMAC(secret, URL + each sorted name + value)): HMAC-SHA1 with the account's auth token,
or, where a SharedKey signs, the algorithm and the key that `X-Twilio-Webhooks-Signature-Settings` names
(https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys). The library's `RequestValidator` signs the same text;
written out here because that one takes one secret and no pairs, signs twice and raises on odd input.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from bot.channels.twilio.forms import Pairs, signed_text
from bot.errors import BadSignature

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
DEFAULT_PORTS = {"https": 443, "http": 80}


class Signatures:
    """Checks signatures against several auth tokens (during a rotation) and several shared keys (id → secret).

    An empty secret would let anybody sign, so it is a ValueError.
    """

    def __init__(self, auth_tokens: Sequence[str], shared_keys: Mapping[str, str]) -> None:
        if not all((*auth_tokens, *shared_keys.values())):
            raise ValueError("an empty secret signs for everybody")
        self._auth_tokens = tuple(token.encode() for token in auth_tokens)
        self._shared_keys = {key_id: secret.encode() for key_id, secret in shared_keys.items()}

    def check(self, url: str, pairs: Pairs, headers: Mapping[str, str]) -> None:
        """Return when Twilio signed this form for this URL; raise `BadSignature` otherwise.

        `url` comes from the settings, never from the request. Each secret costs one HMAC on the first spelling of it.
        """
        given = headers.get(SIGNATURE, "").encode(errors="replace")
        secrets, digest = self._signers(headers.get(SETTINGS, ""))
        try:
            fields = signed_text(pairs).encode(errors="surrogateescape")
            messages = (spelling + fields for spelling in spellings(url))
        except ValueError as error:  # an odd port, or characters that no form could have carried
            raise BadSignature("nothing that can be signed") from error
        for message in messages:
            for secret in secrets:
                expected = base64.b64encode(hmac.digest(secret, message, digest))
                if hmac.compare_digest(expected, given):
                    return
        raise BadSignature("no secret of ours made this signature" if given else "no signature")

    def _signers(self, settings: str) -> tuple[tuple[bytes, ...], str]:
        """The secrets that may have signed, and how. A key we do not know has no secret, an algorithm neither."""
        if not settings:
            return self._auth_tokens, "sha1"
        words = dict(part.strip().partition("=")[::2] for part in settings.split(","))
        digest = DIGESTS.get(words.get("algorithm", "HMAC_SHA1").upper())
        if digest is None:
            return (), "sha256"
        if "key" in words:
            secret = self._shared_keys.get(words["key"])
            return ((secret,) if secret else ()), digest
        # The account's token signs with SHA-1 only: another algorithm without a key is nothing that Twilio sends.
        return (self._auth_tokens if digest == "sha1" else ()), digest


@lru_cache(maxsize=64)
def spellings(url: str) -> tuple[bytes, ...]:
    """The URL as Twilio may have signed it, likeliest first: `https://a/b`, `https://a:443/b`, then with a fragment.

    It is not said which one it takes; its own library tries the port both ways, too.
    """
    plain, hash_mark, fragment = url.partition("#")
    parts = urlsplit(plain)
    host, port = parts.netloc, DEFAULT_PORTS.get(parts.scheme)
    hosts = [host]
    if parts.port is None and port:
        hosts.append(f"{host}:{port}")
    elif parts.port == port:
        hosts.append(host.rpartition(":")[0])
    addresses = [parts._replace(netloc=name).geturl() for name in hosts]
    ends = ("", hash_mark + fragment) if fragment else ("",)
    return tuple((address + end).encode() for end in ends for address in addresses)
