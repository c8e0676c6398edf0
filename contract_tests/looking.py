"""One look at one answer: does it fit to what is known of the resource, and to what the rules say of it?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_tests.answers import Answer, brief, steps
from contract_tests.compare import difference, moment, same
from contract_tests.laws import Situation, key_of, place, sent_fields
from contract_tests.memory import Dispute, Event, Known, Memory, Pending, Seen
from contract_tests.places import NOTHING, find, leaves
from contract_tests.results import Failure
from specs import Behaviour, Claim, Effect
from specs.pointers import join


def observe(memory: Memory, answer: Answer, tainted: Iterable[str] = ()) -> None:
    """Hold an accepted answer against the rules, and remember what it shows. `tainted` are fields about which the
    request said something that should have been refused.
    """
    behaviour = memory.api.rules.behaviours.get(answer.call.operation.id)
    shown = find(answer.json, behaviour.output or "") if behaviour else NOTHING
    if behaviour is None or not isinstance(shown, dict):
        return
    memory.turn += 1
    _Look(memory, behaviour, answer, shown, frozenset(tainted)).judge()


class _Look:
    """One look at one answer."""

    def __init__(
        self, memory: Memory, behaviour: Behaviour, answer: Answer, shown: dict[str, Any], tainted: frozenset[str]
    ) -> None:
        self.memory, self.ledger, self.claims = memory, memory.ledger, memory.claims
        self.behaviour, self.answer, self.shown, self.tainted = behaviour, answer, shown, tainted
        self.resource = memory.api.rules.resources[behaviour.resource]
        self.sent = sent_fields(behaviour, answer.call)
        asked = key_of(behaviour, answer.call)
        self.key = str(shown.get(self.resource.identity, NOTHING) if asked is NOTHING else asked)
        self.known = memory.known.get((behaviour.resource, self.key), Known())
        if behaviour.action == "create":
            self.known = Known()
        before = {name: seen.value for name, seen in self.known.fields.items() if not seen.shaky}
        self.situation = Situation(self.sent, before, answer.json)
        self.other: Claim | None = memory.doubts.get(behaviour.resource)
        self.unharmed = True

    def judge(self) -> None:
        """Hold every field against the effect that speaks of it, then remember."""
        if self.behaviour.output is None:
            self._answers()
            return
        names = dict.fromkeys(name for effect in self.behaviour.effects for name in effect.fields)
        ordered = sorted(names, key=lambda name: name != self.resource.identity)
        after: dict[str, Seen] = {}
        for name in ordered:
            value = self.shown.get(name, NOTHING)
            pending = None if name in self.tainted else self._field(name, value)
            if value is not NOTHING:
                after[name] = Seen(value, self.answer, pending, shaky=name in self.tainted)
        for name, value in self.shown.items():
            after.setdefault(name, Seen(value, self.answer))
        if self.behaviour.action != "create" and (self.behaviour.resource, self.key) not in self.memory.known:
            self.memory.seen_first[self.behaviour.resource, self.key] = dict(self.shown)
        self._others()
        self._answers()
        self.memory.known[self.behaviour.resource, self.key] = Known(after, self.memory.turn)
        event = Event(self.memory.turn, self.key, self.sent, self.answer)
        self.memory.events.setdefault(self.behaviour.resource, []).append(event)

    def _field(self, name: str, value: Any) -> Pending | None:
        effect = self.situation.speaking(self.behaviour, name)
        if effect is None:
            return None
        kind = effect.becomes.kind
        if kind == "sent":
            return self._sent(effect, name, value)
        if kind == "unchanged":
            return self._unchanged(effect, name, value)
        claim = self.claims.effect(self.behaviour.operation, effect.id, name, kind)
        if kind == "constant":
            if value is not NOTHING:
                self._expect(claim, name, effect.becomes.constant, value)
        elif kind == "new":
            self._new(claim, name, value)
        elif kind == "embedded":
            self._embedded(claim, name, effect.becomes.name, value)
        elif kind == "now":
            self._not_back(claim, name, value)
        return None

    def _expect(self, claim: Claim | None, name: str, expected: Any, value: Any, *before: Answer) -> bool:
        """Judge a claim by one value; says whether it was kept."""
        if same(expected, value) or (value is NOTHING and expected is None):
            self.ledger.keep(claim)
            return True
        self.tell(claim, name, brief(expected), brief(value), *before)
        return False

    def tell(self, claim: Claim | None, name: str, expected: str, got: str, *before: Answer) -> None:
        """The claim is broken at a field of this answer; `before` are the answers that led one to expect otherwise."""
        cause = self.other if self.other is not claim else None
        by = next(
            (e.becomes.name for e in self.behaviour.effects if name in e.fields and e.becomes.kind == "embedded"), ""
        )
        places = [place(self.behaviour, one) for one in (name, by) if one]
        if name not in self.shown:
            # Where other members are missing as well, that is the fault.
            places.append(f"{self.behaviour.operation}:{self.behaviour.output}")
        places += [f"{self.behaviour.resource}:{one}" for one in (name, by) if one]
        where = join(self.behaviour.output or "", name)
        failure = Failure(f"{name}: {expected}", f"{name}: {got}", where, steps([*before, self.answer]))
        self.ledger.breaks(claim, failure, places, cause)

    def _sent(self, effect: Effect, name: str, value: Any) -> Pending:
        expected = self.sent[effect.becomes.name or name]
        claim = self.claims.effect(self.behaviour.operation, effect.id, name, "answered")
        self._expect(claim, name, expected, value)
        before = self.known.fields.get(name)
        kept = self.claims.effect(self.behaviour.operation, effect.id, name, "kept")
        return Pending(kept, expected, before.value if before else NOTHING)

    def _unchanged(self, effect: Effect, name: str, value: Any) -> Pending | None:
        claim = self.claims.effect(self.behaviour.operation, effect.id, name, "unchanged")
        if name == self.resource.identity:
            if str(value) == self.key:
                self.ledger.keep(claim)
            elif value is not NOTHING:
                self.tell(claim, name, self.key, brief(value))
                self._doubt(claim)
            return None
        seen = self.known.fields.get(name)
        if seen is None or seen.shaky:
            return None
        pending = seen.pending
        if pending is not None and not same(pending.value, seen.value):
            self._ignored(pending, seen, name, value)
            return None
        if same(seen.value, value) or (value is NOTHING and seen.value is None):
            self.ledger.keep(claim)
            if pending is not None:
                self.ledger.keep(pending.claim)
                self.memory.confirmed.add((self.behaviour.operation, name))
            return None
        self.unharmed = False
        if pending is not None and pending.before is not NOTHING and same(pending.before, value):
            self.tell(pending.claim, name, brief(pending.value), brief(value), seen.answer)
        elif (event := self._culprit(name, value)) is not None:
            claim = self.claims.untouched(event.answer.call.operation.id)
            self.tell(claim, name, brief(seen.value), f"{brief(value)}, sent to another", seen.answer, event.answer)
        elif pending is not None:
            expected, got, earlier = brief(seen.value), brief(value), seen.answer
            looked = (self.behaviour.operation, name)

            def told(blamed: Claim | None) -> None:
                self.tell(blamed, name, expected, got, earlier)

            self.memory.disputes.append(Dispute(pending.claim, claim, looked, told))
        else:
            self.tell(claim, name, brief(seen.value), brief(value), seen.answer)
        return None

    def _ignored(self, pending: Pending, seen: Seen, name: str, value: Any) -> None:
        """The answer to an update showed another value than was sent: was it saved all the same?"""
        if same(pending.value, value):
            self.ledger.keep(pending.claim)
        elif same(seen.value, value):
            self.tell(pending.claim, name, brief(pending.value), brief(value), seen.answer)

    def _culprit(self, name: str, value: Any) -> Event | None:
        """The request for another resource that sent what now stands in this one."""
        for event in self._events_since():
            if name in event.sent and same(event.sent[name], value):
                return event
        return None

    def _events_since(self) -> list[Event]:
        events = self.memory.events.get(self.behaviour.resource, [])
        return [event for event in events if event.turn > self.known.turn and event.key != self.key]

    def _others(self) -> None:
        """Requests for other resources left this one as it was, where it was known before them."""
        if self.known.turn and self.unharmed:
            for operation in {event.answer.call.operation.id for event in self._events_since()}:
                self.ledger.keep(self.claims.untouched(operation))

    def _new(self, claim: Claim | None, name: str, value: Any) -> None:
        if value is NOTHING:
            return
        holder = self.memory.known.get((self.behaviour.resource, str(value)))
        if holder is None:
            if any(kind == self.behaviour.resource for kind, _ in self.memory.known):
                self.ledger.keep(claim)
            return
        earlier = next((seen.answer for seen in holder.fields.values()), None)
        self.tell(claim, name, "an id that no other has", f"{brief(value)} again", *([earlier] if earlier else []))
        self._doubt(claim)

    def _doubt(self, claim: Claim | None) -> None:
        """From now on, what is found about this kind of resource may be a consequence of mixed-up ids."""
        if claim is not None and self.ledger.judges(claim):
            self.other = self.memory.doubts.setdefault(self.behaviour.resource, claim)

    def _embedded(self, claim: Claim | None, name: str, by: str, value: Any) -> None:
        if not isinstance(value, dict) or by not in self.shown:
            return
        kind = self.resource.embeds[name][0] if name in self.resource.embeds else by
        identity = self.memory.api.rules.resources[kind].identity if kind in self.memory.api.rules.resources else "id"
        if not same(value.get(identity), self.shown[by]):
            expected = f"the {kind} {brief(self.shown[by])}, as in {by}"
            self.tell(claim, name, expected, f"the one with {identity} {brief(value.get(identity))}")
            return
        content = _timeless(value)
        earlier, answer = self.memory.people.setdefault((kind, str(value.get(identity))), (content, self.answer))
        if (where := difference(earlier, content)) is not None:
            expected = f"{brief(find(earlier, where))} at {where}, as shown before for this {kind}"
            self.tell(claim, name, expected, brief(find(content, where)), answer)
            return
        self.ledger.keep(claim)

    def _not_back(self, claim: Claim | None, name: str, value: Any) -> None:
        seen = self.known.fields.get(name)
        earlier, later = moment(seen.value) if seen else None, moment(value)
        if seen is None or earlier is None or later is None or (earlier.tzinfo is None) != (later.tzinfo is None):
            return
        if later < earlier:
            self.tell(claim, name, f"not before {brief(seen.value)}", brief(value), seen.answer)

    def _answers(self) -> None:
        """What stands beside the resource: of each pointer, the first rule whose condition holds decides."""
        decided: set[str] = set()
        for rule in self.behaviour.answer if not self.tainted else ():
            holds = None if rule.at in decided else self.situation.holds(rule.when)
            if rule.at in decided or holds is False:
                continue
            decided.add(rule.at)
            value = find(self.answer.json, rule.at)
            if holds is None or rule.value.kind != "constant" or value is NOTHING:
                continue
            claim = self.claims.answer(self.behaviour.operation, rule.id, rule.at, "constant")
            if same(value, rule.value.constant):
                self.ledger.keep(claim)
            else:
                before = [seen.answer for name, seen in self.known.fields.items() if name in rule.when.fields]
                got = f"{brief(value)} at {rule.at}"
                failure = Failure(
                    f"{brief(rule.value.constant)} at {rule.at}", got, rule.at, steps([*before, self.answer])
                )
                self.ledger.breaks(claim, failure, [f"{self.behaviour.operation}:{rule.at}"], self.other)


def _timeless(value: Any) -> Any:
    """An embedded resource without its times, which may move."""
    return {pointer: leaf for pointer, leaf in leaves(value) if moment(leaf) is None}
