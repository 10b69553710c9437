"""Calls as they reach the services: one step after the other, in whatever order a test wants."""

from datetime import datetime

from bot.domain.calls import Call, CallEvent, Recording, Step
from bot.domain.inbox import Source
from bot.rules.calls import GRACE
from bot.services.calls import settle_calls
from tests.factories import HELENE
from tests.services.shop import Shop

ANSWER = {"technician_id": 1, "talked_seconds": 180}


def sid(nth: int = 1) -> str:
    return f"CA{nth:032x}"


def recording(seconds: int = 42, nth: int = 1) -> Recording:
    return Recording(f"RE{nth:032x}", f"https://api.twilio.test/Recordings/RE{nth:032x}.mp3", seconds)


async def tell(
    shop: Shop,
    step: Step,
    *,
    call: int = 1,
    caller: str | None = HELENE,
    occurred_at: datetime | None = None,
    **said: object,
) -> None:
    """One step of a call arrives, and is taken in."""
    event = CallEvent(sid(call), step, caller, **said)  # type: ignore[arg-type]  # what a test says of it
    await shop.arrives(event, source=Source.TWILIO_CALL, occurred_at=occurred_at)
    await shop.take_in()


async def missed(shop: Shop, caller: str | None = HELENE, *, call: int = 1) -> None:
    """Somebody calls, is not answered, and hangs up without a word."""
    await tell(shop, Step.RANG, call=call, caller=caller)
    await tell(shop, Step.DIALLED, call=call, caller=caller)
    await tell(shop, Step.ENDED, call=call, caller=caller)
    await settles(shop)


async def speaks(shop: Shop, caller: str | None = HELENE, *, call: int = 1, seconds: int = 42) -> None:
    """Somebody calls, is not answered, and leaves a message."""
    said = recording(seconds, call)
    await tell(shop, Step.RANG, call=call, caller=caller)
    await tell(shop, Step.RECORDED, call=call, caller=caller, recording=said)
    await tell(shop, Step.ENDED, call=call, caller=caller)
    await tell(shop, Step.RECORDING, call=call, caller=None, recording=said)


async def settles(shop: Shop) -> int:
    """Let the time pass after which nothing more is told of a call."""
    shop.clock.advance(GRACE)
    return await settle_calls(shop.context)


async def kept(shop: Shop, nth: int = 1) -> Call:
    found: Call | None = await shop.write(lambda uow: uow.calls.get(sid(nth)))
    assert found is not None
    return found
