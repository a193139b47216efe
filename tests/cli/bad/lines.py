"""Command lines that are wrong, and what is said of each of them."""

from typing import NamedTuple

SFO = "flights/sfo-mad"
FARES = "fares.csv"
SOUND = "sound.jsonl"
FORK = ("fork", SOUND, "--at", "3", "--out", "x.jsonl")
EXPORT = ("export", SOUND, "--to", "parquet", "--out", "x")


class Line(NamedTuple):
    """A wrong command line."""

    args: tuple[str, ...]
    says: str
    """Part of the message: the culprit."""


def line(says: str, *args: str) -> Line:
    return Line(args, says)


COMMANDS = {
    "demo": (),
    "scenarios": (),
    "run": (SFO,),
    "watch": (SFO,),
    "bench": (),
    "verify": ("sound.jsonl",),
    "audit": ("sound.jsonl",),
    "diff": (SOUND, SOUND),
    "replay": ("sound.jsonl",),
    "fork": FORK[1:],
    "grep": (SOUND,),
    "report": ("sound.jsonl",),
    "repair": ("sound.jsonl",),
    "export": EXPORT[1:],
    "import": (FARES, "-o", "x.toml"),
    "dst": (),
    "learn": (),
    "market": (SFO,),
    "power": ("--gain", "0.1", "--sd", "0.25"),
    "validate": (),
    "schema": ("page",),
    "doctor": (),
    "skills": ("list", "m.db"),
    "serve": ("fake-model",),
}
"""Every command, with the operands that it needs."""

UNKNOWN = [
    line("runn", "runn"),
    line("RUN", "RUN"),
    line("ru", "ru"),
    line("--nonsense", "--nonsense"),
    line("-x", "-x"),
    line("--versio", "--versio"),
    *(line("--nonsense", name, *rest, "--nonsense") for name, rest in COMMANDS.items()),
    *(line("--jso", name, *rest, "--jso") for name, rest in COMMANDS.items()),
    *(line("-j", name, *rest, "-j") for name, rest in COMMANDS.items()),
    *(line("--json", name, *rest, "--json=1") for name, rest in COMMANDS.items()),
    line("--sed", "run", SFO, "--sed", "7"),
    line("--se", "run", SFO, "--se=7"),
    line("--agen", "run", SFO, "--agen", "buyer_0=dummy"),
    line("--structur", "verify", "sound.jsonl", "--structur"),
    line("--forc", "import", FARES, "-o", "x.toml", "--forc"),
    line("--job", "dst", "--job", "1"),
    line("--follo", "replay", SOUND, "--follo"),
    line("--other", *FORK, "--other", "play"),
    line("--force", *FORK, "--force"),
    line("--kinds", "grep", SOUND, "--kinds", "act"),
    line("--lon", "validate", "--lon"),
    line("--gai", "power", "--gai", "1", "--sd", "1"),
]

OPERANDS = [
    line("SCENARIO", "run"),
    line("SCENARIO", "market"),
    line("'fixed' follows the scenario", "market", SFO, "fixed"),
    line("two policies at least", "market", SFO, "--compare"),
    line("two policies at least", "market", SFO, "--compare", "fixed"),
    line("FILE", "verify"),
    line("FILE", "audit"),
    line("FILE", "replay"),
    line("FILE", "repair"),
    line("'A'", "diff"),
    line("'B'", "diff", SOUND),
    line("FILE", "fork", *FORK[2:]),
    line("--at", "fork", SOUND, "--out", "x.jsonl"),
    line("--out", "fork", SOUND, "--at", "3"),
    line("FILE", "grep"),
    line("FILE", "export", *EXPORT[2:]),
    line("--to", "export", SOUND, "--out", "x"),
    line("--out", "export", SOUND, "--to", "parquet"),
    line("--gain", "power", "--sd", "1"),
    line("--sd", "power", "--gain", "1"),
    line("--from", "replay", SOUND, "--from", "5"),
    line("--follow", "replay", SOUND, "--follow", "--json"),
    *(line("minari", *EXPORT, *more) for more in (("--agent", "buyer_0"),
      ("--skip-unfit",))),
    line("parquet", "export", SOUND, "--to", "minari", "--out", "x", "--observations"),
    line("FARES.csv", "import", "-o", "x.toml"),
    line("--output", "import", FARES),
    line("rest", "demo", "rest"),
    line("rest", "scenarios", SFO, "rest"),
    line("rest", "run", SFO, "rest"),
    line("rest", "audit", "sound.jsonl", "rest"),
    line("rest", "diff", SOUND, SOUND, "rest"),
    line("rest", *FORK, "rest"),
    line("rest", "grep", SOUND, "rest"),
    line("rest", "power", "--gain", "1", "--sd", "1", "rest"),
    line("rest", "replay", "sound.jsonl", "rest"),
    line("rest", "repair", "sound.jsonl", "rest"),
    line("rest", "dst", "rest"),
    line("rest", "doctor", "rest"),
    line("rest", "validate", "rest"),
    line("--only", "validate", "--only"),
    *(
        line(option, "run", SFO, option)
        for option in ("--seed", "--episodes", "--agents", "--agent", "--n-agents",
                       "--journal", "--durability", "--max-turns")
    ),
    line("--to", "replay", "sound.jsonl", "--to"),
    line("--jobs", "dst", "--jobs"),
    *(line(option, *FORK, option) for option in ("--agent", "--others", "--at")),
    *(line(option, "grep", SOUND, option)
      for option in ("--kind", "--agent", "--order", "--text", "--from", "--to")),
    *(line(option, *EXPORT, option) for option in ("--to", "--out", "--agent")),
]  # fmt: skip

