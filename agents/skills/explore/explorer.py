"""Exploring: one step at a time, with arguments taken from the page by their names."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from test_time_gym.agents.skills.perception.arguments import affinity, fields_of
from test_time_gym.agents.skills.perception.deadline import outlasts, turns_left
from test_time_gym.agents.skills.perception.page import legal_verbs, refused
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.agents.skills.perception.place_key import page_kind
from test_time_gym.agents.skills.perception.places import kind_of, places
from test_time_gym.agents.skills.settings import Settings
from test_time_gym.agents.skills.skill.trajectory import Taken
from test_time_gym.market.domain import Argument
from test_time_gym.market.interface.policy import policy_stream

from .intrinsic import Intrinsic

__all__ = [
    "INVENTED",
    "Explorer",
]

INVENTED: Final = (5, 15, 30, 60, 90, 120, 150, 180)
"""Numbers for an argument that nothing on the page is named like: minutes to wait."""
_OPTIONAL_PPM: Final = 500_000
_NEWS_PPM: Final = 800_000
_NEWS_WEIGHT: Final = 4
_FAR: Final = 0.15
"""Weight of all places that share fewer words with the argument than the best do."""
_DRAWS: Final = 6
_RECENT: Final = 20
"""Returns that a mean follows."""
_UNIT: Final = 2.0**-53

_NUMBERS: Final = ("count", "money")
"""Kinds of arguments that are numbers."""

_Place = tuple[str, Any, str]


@dataclass(slots=True)
class _Source:
    """Places of one kind that an argument's value may come from."""

    score: int
    values: list[Any]
    weight: float = 0.0


def _sources(
    there: list[_Place], score_of: Callable[[str, str], int]
) -> dict[str, _Source]:
    """Return by their kinds the places that an argument may have a value from."""
    sources: dict[str, _Source] = {}
    for path, value, text in there:
        score = score_of(path, text)
        if score:
            source = sources.setdefault(kind_of(path), _Source(score, []))
            source.values.append(value)
    return sources


