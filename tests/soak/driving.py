"""Sixteen clients at once: shuffled, repeated, contradicted, late; each asks until it is answered."""

from __future__ import annotations

import random
import threading
import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.soak import stories
from tests.soak.cards import Cashier
from tests.soak.noting import Limits, Log
from tests.soak.product import SOURCES, Product
from tests.soak.stories import Raw, Story

SIZES = (1, 1, 1, 3, 10, 40, 100)
PATIENCE = 300  # seconds without an answer are too long


class Client(threading.Thread):
    """One client of one source; it repeats what its neighbours of the same source have just sent."""

    def __init__(self, product: Product, log: Log, limits: Limits, *, number: int, seed: int, breadth: int) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self.source = SOURCES[number % len(SOURCES)]
        self._product, self._number, self._log = product, number, log
        self._limits, self._breadth = limits, breadth
        self._chance = random.Random(f"{seed} client {number}")
        self._http = httpx.Client(
            base_url=f"{product.address}/api/v1", timeout=60,
            headers={"Authorization": f"Bearer {product.keys[self.source]}"},
        )  # fmt: skip
        self._open: list[Story] = []
        self._done: set[str] = set()  # events that were answered with their decisions
        self._begun = 0
        counter = Story(f"c{number}cards", clock=datetime.now(UTC))
        self._cashier = Cashier(
            log.drawer,
            self._chance,
            lambda method, path, body, wanted: self._ordered(counter, method, path, body, wanted=wanted),
        )

    def run(self) -> None:
        """Send until it is enough, then finish every story that was begun."""
        try:
            while not self._limits.reached(self._log, self._product):
                self._turn(begin=True)
            while self._open:
                self._turn(begin=False)
        except Exception:  # noqa: BLE001 - a thread's fault is told by the one who waits for it
            self._log.fault(f"{self.name}: {traceback.format_exc()}")
        finally:
            self._http.close()

    def _turn(self, *, begin: bool) -> None:
        while begin and len(self._open) < self._breadth:
            name = f"c{self._number}s{self._begun}"
            self._open.append(stories.begin(name, self._chance, now=datetime.now(UTC)))
            self._begun += 1
        self._send(self._batch(self._chance.choice(SIZES)))
        for _ in range(self._chance.randrange(4) if begin else 0):
            self._cashier.work()
        for story in [story for story in self._open if not story.waiting]:
            self._finish(story)
            self._open.remove(story)

    def _batch(self, size: int) -> list[Raw]:
        """Take events of any open story in any order, and what was sent before, by us or by a neighbour."""
        chance, gossip = self._chance, self._log.gossip[self.source]
        batch: list[Raw] = []
        while len(batch) < size:
            story = next((s for s in chance.sample(self._open, len(self._open)) if s.waiting), None)
            if story is None:
                break
            raw = story.waiting.pop(chance.randrange(len(story.waiting)) if chance.random() < 0.7 else 0)
            story.sent.append(raw)
            gossip.append(raw)
            batch.append(stories.variant(raw, chance) if chance.random() < 0.01 else raw)
            while gossip and len(batch) < size and chance.random() < 0.15:
                again = gossip[chance.randrange(len(gossip))]
                batch.append(stories.variant(again, chance) if chance.random() < 0.2 else again)
        return batch

    def _send(self, batch: list[Raw], *, settle: str | None = None) -> list[Raw]:
        if not batch:
            return []
        settle = settle or self._chance.choice(("now", "now", "later", ""))
        key = str(uuid.uuid4()) if self._chance.random() < 0.2 else None
        body: Any = batch[0] if len(batch) == 1 and self._chance.random() < 0.5 else batch
        answer = self._asked("POST", f"/events?settle={settle}" if settle else "/events", body, key=key)
        if answer.status_code != 200:
            self._log.fault(f"a batch was answered {answer.status_code}: {answer.text}")
            return []
        results: list[Raw] = answer.json()["results"]
        if [r["id"] for r in results] != [raw["id"] for raw in batch]:
            self._log.fault("results in another order than the events")
        for raw, result in zip(batch, results, strict=True):
            self._log.answered(self.source, raw, result)
            if "decisions" in result:
                self._done.add(raw["id"])
        return results

    def _asked(self, method: str, path: str, body: Any, *, key: str | None) -> httpx.Response:
        """Ask until there is an answer: a broken connection and a 5xx are none."""
        deadline = time.monotonic() + PATIENCE
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            try:
                answer = self._http.request(method, path, json=body, headers=headers)
                with self._log.lock:
                    self._log.counts[f"answers {answer.status_code}"] += 1
                if answer.status_code == 500:
                    self._log.fault(f"{method} {path} was answered 500: {answer.text}")
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
                last = f"{answer.status_code} {answer.text[:200]}"
            except httpx.HTTPError as broken:
                last = repr(broken)
                with self._log.lock:
                    self._log.counts["broken connections"] += 1
            if time.monotonic() > deadline:
                raise AssertionError(f"{method} {path}: no answer in {PATIENCE} s, at last {last}")
            time.sleep(self._chance.uniform(0.05, 0.4))

    def _ordered(self, story: Story, method: str, path: str, body: Raw, *, wanted: tuple[int, ...]) -> Raw:
        """Order something once, however often it is asked for; the same key with another wish is a conflict."""
        key = str(uuid.uuid4())
        answer = self._asked(method, path, body, key=key)
        with self._log.lock:
            self._log.counts["operations"] += 1
            self._log.counts["commands"] += 1
        told: Raw = answer.json()
        if answer.status_code not in wanted:
            self._log.fault(f"{story.name}: {method} {path} {body} was answered {answer.status_code}: {answer.text}")
        if self._chance.random() < 0.3:
            again = self._asked(method, path, body, key=key)
            with self._log.lock:
                self._log.counts["operations"] += 1
                self._log.counts["commands repeated"] += 1
            if (again.status_code, again.json()) != (answer.status_code, told):
                self._log.fault(f"{story.name}: {method} {path} was answered {told}, then {again.text}")
        if self._chance.random() < 0.1:
            other = self._asked(method, path, {**body, "reason": "another wish"}, key=key)
            with self._log.lock:
                self._log.counts["operations"] += 1
                self._log.counts["commands in conflict"] += 1
            if other.status_code not in (409, 422):
                self._log.fault(f"{story.name}: one key, two wishes: {other.status_code} {other.text}")
        return {**told, "http": answer.status_code}

    # --- endings ----------------------------------------------------------------------------------------------------

    def _finish(self, story: Story) -> None:
        """Tell again what is not settled yet, now and then everything; then order what the story's end wants."""
        if self._chance.random() < 0.15:
            self._done -= {raw["id"] for raw in story.sent}
        self._settled(story, story.sent)
        if story.ending:
            told = getattr(self, f"_end_by_{story.ending}")(story)
            with self._log.lock:
                self._log.endings[story.name] = told
        with self._log.lock:
            self._log.sources[story.name] = self.source
            self._log.counts["stories"] += 1

    def _settled(self, story: Story, events: list[Raw]) -> None:
        deadline = time.monotonic() + PATIENCE
        while left := [raw for raw in events if raw["id"] not in self._done]:
            if time.monotonic() > deadline:
                raise AssertionError(f"{story.name}: not settled in {PATIENCE} s: {left[:2]}")
            for result in self._send(left, settle="now"):
                if result["status"] == "conflict" and self._state_of(result["id"]) == "settled":
                    self._done.add(result["id"])  # as somebody else told it
            if any(raw["id"] not in self._done for raw in left):
                time.sleep(0.2)

    def _state_of(self, name: str) -> str:
        answer = self._asked("GET", f"/events/external:{name}", None, key=None)
        state: str = answer.json()["state"]
        return state

    def _end_by_merge(self, story: Story) -> list[Raw]:
        ann, again = f"{story.name}-ann", f"{story.name}-annie"
        told = self._ordered(
            story, "POST", f"/contacts/external:{again}/merge", {"into": f"external:{ann}"}, wanted=(200,)
        )
        return [{"did": "merged", "from": again, "into": ann, "answer": told}]

    def _end_by_remove(self, story: Story) -> list[Raw]:
        found = self._read(f"/referrals?friend=external:{story.name}-bob")
        done = []
        for referral in [r for r in found if r["removed_at"] is None]:
            told = self._ordered(
                story, "DELETE", f"/referrals/{referral['id']}", {"reason": "logged wrongly"}, wanted=(200,)
            )
            done.append({"did": "removed", "friend": f"{story.name}-bob", "answer": told})
        return done

    def _end_by_name(self, story: Story) -> list[Raw]:
        """Say who brought whom; then the friend's job goes its way, now."""
        ann, bob = f"external:{story.name}-ann", f"external:{story.name}-bob"
        self._ordered(story, "PATCH", f"/contacts/{ann}", {"company": "Archer & Sons"}, wanted=(200,))
        told = self._ordered(
            story, "POST", "/referrals", {"friend": bob, "referrer": ann, "how": "name"}, wanted=(201,)
        )
        made = Story(f"{story.name}-x", clock=datetime.now(UTC))
        place = self._chance.randrange(1, 6)
        for status in dict.fromkeys(("booked", stories.STATUSES[place])):
            job = {"external_id": f"{story.name}-j", "contact": f"{story.name}-bob", "status": status, "total": 9_900}
            made.tell("job.saved", job)
        self._chance.shuffle(made.waiting)
        for raw in made.waiting:
            self._send([raw])
        self._settled(made, made.waiting)
        return [{"did": "named", "friend": f"{story.name}-bob", "referrer": f"{story.name}-ann", "answer": told}]

    def _end_by_name_and_remove(self, story: Story) -> list[Raw]:
        return self._end_by_name(story) + self._end_by_remove(story)

    def _end_by_override(self, story: Story) -> list[Raw]:
        """Decide one reward by hand; what has been taken back meanwhile is refused, and says so."""
        found = self._read(f"/rewards?contact=external:{story.name}-ann")
        open_ones = [r for r in found if r["status"] in ("pending", "issued")]
        if not open_ones:
            return []
        reward = self._chance.choice(open_ones)
        status = self._chance.choice(("issued", "declined")) if reward["status"] == "pending" else "reversed"
        told = self._ordered(
            story, "POST", f"/rewards/{reward['id']}/status", {"status": status, "reason": "by hand"},
            wanted=(200, 422, 409),
        )  # fmt: skip
        whose = f"{story.name}-ann"
        return [{"did": "overridden", "contact": whose, "status": status, "reward": reward, "answer": told}]

    def _end_by_spend(self, story: Story) -> list[Raw]:
        return self._paid_with(story, "points")

    def _end_by_credit(self, story: Story) -> list[Raw]:
        return self._paid_with(story, "credit")

    def _paid_with(self, story: Story, instrument: str) -> list[Raw]:
        """Pay a ticket with value of ours; now and then take it back, or make it smaller."""
        chance, whose, name = self._chance, f"{story.name}-ann", f"{story.name}-own"
        told = stories.ticket_of(name, whose, chance)
        told["lines"] = [{"kind": "service", "quantity": 1, "unit_price": 9_000, "discount": 0, "tax": 750}]
        told["tenders"] = [{"type": instrument, "amount": chance.randrange(100, 3_000)}, {"type": "card", "amount": 1}]
        told["contact"] = whose
        made = Story(f"{story.name}-x", clock=story.clock)
        made.tell("ticket.closed", told, hours=80)
        if chance.random() < 0.3:
            made.tell("ticket.voided", {"external_id": name}, hours=3)
        elif chance.random() < 0.3:
            less = {"type": instrument, "amount": told["tenders"][0]["amount"] // 2}
            made.tell("ticket.adjusted", {**told, "tenders": [less]}, hours=3)
        chance.shuffle(made.waiting)
        for raw in made.waiting:
            self._send([raw])
        self._settled(made, made.waiting)
        return [{"did": "paid", "instrument": instrument, "contact": whose, "events": [r["id"] for r in made.waiting]}]

    def _read(self, path: str) -> list[Raw]:
        answer = self._asked("GET", path, None, key=None)
        if answer.status_code != 200:
            self._log.fault(f"GET {path} was answered {answer.status_code}: {answer.text}")
            return []
        found: list[Raw] = answer.json()["data"]
        return found