ODD = ("", " ", "-1", "+1", "1.0", "1e3", "0x1", "1_000", " 1", "1 ", "\u0661", "nan",
       "inf", "True", "1,2", "²", "9" * 60, "\x1b[31m")  # fmt: skip
"""What is no whole number."""

NUMBERS = [
    *(line("seed", "run", SFO, "--seed", text) for text in (*ODD, str(2**128))),
    *(line("episodes", "run", SFO, "--episodes", text) for text in ("0", "-1", "1e3",
      "\u0661", str(10**9 + 1), "9" * 60)),
    *(line("n-agents", "run", SFO, "--n-agents", text) for text in ("0", "-1", "",
            "x")),
    *(line("max-turns", "run", SFO, "--max-turns", text) for text in ("0", "-1",
            "1.5")),
    *(line("seed", "demo", "--seed", text) for text in ("-1", str(2**128), "", "0x1")),
    *(line("to", "replay", "sound.jsonl", "--to", text) for text in ODD[:12]),
    *(line("records 0 to 23", "replay", "sound.jsonl", "--to", text)
      for text in ("24", "1000000", str(2**53))),
    *(line("--from", "replay", SOUND, "--follow", "--from", text) for text in ODD[:12]),
    *(line("records 0 to 23", "replay", SOUND, "--follow", option, text)
      for option in ("--from", "--to") for text in ("24", str(2**53))),
    *(line("--at", *FORK, "--at", text) for text in ODD),
    *(line("records 0 to 23", *FORK, "--at", text) for text in ("24", str(2**53))),
    line("record 23 is the end", *FORK, "--at", "23"),
    line("after record 22", *FORK, "--at", "22"),
    *(line(option, "grep", SOUND, option, text)
      for option in ("--from", "--to") for text in ODD[:12]),
    *(line(option, "power", "--gain", "1", "--sd", "1", option, text)
      for option in ("--gain", "--sd", "--power", "--level")
      for text in (*ODD[:3], "0", "0.0", "-0.1", ".5", "0,8", "1e-3", "nan", "inf",
                   "\u0661", "9" * 400)),
    *(line(option, "power", "--gain", "1", "--sd", "1", option, text)
      for option in ("--power", "--level") for text in ("1", "1.0", "80")),
    *(line("--seeds", "power", "--gain", "1", "--sd", "1", "--seeds", text)
      for text in ("0", "1", "-2", "1_0", "1000001")),
    *(line("jobs", "dst", "--jobs", text) for text in ("0", "-1", "", "1025",
            "9" * 30)),
    *(line("--seeds", "market", SFO, "--seeds", text)
      for text in ("0", "-1", "1e3", "1000001", "\u0661")),
    line("--workers", "market", SFO, "--workers", "0"),
    line("'--memory': '4' is no amount", "market", SFO, "--memory", "4"),
    line("'--memory': '0GB' is no", "market", SFO, "--memory", "0GB"),
    line("'--memory': '-1GB' is no", "import", FARES, "-o", "x.toml", "--memory=-1GB"),
    line("a seed is a whole number", "market", SFO, "--start", str(2**128 - 1)),
    *(line("seeds", "dst", "--seeds", text) for text in ("0", "-1", "1000001", "1_0")),
    *(line("start", "dst", "--start", text) for text in ("-1", str(2**128), "1e3")),
    *(line("seed", "dst", "--seed", text) for text in ("-1", str(2**128), "\u0661")),
    line("2**128", "dst", "--start", str(2**128 - 1), "--seeds", "2"),
    *(line(option.removeprefix("--"), "import", FARES, "-o", "x.toml", option, text)
      for option in ("--seats", "--buyers", "--agents", "--opens-days",
                     "--deadline-days")
      for text in ("0", "-1", "x")),
    *(line("fill", "import", FARES, "-o", "x.toml", "--fill", text)
      for text in ("-0.1", "1.1", "80%", "nan", "1e-3", "", ".5", "0,8")),
]  # fmt: skip

