"""Events in: one, a list of up to 1,000, or a CloudEvents batch; and what became of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from goodword.business.models import ApiKey
from goodword.errors import Invalid, NotFound, Refused
from goodword.flow.record import Recorded, record
from goodword.flow.settle import settle as settle_now
from goodword.inbox.models import Event, State
from goodword.web.api import decisions, examples, problems
from goodword.web.api.access import key_of, now_of
from goodword.web.api.described import operation
from goodword.web.api.keyed import afterwards
from goodword.web.api.reading import json_of, unsound
from goodword.web.api.shapes import EventShape, ResultsShape

router = Router()
MOST = 1000
OURS = "goodword"  # the source of commands (rulings 1)
SETTLED_AT_ONCE = 100  # without ?settle= so many are decided before answering


@router.post(
    "/events",
    response=ResultsShape,
    **operation(
        scope="events:write",
        summary="Send events",
        answer=examples.RESULTS,
        refusals=("malformed_json", "validation_error", "body_too_large", "unsupported_media_type", "too_many_events"),
        keyed=True,
        extra={"requestBody": examples.EVENTS_BODY},
    ),
)
def send(request: HttpRequest, settle: Literal["now", "later"] | None = None) -> HttpResponse:
    """Record events, each once for ever, and decide them before answering (`settle=now`, the default for up to 100)
    or leave that to the worker (`settle=later`). Results come in the order of the events; one bad event never stops
    the others. An event's own id makes a retry safe; `Idempotency-Key` works as well."""
    raws = _events_of(request)
    at_once = settle == "now" or (settle is None and len(raws) <= SETTLED_AT_ONCE)
    return afterwards(request, lambda: {"results": _take(request, raws, at_once=at_once)})


@router.get(
    "/events/{event}",
    response=EventShape,
    **operation(
        scope="events:read",
        summary="One event and what was decided for it",
        answer=examples.EVENT,
        refusals=("event_not_found",),
    ),
)
def show(request: HttpRequest, event: str) -> dict[str, Any]:
    """Find an event by our id or, as `external:<id>`, by the id it has at this key's source."""
    key = key_of(request)
    rows = Event.objects.filter(business=key.business)
    name = event.removeprefix("external:")
    rows = rows.filter(source=key.source, external_id=name) if name != event else rows.filter(public_id=event)
    row = rows.first()
    if row is None:
        raise NotFound("event_not_found", "no such event")
    return {
        "id": row.public_id,
        "external_id": row.external_id,
        "source": row.source,
        "type": row.type,
        "time": row.time,
        "recorded_at": row.recorded_at,
        "settled_at": row.settled_at,
        "state": row.state,
        "code": row.code or None,
        "data": row.data,
        "decisions": decisions.of_events(business=key.business, events=[row.pk]).get(row.pk, []),
    }


def _events_of(request: HttpRequest) -> list[object]:
    value = json_of(request.body)
    batch = (request.content_type or "").lower() == "application/cloudevents-batch+json"
    if batch and not isinstance(value, list):
        raise Invalid("validation_error", "a CloudEvents batch is a list", pointer="")
    raws: list[object] = value if isinstance(value, list) else [value]
    if len(raws) > MOST:
        raise Invalid("too_many_events", f"at most {MOST} events at a time, not {len(raws)}", most=MOST)
    return raws


def _take(request: HttpRequest, raws: Sequence[object], *, at_once: bool) -> list[dict[str, Any]]:
    key, now = key_of(request), now_of(request)
    told = _record(key, raws, request=request)
    pks = [each.event for each in told if each.event is not None and each.status in ("recorded", "duplicate")]
    if at_once and pks:
        settle_now(business=key.business, now=now, events=pks, limit=len(pks))
    states = dict(Event.objects.filter(pk__in=pks).values_list("pk", "state"))
    settled = [pk for pk, state in states.items() if state == State.SETTLED]
    followed = decisions.of_events(business=key.business, events=settled) if settled else {}
    return [_result(each, states, followed) for each in told]


def _record(key: ApiKey, raws: Sequence[object], *, request: HttpRequest) -> list[Recorded]:
    """Record what a database can keep at all; the rest is rejected in its place."""
    results: dict[int, Recorded] = {}
    sound: list[int] = []
    for place, raw in enumerate(raws):
        problem = _fault(raw)
        if problem is None:
            sound.append(place)
        else:
            name = raw.get("id") if isinstance(raw, dict) else None
            results[place] = Recorded(name if isinstance(name, str) else "", "rejected", problem, None)
    if sound:
        stored = record(
            business=key.business, source=key.source, raws=[raws[p] for p in sound], now=now_of(request), actor=key.name
        )
        results |= dict(zip(sound, stored, strict=True))
    return [results[place] for place in range(len(raws))]


def _fault(raw: object) -> Refused | None:
    fault = unsound(raw)
    if fault is not None:
        return Invalid("invalid_event", fault[1], pointer=fault[0])
    if isinstance(raw, dict) and raw.get("source") == OURS:
        return Invalid("reserved_source", "the source “goodword” is ours; name another", pointer="/source")
    return None


def _result(each: Recorded, states: dict[int, str], followed: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    state = states.get(each.event) if each.event is not None else None
    status = "settled" if each.status == "recorded" and state == State.SETTLED else each.status
    told: dict[str, Any] = {"id": each.id, "status": status}
    if each.problem is not None:
        told["problem"] = problems.body_of(each.problem)
    elif state == State.SET_ASIDE:
        told["problem"] = problems.body_of(Refused("set_aside", "recorded, but it cannot be decided; we look at it"))
    if state == State.SETTLED and each.event is not None:
        told["decisions"] = followed.get(each.event, [])
    return told
