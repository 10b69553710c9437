"""What Twilio's error codes mean to us: one table, and the delivery errors made from it.

After Twilio's error dictionary (https://www.twilio.com/docs/api/errors, `/<code>` for each) and its WhatsApp mapping
(https://www.twilio.com/docs/whatsapp/api/error-code-mapping). The rarer ones were not looked up one by one: an entry
that proves wrong costs a less exact sentence, never a message. A code that is not here is permanent and shown.
"""

from collections.abc import Mapping

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from bot.domain.refusals import SHOP_PAUSE_SECONDS, Meaning
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError

BAD_NUMBER = Meaning("bad_number")
NOT_MOBILE = Meaning("not_mobile")
OPTED_OUT = Meaning("opted_out", opted_out=True)
NOT_ALLOWED = Meaning("destination_not_allowed")
TRIAL = Meaning("trial_account")
BAD_SENDER = Meaning("bad_sender")
BAD_CONTENT = Meaning("bad_content", another_channel=False)
TOO_LONG = Meaning("too_long", another_channel=False)
BAD_TEMPLATE = Meaning("bad_template")
UNREACHABLE = Meaning("unreachable")
FILTERED = Meaning("filtered")
NO_WHATSAPP = Meaning("no_whatsapp")
OUTSIDE_WINDOW = Meaning("outside_window")
CHANNEL_REFUSED = Meaning("channel_refused")
EXPIRED = Meaning("expired")
NOT_UNDERSTOOD = Meaning("program_fault", another_channel=False)
ACCOUNT = Meaning("account_problem", is_permanent=False, another_channel=False, pause_seconds=SHOP_PAUSE_SECONDS)
BUSY = Meaning("too_many", is_permanent=False, another_channel=False, pause_seconds=5.0)
QUEUE_FULL = Meaning("too_many", is_permanent=False, pause_seconds=60.0)
PROVIDER_DOWN = Meaning("provider_down", is_permanent=False, another_channel=False)
UNKNOWN = Meaning("unknown")

CODES: Mapping[str, Meaning] = {
    # The account and the request
    "20001": NOT_UNDERSTOOD,  # invalid parameter
    "20003": ACCOUNT,  # authenticate: a wrong or rotated token, a closed account
    "20004": NOT_UNDERSTOOD,  # method not allowed
    "20005": ACCOUNT,  # account not active
    "20006": ACCOUNT,  # access denied
    "20404": ACCOUNT,  # not found: on a list or a new message it is the account that is not there
    "20422": NOT_UNDERSTOOD,  # invalid parameter
    "20429": BUSY,  # too many requests
    "20500": PROVIDER_DOWN,
    "20503": PROVIDER_DOWN,
    "30002": ACCOUNT,  # account suspended between queue and sending
    # The recipient
    "21211": BAD_NUMBER,
    "21217": BAD_NUMBER,
    "21265": BAD_NUMBER,  # a short code
    "21401": BAD_NUMBER,
    "21604": BAD_NUMBER,  # no To
    "21614": NOT_MOBILE,
    "21635": NOT_MOBILE,  # a landline
    "21610": OPTED_OUT,
    "21408": NOT_ALLOWED,  # the country is not enabled in the console
    "21612": NOT_ALLOWED,  # this From cannot reach this To
    "21608": TRIAL,  # not verified on a trial account
    "63015": TRIAL,  # has not joined the WhatsApp sandbox
    # Our sender
    "21212": BAD_SENDER,
    "21601": BAD_SENDER,
    "21603": BAD_SENDER,
    "21606": BAD_SENDER,
    "21701": BAD_SENDER,
    "21703": BAD_SENDER,
    "21910": BAD_SENDER,  # From and To of different channels
    "30024": BAD_SENDER,  # numeric sender id not provisioned
    "30034": BAD_SENDER,  # unregistered number
    "30042": BAD_SENDER,  # sender id refused as generic
    "63001": BAD_SENDER,  # the channel could not authenticate us
    "63002": BAD_SENDER,
    "63007": BAD_SENDER,
    "63008": BAD_SENDER,  # channel misconfigured
    "63020": BAD_SENDER,  # the business account was not accepted
    "63051": BAD_SENDER,  # the business account is locked
    # The content
    "21602": BAD_CONTENT,  # no body
    "21609": NOT_UNDERSTOOD,  # status callback
    "21617": TOO_LONG,
    "21619": BAD_CONTENT,
    "21620": BAD_CONTENT,
    "21623": BAD_CONTENT,
    "21655": BAD_TEMPLATE,
    "21656": BAD_TEMPLATE,
    "21658": TOO_LONG,
    "30019": TOO_LONG,
    "63005": BAD_CONTENT,
    "63021": BAD_CONTENT,
    "63027": BAD_TEMPLATE,  # none in this language
    "63028": BAD_TEMPLATE,  # wrong number of variables
    "63030": BAD_TEMPLATE,
    "63040": BAD_TEMPLATE,  # rejected
    "63041": BAD_TEMPLATE,  # paused
    "63042": BAD_TEMPLATE,  # disabled
    # On the way, told by the status callback
    "21611": QUEUE_FULL,  # ten hours of messages wait on this number
    "30001": QUEUE_FULL,
    "30003": UNREACHABLE,  # the handset is off or away
    "30004": Meaning("blocked"),
    "30005": UNREACHABLE,  # unknown handset
    "30006": NOT_MOBILE,  # landline or unreachable carrier
    "30007": FILTERED,
    "30008": UNREACHABLE,  # unknown error at the carrier
    "30010": Meaning("too_dear"),
    "30017": QUEUE_FULL,  # the carrier's network is congested
    "30022": QUEUE_FULL,
    "30023": QUEUE_FULL,
    "30036": EXPIRED,
    "30410": PROVIDER_DOWN,  # provider time-out
    "30450": FILTERED,  # Twilio's protection against pumping
    "30453": FILTERED,
    # WhatsApp
    "63003": NO_WHATSAPP,
    "63024": NO_WHATSAPP,
    "63009": PROVIDER_DOWN,
    "63010": PROVIDER_DOWN,
    "63012": PROVIDER_DOWN,
    "63013": CHANNEL_REFUSED,  # against the channel's policy
    "63014": Meaning("blocked"),  # by the person
    "63016": OUTSIDE_WINDOW,
    "63018": QUEUE_FULL,
    "63032": CHANNEL_REFUSED,  # a WhatsApp limitation for this person
    "63033": Meaning("blocked"),
    "63036": UNREACHABLE,
    "63038": QUEUE_FULL,  # the account's daily limit
    "63049": CHANNEL_REFUSED,  # Meta chose not to deliver
    # Our own, before Twilio is asked
    "sms_automatic_off": Meaning("sms_automatic_off"),
    "channel_off": Meaning("channel_off"),
    "media_address": Meaning("media_address", another_channel=False),
    "media_too_large": Meaning("media_too_large", another_channel=False),
    "media_storage": Meaning("media_storage", is_permanent=False, another_channel=False),
}