AGENTS = [
    line("65", "run", SFO, "--n-agents", "65"),
    line("1000", "run", SFO, "--n-agents", "1000"),
    line("1 seats", "run", SFO, "--n-agents", "1", "--agents", "dummy,dummy"),
    line("66", "run", SFO, "--agents", ",".join(["dummy"] * 66)),
    *(line("agent", "run", SFO, "--agents", text) for text in ("", ",", "dummy,", " ",
      "cheepest", "CHEAPEST", "cheapest;dummy", "x" * 5000, "\x1b[31m", "\u202e",
      "nothing.py", "json", ":", "a:b:c", "no_such_module:x", "./:x",
      "file:x", "file.py:x", "../x.py:y")),
    *(line("agent", "run", SFO, "--agent", text) for text in ("", "=", "buyer_0",
      "buyer_0=", "=dummy", "buyer_0=nobody")),
    *(line("seat", "run", SFO, "--agent", text) for text in ("seller=dummy",
      "buyer_9999=dummy", "buyer_-1=dummy", "buyer_\u0661=dummy", "Buyer_0=dummy")),
    *(line("agent", *FORK, "--agent", text) for text in ("", "=", "buyer_0",
      "buyer_0=", "=dummy", "buyer_0=nobody", "buyer_0=nothing.py", "buyer_0=file:x",
      "buyer_0=file.py:x", "buyer_0=\x1b[31m", "buyer_0=" + "x" * 5000)),
    *(line("seat", *FORK, "--agent", text) for text in ("seller=dummy",
      "buyer_9=dummy", "Buyer_0=dummy", "buyer_\u0661=dummy", "\u202e=dummy")),
    line("twice", *FORK, "--agent", "buyer_0=dummy", "--agent", "buyer_0=patient"),
    *(line("--others", *FORK, "--others", text) for text in ("", "PLAY", "rest")),
    *(line("kind", "grep", SOUND, "--kind", text) for text in ("", "ACT", "dance",
      "act,end", "\x1b[31m", "x" * 5000)),
    *(line("seat", "grep", SOUND, "--agent", text) for text in (" ", "Buyer_0",
      "buyer_9", "buyer_\u0661", "\u202e", "x" * 5000)),
    *(line("--to", *EXPORT, "--to", text) for text in ("", "csv", "Parquet", " ")),
    *(line("durability", "run", SFO, "--durability", text) for text in ("", "END",
      "often", "none,turn")),
]  # fmt: skip

NAMES = [
    *(line("scenario", "run", text) for text in ("", " ", ".", "..", "/", "flights",
      "flights/", "/etc/passwd", "flights/rusj", "FLIGHTS/RUSH", "x" * 5000,
      "red\x1b[31m", "a\nb", "\u202e", "flights/rush\n", "http://example.org/a")),
    *(line(".toml", "run", text) for text in ("absent.toml", "folder.toml", "pipe.toml",
      "loop.toml", "dangling.toml", "x" * 300 + ".toml", "file/x.toml", ".toml",
      "a\nb.toml")),
    line("absent", "scenarios", "absent"),
    line("folder.toml", "scenarios", "folder.toml"),
    *(line(text, command, text) for command in ("verify", "audit", "replay", "repair")
      for text in ("absent", "folder.toml", "pipe.toml", "loop.toml", "dangling.toml",
                   "/dev/null", "/dev/zero", "file/x", "/")),
    *(line(text, "diff", *pair) for text in ("absent", "folder.toml", "pipe.toml",
      "loop.toml", "dangling.toml", "/dev/zero", "file/x", "/")
      for pair in ((text, SOUND), (SOUND, text))),
    *(line(text, "grep", text) for text in ("absent", "folder.toml", "pipe.toml",
      "loop.toml", "dangling.toml", "/dev/zero", "file/x", "/")),
    *(line(text, "fork", text, *FORK[2:]) for text in ("absent", "folder.toml",
      "pipe.toml", "loop.toml", "dangling.toml", "/dev/zero", "file/x", "/")),
    *(line("\\udcff", name, "\udcff", *more) for name, more in (("diff", [SOUND]),
      ("grep", []), ("fork", FORK[2:]))),
    *(line("exists", *FORK, "--out", text) for text in ("file", SOUND, "loop.toml",
      "dangling.toml", "pipe.toml", "folder.toml")),
    *(line("no regular file", *FORK, "--overwrite", "--out", text)
      for text in ("folder.toml", "pipe.toml")),
    line("the journal that is forked", *FORK, "--overwrite", "--out", SOUND),
    *(line(text, *FORK, "--out", text) for text in ("file/j.jsonl",
      "/proc/nothing/j.jsonl")),
    line("x" * 200, *FORK, "--out", "x" * 300),
    *(line("x" * 200, command, "x" * 300) for command in ("verify", "audit", "replay",
      "repair")),
    *(line("\\udcff", command, "\udcff") for command in ("verify", "audit", "replay",
      "repair")),
    *(line(text, "import", text, "-o", "x.toml") for text in ("absent", "folder.toml",
      "pipe.toml", "loop.toml", "/dev/zero", "file", "sound.jsonl")),
    *(line("exists", "run", SFO, "--journal", text) for text in ("sound.jsonl", "file",
      "loop.toml", "dangling.toml", "pipe.toml", "folder.toml")),
    line("no regular file", "run", SFO, "--force", "--journal", "folder.toml"),
    line("no regular file", "run", SFO, "--force", "--journal", "pipe.toml"),
    line("file/j.jsonl", "run", SFO, "--journal", "file/j.jsonl"),
    line("/proc", "run", SFO, "--journal", "/proc/nothing/j.jsonl"),
    line("x" * 200, "run", SFO, "--journal", "x" * 300),
    line("folder.toml is a folder", "import", FARES, "-o", "folder.toml"),
    line("file exists", "import", FARES, "-o", "file"),
    line("the table itself", "import", FARES, "-o", FARES, "--force"),
    line("dangling.toml exists", "import", FARES, "-o", "dangling.toml"),
    line("file is no folder", "import", FARES, "-o", "file/x.toml"),
    line("/proc", "import", FARES, "-o", "/proc/nothing/x.toml"),
    line("x" * 200, "import", FARES, "-o", "x" * 300),
    *(line("--column", "import", FARES, "-o", "x.toml", "--column", text)
      for text in ("", "price", "=x", "price=")),
    line("fee", "import", FARES, "-o", "x.toml", "--column", "fee=price"),
    line("cost", "import", FARES, "-o", "x.toml", "--column", "price=cost"),
    line("name", "import", FARES, "-o", "x.toml", "--name", "../x"),
    line("currency", "import", FARES, "-o", "x.toml", "--currency", "rupees"),
    line("2026-02-30", "import", FARES, "-o", "x.toml", "--date", "2026-02-30"),
    line("Atlantis", "import", FARES, "-o", "x.toml", "--from-city", "Atlantis"),
    line("origin", "import", FARES, "-o", "x.toml", "--origin", "Delhi"),
]  # fmt: skip

