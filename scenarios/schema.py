"""A scenario: an episode's declaration with a name and a sentence of meaning."""

from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, model_validator

from test_time_gym.market.config import Code, Config, Name
from test_time_gym.market.interface.episode import EpisodeConfig
from test_time_gym.market.journal import canonical

__all__ = [
    "SITES_MAX",
    "Drift",
    "Habits",
    "Option",
    "Scenario",
    "SiteRange",
    "SiteRanges",
    "SiteTrait",
]

Sentence = Annotated[str, Field(min_length=10, max_length=300)]

SITES_MAX = 1000
"""Numbers of sites that studies play are below it."""
BYTES_MAX = 7 * 2**19
"""A larger one would not fit into a journal's header, whose line has 4 MiB."""


class Scenario(EpisodeConfig):
    """A declared world that people can name, read and share."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9/_-]{0,63}$")]
    """``family/name``, as in ``flights/rush``."""
    description: Annotated[str, Field(min_length=10, max_length=300)]
    """One sentence: what is hard about it."""
    source: Name | None = None
    """Where real figures come from."""
    policies: Annotated[
        tuple[Name, ...], Field(strict=False, min_length=1, max_length=64)
    ] = ("cheapest",)
    """Who plays by default, in turn, when nobody says."""

    @model_validator(mode="after")
    def _fits_into_a_header(self) -> "Scenario":
        size = len(canonical(self.model_dump(mode="json", by_alias=True)))
        if size > BYTES_MAX:
            msg = f"with its defaults it has {size} bytes; a journal's header takes "
            msg += f"{BYTES_MAX}: declare less for sale"
            raise ValueError(msg)
        return self


class Option(Config):
    """One way a habit can be."""

    name: Name
    """For people: ``the day before``."""
    patch: dict[str, Any] = Field(default_factory=dict)
    """What it changes in the scenario; tables are merged, all else is replaced."""


class SiteTrait(Config):
    """Something that is always the same at one site, and differs between sites."""

    name: Code
    says: Sentence
    """What there is to learn."""
    options: Annotated[
        tuple[Option, ...], Field(strict=False, min_length=1, max_length=64)
    ]
    """A site has one of them."""


class Drift(Config):
    """A change of a site at some time of its life."""

    name: Code
    says: Sentence
    """What has to be learned again."""
    after_episodes: Annotated[int, Field(ge=1, le=1_000_000)]
    """So many episodes of an agent the site stays as it was."""
    next_option: Annotated[tuple[Code, ...], Field(strict=False, max_length=20)] = ()
    """Habits of which the site takes up the option that is listed next."""
    patch: dict[str, Any] = Field(default_factory=dict)
    """What else it changes, as that of an option."""

    @model_validator(mode="after")
    def _changes_something(self) -> "Drift":
        if not (self.next_option or self.patch):
            msg = f"drift {self.name} changes nothing: give next_option or patch"
            raise ValueError(msg)
        return self


SiteRange = Annotated[
    tuple[
        Annotated[int, Field(ge=0, lt=SITES_MAX)],
        Annotated[int, Field(ge=0, lt=SITES_MAX)],
    ],
    Field(strict=False),
]
"""The first and the last of some sites."""


class SiteRanges(Config):
    """Which sites are for what: no site is for two things."""

    development: SiteRange = (0, 99)
    """Those at which an agent may be looked at while it is made."""
    validation: SiteRange = (100, 199)
    """Those by which its makers decide."""
    test: SiteRange = (500, 599)
    """Those that are played once, when it is done; reports tell of them."""

    def named(self) -> dict[str, range]:
        """Return the sites of each range.

        >>> SiteRanges().named()["test"]
        range(500, 600)
        """
        ends = self.model_dump()
        return {name: range(first, last + 1) for name, (first, last) in ends.items()}

    @model_validator(mode="after")
    def _lie_apart(self) -> "SiteRanges":
        ranges = self.named()
        for name, sites in ranges.items():
            if not sites:
                msg = f"the range {name} ends before it begins"
                raise ValueError(msg)
        ordered = sorted(ranges, key=lambda name: ranges[name].start)
        for one, two in pairwise(ordered):
            if ranges[two].start < ranges[one].stop:
                msg = f"the ranges {one} and {two} share the site {ranges[two].start}"
                raise ValueError(msg)
        return self


class Habits(Config):
    """What a scenario file declares besides its scenario: it makes it a family."""

    habits: Annotated[tuple[SiteTrait, ...], Field(strict=False, max_length=20)] = ()
    drift: Annotated[tuple[Drift, ...], Field(strict=False, max_length=20)] = ()
    ranges: SiteRanges = SiteRanges()

    @model_validator(mode="after")
    def _hang_together(self) -> "Habits":
        habits = [habit.name for habit in self.habits]
        for what, names in (
            ("habits", habits),
            ("drifts", [drift.name for drift in self.drift]),
            *(
                (f"options of habit {habit.name}", [o.name for o in habit.options])
                for habit in self.habits
            ),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                msg = f"two {what} are called {twice[0]}"
                raise ValueError(msg)
        for drift in self.drift:
            for name in drift.next_option:
                if name not in habits:
                    msg = f"drift {drift.name} moves the habit {name}, which is none "
                    msg += f"of {', '.join(habits) or 'no habits at all'}"
                    raise ValueError(msg)
        return self