def meaning(code: str | int | None) -> Meaning:
    """What a code means; one that Twilio added since is permanent and shown by its number."""
    return CODES.get(str(code), UNKNOWN)


def refused(status: int, code: str | int | None) -> DeliveryError:
    """The delivery error for an answer of Twilio's with this HTTP status and this code.

    An answer without a code of Twilio's (a proxy's page, a hotel's portal) says nothing about the message: try again.
    After a 5xx the message may have been taken all the same. The words of Twilio's are left out: they quote the number.
    """
    is_ambiguous = status >= 500
    if code is None or not str(code).isdigit() or int(code) < 10_000:
        pause = {401: SHOP_PAUSE_SECONDS, 403: SHOP_PAUSE_SECONDS, 429: BUSY.pause_seconds}.get(status)
        code = {401: "20003", 403: "20003", 429: "20429"}.get(status)
        return TransientDeliveryError(
            f"HTTP {status} without a code of Twilio's", code=code, retry_after=pause, ambiguous=is_ambiguous
        )
    known = CODES.get(str(code), PROVIDER_DOWN if is_ambiguous else UNKNOWN)
    message = f"Twilio refused with {code} ({known.reason}, HTTP {status})"
    if known.is_permanent:
        return PermanentDeliveryError(message, code=str(code), opted_out=known.opted_out)
    return TransientDeliveryError(message, code=str(code), retry_after=known.pause_seconds, ambiguous=is_ambiguous)


def refusal(error: TwilioException) -> DeliveryError:
    """The delivery error for an exception of Twilio's library."""
    if isinstance(error, (TwilioRestException, TwilioServiceException)):
        return refused(error.status, error.code)
    return TransientDeliveryError(f"twilio: {type(error).__name__}", ambiguous=True)


NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""No byte of the request left: what httpx raises before there is a connection."""


def unanswered(error: Exception) -> TransientDeliveryError:
    """The delivery error when there was no answer that can be read: ambiguous unless nothing was sent."""
    return TransientDeliveryError(f"no answer ({type(error).__name__})", ambiguous=not isinstance(error, NOT_SENT))
