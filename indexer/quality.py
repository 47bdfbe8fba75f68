"""What was measured of ranking and confidence, as a page and a plot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from indexer import calibration, tuning
from indexer.calibration import Judgement, Report
from indexer.fusion import Weights
from indexer.learned import Learned
from indexer.observing import Observed
from indexer.tuning import Scores

PLOT = "risk-coverage.svg"

TARGETS = {"precision": 0.8, "caught": 0.5}
"""At least: precision of likely hits, unanswerable queries told nothing good."""

WIDTH, HEIGHT, EDGE = 480, 300, 48
"""Of the plot and of its margins, in pixels."""

POINTS = 120
"""Of the curve: more cannot be told apart."""

_INTRODUCTION = """# Quality of search

This page is written by a command; do not edit it. Measured with `{model}`
on queries that nothing was learned from: half of each collection, drawn by their names.

```sh
kb tune DIR… --into indexer/model --page docs/reference/quality.md  # weights and confidence
kb calibrate DIR… --into indexer/model --page docs/reference/quality.md  # keeps the weights
kb evaluate DIR --qrels NAME  # every query of one collection
```

Each DIR is a dataset in the form of BEIR. A corpus is embedded once per model and kept in the data
folder, so that measuring again only searches. A new model needs the first command: what was
learned belongs to one model; without it search gives no probability and calls nothing likely.
"""

_CONFIDENCE = """
## How far to trust an answer

Two logistic regressions judge an answer by its first ten hits: one gives the probability that a
hit is right, one that any of the first three is. They look at the scores of both legs, how far
each hit leads the others and what those score, whether both legs agree, whether an identifier of
the query is held, whether the languages differ, and the length of the query. Signals are kept
within what was seen in learning, and an answer of few hits is filled up with what is usual for
unrelated texts.

A third of the queries is made **unanswerable**: their relevant documents are left out of the
answer. A third is cut to its first three to eight words, as agents type. Bands: *likely* from a
probability whose precision was {aimed:.0%} in learning; *nothing* below a probability of the answer
that told {caught:.0%} of the unanswerable queries in learning so; *related* in between. An answer
is never *nothing* where few of its first hits hold an identifier of the query.
"""

_NOTES = """
## What this does not say

These collections are help pages, knowledge articles and bug reports, not the tickets of your desk.
Labels are sparse: a right hit without a label counts as wrong. On content of an origin that nothing
was learned from, confidence is worse, as the table above shows: calibrate on your own linked cases.
"""

_LEFT_OUT = """
`thunderbird_similar` was not learned from and is not in these tables; model.md has its figures.
"""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on the queries held back."""

    model: str
    weights: Weights
    likely_from: float
    ranking: Mapping[str, Scores]
    every: Mapping[str, Scores]
    """Ranking on all queries, also those that weights were learned from."""
    judged: Sequence[Judgement]
    of_others: Sequence[Judgement]
    """Judged by what was learned from collections of other origins alone."""


def measured(observed: Sequence[Observed], known: Learned) -> Quality:
    """Measure on what is held back of `observed`.

    Raises:
        ValueError: nothing was learned about confidence.
    """
    if known.fit is None:
        raise ValueError("nothing was learned about confidence")
    held_back = [one for one in observed if one.held_back]
    trusted = [one for one in observed if one.trusted]
    return Quality(
        model=known.model,
        weights=known.weights,
        likely_from=known.fit.thresholds.likely,
        ranking=tuning.measured([one for one in held_back if not one.short], known.weights),
        every=tuning.measured([one for one in observed if not one.short], known.weights),
        judged=calibration.judged(
            [one for one in trusted if one.held_back], known.weights, known.fit
        ),
        of_others=_by_others(trusted, known.weights),
    )


def summary(found: Quality) -> str:
    """The figures in a few lines."""
    told = calibration.report(found.judged)
    worst = min((one.gain for one in found.every.values()), default=0.0)
    return "\n".join(
        [
            f"weights: {found.weights}",
            f"ranking by both against the better leg: {100 * worst:+.1f} points at worst",
            f"{told.queries} queries held back, {told.unanswerable} of them unanswerable",
            f"precision of likely hits                {_share(told.precision)}  (target 0.8)",
            f"answers with a likely hit               {told.likely}",
            f"unanswerable ones told nothing good     {_share(told.caught)}  (target 0.5)",
            f"good answers told nothing good          {_share(told.false_nothing)}",
            f"expected calibration error              {_share(told.error)}",
        ]
    )


def markdown(found: Quality) -> str:
    """The whole page."""
    told = calibration.report(found.judged)
    parts = [
        _INTRODUCTION.format(model=found.model),
        _ranking(found),
        _CONFIDENCE.format(aimed=calibration.PRECISION, caught=calibration.CAUGHT),
        _verdict(told),
        _table("", {"all": found.judged}),
        _table("By collection", _grouped(found.judged, lambda one: one.collection)),
        _table("By language of the query", _grouped(found.judged, lambda one: one.language)),
        _table(
            "By length of the query",
            _grouped(found.judged, lambda one: "to 8 words" if one.words <= 8 else "more"),  # noqa: PLR2004
        ),
        _table(
            "Learned from other origins alone: what to expect of content never seen",
            _grouped(found.of_others, lambda one: one.collection),
        ),
        _reliability(found.judged),
        f"\n![Risk against coverage]({PLOT})\n\nIf only the surest answers were shown: how many of "
        "them have nothing right among their first three hits.\n",
        _NOTES,
        "" if any("thunderbird" in name for name in found.ranking) else _LEFT_OUT,
    ]
    return "".join(parts)