CASES = [
    *(line("no case is called", "validate", "--only", text) for text in ("", " ", "Z",
      "a3", "A3/", "A99", "/", "\x1b[31m", "\u202e", "x" * 5000)),
    line("no case is called", "validate", "--only", "A3", "--only", "A3/emsr"),
]  # fmt: skip


EMSR = ("market", "flights/emsr", "--policy")

POLICIES = [
    *(line("AIRLINE=KIND", *EMSR, text) for text in ("=fixed", "Vueling=", "=", " ")),
    line("'Vuelling', who sells nothing; did you mean 'Vueling'?", *EMSR,
         "Vuelling=fixed"),
    line("'x\\x1b[31m', who sells nothing", *EMSR, "x\x1b[31m=fixed"),
    line("unknown kind 'fixd'; did you mean 'fixed'?", *EMSR, "Vueling=fixd"),
    line("unknown kind 'FIXED'", *EMSR, "Vueling=FIXED"),
    line("Vueling twice", *EMSR, "Vueling=fixed", "--policy", "Vueling=fixed"),
    line("is not key=value", *EMSR, "Vueling=match_rival,undercut_minor"),
    line("market.pricing_of.Vueling.match_rival.undercut_minor", *EMSR,
         "Vueling=match_rival,undercut_minor=1.5"),
    line('"declared" needs forecasts, and a booking_curve', "market",
         "flights/price-war", "--policy", "easyJet=emsr_b,forecast=declared"),
    line("policy 'file.py:X' cannot be loaded", *EMSR, "Vueling=file.py:X"),
    line("history is 9, and 10 are the least", "market", "flights/rm-leg", "--policy",
         "*=emsr_b,forecast=pickup,history=9"),
    line("history is for a forecast that is learned", "market", "flights/rm-leg",
         "--policy", "*=emsr_b,history=20"),
    line("--trials compares policies", "market", SFO, "--trials", "3"),
    line("--trials stands in place of --seeds", "market", SFO, "--trials", "3",
         "--seeds", "3", "--compare", "fixed", "fixed"),
    line("--samples is of trials", "market", SFO, "--samples", "3"),
    line("--burn-in is of trials", "market", SFO, "--burn-in", "0"),
    line("warm_up is one of draw, simulate, none", "market", SFO, "--warm-up", "often"),
    line("unknown kind 'nobody'", "market", SFO, "--compare", "fixed", "nobody"),
]  # fmt: skip

LINES = [*CASES, *UNKNOWN, *OPERANDS, *NUMBERS, *AGENTS, *NAMES, *POLICIES]
