"""A statement as data for another program."""

from datetime import datetime

from bot.texts.statement import StatedWork, StatementView

Json = dict[str, object]


def statement_document(view: StatementView) -> Json:
    """One JSON document; instants are ISO 8601 in the office zone, and no numbers where no quota is kept (C11)."""
    balance = view.balance
    return {
        "client": view.client.name,
        "kind": view.client.kind,
        "period": {"nth": view.nth, "starts_on": view.starts_on.isoformat(), "ends_on": view.ends_on.isoformat()},
        "made_on": view.made_on.isoformat(),
        "allowance": balance.allowance if balance else None,
        "used": view.total if balance else None,
        "left": balance.left if balance and not view.is_over else None,
        "lost": view.lost if balance else None,
        "beyond": balance.beyond if balance else None,
        "interventions": [_work(work, counted=balance is not None) for work in view.works],
        "corrections": [
            {
                "ticket": each.ticket,
                "at": each.at.isoformat(),
                "units": each.units,
                "reason": each.reason,
                "included": not each.is_apart,
            }
            for each in view.corrections
        ],
        "not_covered": [_work(work, counted=False) for work in view.elsewhere],
    }


def _work(work: StatedWork, *, counted: bool) -> Json:
    promise = work.promise
    return {
        "ticket": work.ticket,
        "date": work.on.isoformat(),
        "doctor": work.doctor,
        "reason": work.reason,
        "started_at": _at(work.started_at),
        "ended_at": _at(work.ended_at),
        "sittings": work.sittings,
        "worked_seconds": int(work.worked.total_seconds()),
        "remote": work.remote,
        "units": work.units if counted else None,
        "decision": work.decision,
        "decision_reason": work.why,
        "guarantee_of": work.guarantee_of,
        "asked_at": _at(promise.asked_at),
        "recontact_due_at": _at(promise.due_at),
        "recontacted_at": _at(promise.recontacted_at),
        "recontacted_by": promise.by,
        "deadline_kept": promise.kept,
    }


def _at(local: datetime | None) -> str | None:
    return local.isoformat() if local else None
