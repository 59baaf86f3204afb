"""Channels: one file each. A notifier sends one message and says what became of it; it decides nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from treasury_watch.core.messages.message import Message


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the message now stands, in the channel's own words (Slack: ``channel/ts``); empty where it gives none."""

    ref: str = ""


class DeliveryError(Exception):
    """
    The channel did not take the message, or did not say whether it did.

    ``ambiguous``: it may have been posted; look before sending again. ``permanent``: no retry will help; ``fault`` says
    whose it is (``configuration``, ``channel``, ``payload``), or that what was to be edited is out of reach (``gone``).
    ``retry_after``: seconds the channel asked for. Never holds a secret.
    """

    def __init__(
        self,
        problem: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: float | None = None,
        fault: str = "",
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after = retry_after
        self.fault = fault


class Notifier(Protocol):
    """
    A channel.

    ``send`` posts once and raises DeliveryError; ``find`` looks whether the message with this key stands there already
    (None: it does not, or the channel cannot say); ``searchable`` tells whether ``find`` can be trusted.
    """

    searchable: bool

    def send(self, message: Message, key: str) -> Receipt: ...

    def find(self, key: str, since: datetime) -> Receipt | None: ...


@runtime_checkable
class Editor(Notifier, Protocol):
    """
    A channel whose messages can be edited and answered in a thread.

    ``ref`` is what ``send`` gave. ``edit`` puts a message in the place of one that stands there, and is safe to repeat;
    it raises DeliveryError with the fault ``gone`` where that one cannot be edited (any more). ``key`` is the one it
    was sent with. ``reply`` posts under it, once, and ``find_reply`` looks for that as ``find`` does.
    """

    def edit(self, message: Message, key: str, ref: str) -> Receipt: ...

    def reply(self, message: Message, key: str, ref: str) -> Receipt: ...

    def find_reply(self, key: str, ref: str, since: datetime) -> Receipt | None: ...