def plot(found: Quality) -> str:
    """Risk against coverage as SVG: a curve for all queries, and one for the answerable ones."""
    curves = {
        "all queries": found.judged,
        "answerable queries": [one for one in found.judged if not one.unanswerable],
    }
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12">',
        "<title>Risk against coverage</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        (left, y), (x, bottom) = _point(0, tick), _point(tick, 0)
        lines += [
            f'<line x1="{left}" y1="{y}" x2="{WIDTH - EDGE}" y2="{y}" stroke="#ddd"/>',
            f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{tick:.2f}</text>',
            f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{tick:.2f}</text>',
        ]
    for number, (name, judged) in enumerate(curves.items()):
        colour, dash = (("#0b5cad", ""), ("#b3541e", ' stroke-dasharray="6 3"'))[number]
        points = " ".join(f"{x},{y}" for x, y in _curve(judged))
        lines += [
            f'<polyline fill="none" stroke="{colour}" stroke-width="2"{dash} points="{points}"/>',
            f'<text x="{EDGE + 12}" y="{EDGE + 16 * number}" fill="{colour}">{name}</text>',
        ]
    middle = HEIGHT / 2
    lines += [
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">'
        "share of queries shown</text>",
        f'<text x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">'
        "share of those without a right hit</text>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _by_others(observed: Sequence[Observed], weights: Weights) -> list[Judgement]:
    judged: list[Judgement] = []
    origins = dict.fromkeys(one.origin for one in observed)
    for origin in origins:
        others = [one for one in observed if one.origin != origin and not one.held_back]
        if len(others) < calibration.FEWEST:
            continue
        fit = calibration.fit(others, weights)
        own = [one for one in observed if one.origin == origin and one.held_back]
        judged.extend(calibration.judged(own, weights, fit))
    return judged


def _ranking(found: Quality) -> str:
    lines = [
        "\n## Ranking\n",
        "nDCG@10 in points. Both together may lose half a point against the better leg at most.\n",
        "| collection | queries | words | meaning | both | against the better leg "
        "| all queries | against the better leg |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.ranking.items():
        lines.append(
            f"| {name} | {one.queries} | {100 * one.words:.1f} | {100 * one.meaning:.1f} "
            f"| {100 * one.both:.1f} | {100 * one.gain:+.1f} "
            f"| {found.every[name].queries} | {100 * found.every[name].gain:+.1f} |"
        )
    weights = found.weights
    own = ", ".join(f"{name} {share}" for name, share in sorted(weights.dense_by_language.items()))
    lines += [
        "",
        f"Weights: share of meaning {weights.dense}"
        + (f" ({own})" if own else " in every language")
        + f", words across languages {weights.other_language}, where a language is not known "
        f"{weights.unknown_language}, strength of legs {weights.strength}.\n",
    ]
    return "\n".join(lines)


def _verdict(told: Report) -> str:
    lines = ["\n| | measured | target |\n|---|---|---|\n"]
    figures = [
        ("precision of hits said to be likely", told.precision, TARGETS["precision"]),
        ("unanswerable queries told nothing good", told.caught, TARGETS["caught"]),
    ]
    for name, value, target in figures:
        met = "met" if value is not None and value >= target else "**missed**"
        lines.append(f"| {name} | {_share(value)} | at least {target}: {met} |\n")
    return "".join(lines)


def _table(title: str, groups: Mapping[str, Sequence[Judgement]]) -> str:
    lines = [f"\n### {title}\n"] if title else [""]
    lines += [
        "| | queries | unanswerable | answers with a likely hit | precision of likely "
        "| unanswerable told nothing | good answers told nothing | calibration error |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, judged in groups.items():
        told = calibration.report(judged)
        lines.append(
            f"| {name} | {told.queries} | {told.unanswerable} | {told.likely} "
            f"| {_share(told.precision)} | {_share(told.caught)} | {_share(told.false_nothing)} "
            f"| {_share(told.error)} |"
        )
    return "\n".join(lines) + "\n"


def _reliability(judged: Sequence[Judgement]) -> str:
    lines = [
        "\n### Probabilities against what was so\n",
        "| probability | answers | mean probability | right among the first three |",
        "|---|---|---|---|",
    ]
    for tenth in range(10):
        inside = [one for one in judged if min(int(10 * one.probability), 9) == tenth]
        if inside:
            mean = sum(one.probability for one in inside) / len(inside)
            right = sum(one.good for one in inside) / len(inside)
            lines.append(
                f"| {tenth / 10:.1f} to {(tenth + 1) / 10:.1f} | {len(inside)} | {mean:.2f} "
                f"| {right:.2f} |"
            )
    return "\n".join(lines) + "\n"


def _grouped(
    judged: Sequence[Judgement], key: Callable[[Judgement], str]
) -> dict[str, list[Judgement]]:
    groups: dict[str, list[Judgement]] = {}
    for one in judged:
        groups.setdefault(key(one), []).append(one)
    return dict(sorted(groups.items()))


def _curve(judged: Sequence[Judgement]) -> list[tuple[float, float]]:
    curve = calibration.risk_coverage(judged)
    every = max(1, len(curve) // POINTS)
    return [_point(coverage, risk) for coverage, risk in curve[every - 1 :: every]]


def _point(x: float, y: float) -> tuple[float, float]:
    return (
        round(EDGE + x * (WIDTH - 2 * EDGE), 1),
        round(HEIGHT - EDGE - y * (HEIGHT - 2 * EDGE), 1),
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