class Explorer:
    """The primitive policy: it draws a verb, then arguments from places on the page.

    A verb is drawn by exp(mean return / temperature), times what is seldom possible:
    the share of pages on which it was legal, to the power of minus `novelty_weight`.
    Returns are of the Monte Carlo kind, with `Intrinsic` rewards on the way. Places
    are drawn by how well their names agree with the argument's, by how often their
    kind was accepted before, and what is new on the page comes first.

    Args:
        seed: of its own chance.
        settings: its weights.
    """

    def __init__(self, seed: int, settings: Settings) -> None:
        """Know nothing."""
        self._dice = policy_stream(seed, "explore")
        self._set = settings
        self._returns: dict[str, tuple[int, float]] = {}
        self._legal: dict[str, int] = {}
        self._pages = 0
        self._kinds: dict[str, tuple[int, int]] = {}
        self.intrinsic = Intrinsic(settings)
        self.begin({})

    def begin(self, task: dict[str, Any]) -> None:
        """Note what is on the page from the start: it is no news."""
        self._first = task
        self._old: set[Any] | None = None
        self._tried: set[Any] = set()
        self._drawn_from: dict[int, list[str]] = {}

    def act(self, state: PageState, step: int) -> tuple[str, dict[str, Any]]:
        """Return a verb and its arguments.

        Args:
            state: of the page.
            step: number of the action, for `learn`.
        """
        if self._old is None:
            # Most episodes with skills are never explored.
            first = self._first
            self._old = {value for _, value, _ in places(first)} if first else set()
        legal = list(legal_verbs(state.observation))
        if self._set.learning:
            self._pages += 1
            for verb in legal:
                self._legal[verb] = self._legal.get(verb, 0) + 1
        here = page_kind(state.page)
        chosen: tuple[str, dict[str, Any]] = ("wait", {})
        for _ in range(_DRAWS):
            if not legal:
                break
            verb = self._verb(legal, here)
            found = self._arguments(verb, state)
            if found is None:
                legal.remove(verb)
                chosen = ("wait", {})
                continue
            args, self._drawn_from[step] = found
            chosen = verb, args
            key = (state.signature, verb, tuple(sorted(args.items())))
            if key not in self._tried:
                self._tried.add(key)
                break
        return chosen

    def learn(self, taken: list[Taken], *, success: bool, violation: bool) -> None:
        """Take in an episode: all its steps, whatever chose them."""
        self._accept(taken)
        if not taken:
            return
        own = self.intrinsic.rewards(taken)
        total = 1.0 if success else -self._penalty(taken, violation=violation)
        for k in range(len(taken) - 1, -1, -1):
            total = own[k] + self._set.trace_decay * total
            worth = max(-1.0, min(1.5, total))
            verb = taken[k].verb
            for key in (f"{page_kind(taken[k].page)} {verb}", f" {verb}"):
                n, mean = self._returns.get(key, (0, 0.0))
                n += 1
                self._returns[key] = n, mean + (worth - mean) / min(n, _RECENT)

    def dump(self) -> dict[str, Any]:
        """Return what was learned, and how far its chance was drawn."""
        return {
            "drawn": self._dice.drawn,
            "returns": dict(self._returns),
            "legal": dict(self._legal),
            "pages": self._pages,
            "kinds": dict(self._kinds),
            "intrinsic": self.intrinsic.dump(),
        }

    def load(self, data: dict[str, Any]) -> None:
        """Continue where `dump` stopped; its own chance is still fresh."""
        self._returns = {key: (n, mean) for key, (n, mean) in data["returns"].items()}
        self._legal = dict(data["legal"])
        self._pages = data["pages"]
        self._kinds = {key: (good, bad) for key, (good, bad) in data["kinds"].items()}
        self.intrinsic.load(data["intrinsic"])
        while self._dice.drawn < data["drawn"]:
            self._dice.word()

    # -- verbs

    def _verb(self, legal: list[str], place: str) -> str:
        worth = [self._worth(place, verb) for verb in legal]
        top = max(worth)
        return legal[self._draw([math.exp(one - top) for one in worth])]

    def _worth(self, place: str, verb: str) -> float:
        n, here = self._returns.get(f"{place} {verb}", (0, 0.0))
        _, anywhere = self._returns.get(f" {verb}", (0, 0.0))
        mean = (n * here + anywhere) / (n + 1)
        share = (self._legal.get(verb, 0) + 1) / (self._pages + 1)
        return mean / self._set.temperature - self._set.novelty_weight * math.log(share)

    def _draw(self, weights: list[float]) -> int:
        """Return the place of one of several weights, by chance."""
        point = (self._dice.word() >> 11) * _UNIT * math.fsum(weights)
        for at, weight in enumerate(weights):
            point -= weight
            if point < 0:
                return at
        return len(weights) - 1

    # -- arguments

    def _arguments(
        self, verb: str, state: PageState
    ) -> tuple[dict[str, Any], list[str]] | None:
        """Return arguments and the kinds of places they came from, or None."""
        args: dict[str, Any] = {}
        kinds: list[str] = []
        fields = fields_of(verb)
        seen = state.observation
        for field in fields:
            if not (field.required or self._dice.chance(_OPTIONAL_PPM)):
                continue
            found = self._value(verb, field, state.places, alone=len(fields) == 1)
            if found is not None and not outlasts(verb, {field.name: found[0]}, seen):
                args[field.name] = found[0]
                kinds.append(f"{verb} {field.name} {found[1]}")
            elif field.required:
                return None
        return args, kinds

    def _value(
        self, verb: str, field: Argument, there: list[_Place], *, alone: bool
    ) -> tuple[Any, str] | None:
        """Return a value and its kind of place; None: rather another verb."""
        sources = _sources(there, lambda path, text: affinity(field.name, path, text))
        if not sources and field.required:
            # Nothing is called like it: then it is anything of its kind.
            needed = int if field.kind.name in _NUMBERS else str
            like = [place for place in there if type(place[1]) is needed]
            sources = _sources(like, lambda _path, _text: 1)
        if not sources:
            if field.required or not alone:
                return None
            return INVENTED[self._dice.below(len(INVENTED))], "invented"
        self._weigh(f"{verb} {field.name}", sources)
        weights = [source.weight for source in sources.values()]
        # Where all sources have failed, another verb is the better choice.
        trust = max(math.fsum(weights), 0.02)
        if field.required and (self._dice.word() >> 11) * _UNIT > trust:
            return None
        kind = list(sources)[self._draw(weights)]
        values = list(dict.fromkeys(sources[kind].values))
        old = self._old or ()
        fresh = [value for value in values if value not in old]
        if fresh and self._dice.chance(_NEWS_PPM):
            values = fresh
        return values[self._dice.below(len(values))], kind

    def _weigh(self, argument: str, sources: dict[str, _Source]) -> None:
        top = max([source.score for source in sources.values()])
        best = sum([source.score == top for source in sources.values()])
        old = self._old or ()
        for kind, source in sources.items():
            good, bad = self._kinds.get(f"{argument} {kind}", (0, 0))
            near = 1 / best if source.score == top else _FAR / (len(sources) - best)
            new = any(v not in old for v in source.values)
            trust = (good + 1) / (good + 3 * bad + 1)
            source.weight = near * trust * (_NEWS_WEIGHT if new else 1)

    # -- learning

    def _accept(self, taken: list[Taken]) -> None:
        """Count which kinds of places gave values that the site accepted."""
        for k, kinds in self._drawn_from.items():
            if k + 1 >= len(taken):
                continue
            after = taken[k + 1]
            moved = after.signature != taken[k].signature
            worked = moved and not refused(after.observation)
            for key in kinds:
                good, bad = self._kinds.get(key, (0, 0))
                self._kinds[key] = (good + 1, bad) if worked else (good, bad + 1)

    def _penalty(self, taken: list[Taken], *, violation: bool) -> float:
        """Return how bad a failure is: worse with turns left, or with money spent."""
        first, last = taken[0].observation, taken[-1].observation
        left: float = turns_left(last) / max(1, turns_left(first))
        return self._set.failure_penalty * max(0.5 if violation else 0.0, left)
