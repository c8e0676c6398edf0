"""The ways in which a layer takes a turn: change what is asked, change what is answered, answer by itself."""

from __future__ import annotations

from collections.abc import Callable

from specs import Api, Claim
from tests.proof.exchange import Answered, Ask, Asked, Turn
from tests.proof.liar import MakeTurn
from tests.proof.memory import Memory

EditAsked = Callable[[Asked], Asked]
EditAnswered = Callable[[Asked, Answered], Answered]
Suits = Callable[[Asked], bool]


def of_operation(operation: str) -> Suits:
    """Whether a request is one of this operation."""
    return lambda asked: asked.operation is not None and asked.operation.id == operation


def answers(edit: EditAnswered, suits: Suits = lambda _: True) -> MakeTurn:
    """Answers to suitable requests are edited."""
    return lambda _api: _answers(edit, suits)


def _answers(edit: EditAnswered, suits: Suits) -> Turn:
    async def turn(asked: Asked, ask: Ask) -> Answered:
        answered = await ask(asked)
        return edit(asked, answered) if suits(asked) else answered

    return turn


def requests(edit: EditAsked, suits: Suits) -> MakeTurn:
    """Suitable requests are edited before they are answered."""

    async def turn(asked: Asked, ask: Ask) -> Answered:
        return await ask(edit(asked) if suits(asked) else asked)

    return lambda _api: turn


def instead(answer: Callable[[Asked, Ask], Turn | None] | Turn, suits: Suits) -> MakeTurn:
    """Suitable requests are answered by another turn."""

    async def turn(asked: Asked, ask: Ask) -> Answered:
        return await answer(asked, ask) if suits(asked) else await ask(asked)  # type: ignore[misc]

    return lambda _api: turn


def remembering(edit: Callable[[Memory, Asked, Answered], Answered], suits: Suits = lambda _: True) -> MakeTurn:
    """Answers to suitable requests are edited by somebody who remembers; the memory holds what was before."""

    def make(api: Api) -> Turn:
        memory = Memory(api)

        async def turn(asked: Asked, ask: Ask) -> Answered:
            answered = await ask(asked)
            edited = edit(memory, asked, answered) if suits(asked) else answered
            memory.learn(asked, answered)
            return edited

        return turn

    return make


async def refuse(asked: Asked, ask: Ask) -> Answered:
    """The mock's refusal of a request that is not valid, as the answer to one that is."""
    refused = await ask(asked.with_json([]))
    if refused.succeeded:
        return Answered(400, ((b"content-length", b"0"),), b"")
    return refused


def concerns(claim: Claim) -> Callable[[Asked, Answered], bool]:
    """Whether a claim about a response speaks of an answer."""

    def concerned(asked: Asked, answered: Answered) -> bool:
        if asked.operation is None or asked.operation.id != claim.operation:
            return False
        response = asked.operation.response_for(answered.status)
        return response is not None and response.status == claim.status

    return concerned
