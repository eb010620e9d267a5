"""docs/lifecycle.svg: the table as a picture, drawn for light and dark pages.

Where a line runs is decided here; that there is one for every move, its colour and its name come
from the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from orderdesk.domain.orders.lifecycle import MOVES, Move, MoveClass, Stage

type Point = tuple[int, int]

WIDTH: Final = 1560
HEIGHT: Final = 640
CORNER: Final = 9

LEGEND: Final = {
    MoveClass.FORWARD: "forward",
    MoveClass.EXCEPTION: "exception",
    MoveClass.RECOVERY: "recovery",
    MoveClass.CLOSING: "closing",
    MoveClass.UNDO: "undo",
}

STYLE: Final = """\
    svg { --page: #ffffff; --edge: #d0d7de; --ink: #1f2328; --soft: #59636e; --box: #f6f8fa;
      --forward: #1a7f37; --exception: #bc4c00; --recovery: #0969da; --closing: #6e7781;
      --undo: #8250df; }
    @media (prefers-color-scheme: dark) {
      svg { --page: #0d1117; --edge: #3d444d; --ink: #f0f6fc; --soft: #9198a1; --box: #151b23;
        --forward: #3fb950; --exception: #f0883e; --recovery: #58a6ff; --closing: #9198a1;
        --undo: #bc8cff; }
    }
    text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
      fill: var(--ink); text-anchor: middle; dominant-baseline: central; }
    .page { fill: var(--page); stroke: var(--edge); }
    .box { fill: var(--box); stroke: var(--edge); stroke-width: 1.5; }
    .way { stroke: var(--forward); stroke-width: 2; }
    .name { font-size: 17px; font-weight: 600; }
    .note { font-size: 15px; fill: var(--soft); text-anchor: start; }
    .line { fill: none; stroke-width: 1.8; }
    .halo { fill: none; stroke: var(--page); stroke-width: 6; }
    .forward.line { stroke-width: 3; }
    .undo.line { stroke-dasharray: 5 4; }"""


@dataclass(frozen=True, slots=True)
class Box:
    left: int
    top: int
    right: int
    bottom: int

    @property
    def middle(self) -> Point:
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2


# Stages that an order can come to from many others are as wide as those others.
BOXES: Final = {
    Stage.REJECTED: Box(244, 44, 576, 96),
    Stage.ON_HOLD: Box(44, 149, 976, 201),
    Stage.ABANDONED: Box(44, 294, 176, 346),
    Stage.PLACED: Box(244, 294, 376, 346),
    Stage.CONFIRMED: Box(444, 294, 576, 346),
    Stage.APPROVED: Box(644, 294, 776, 346),
    Stage.PROCESSED: Box(844, 294, 976, 346),
    Stage.SHIPPED: Box(1044, 294, 1176, 346),
    Stage.DELIVERED: Box(1244, 294, 1376, 346),
    Stage.CANCELLED: Box(44, 439, 976, 491),
    Stage.RETURNED: Box(1044, 439, 1376, 491),
    Stage.ARCHIVED: Box(1446, 44, 1536, 583),
}
NAMED_AT: Final = {Stage.ON_HOLD: (620, 175)}  # where no line passes over
ON_THE_WAY: Final = frozenset(
    {Stage.PLACED, Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED}
)

# fmt: off
ROUTES: Final[dict[str, tuple[Point, ...]]] = {
    "T01": ((262, 244), (262, 294)),
    "T02": ((376, 320), (444, 320)),
    "T03": ((244, 312), (176, 312)),
    "T04": ((336, 294), (336, 201)),
    "T05": ((284, 294), (284, 96)),
    "T06": ((302, 346), (302, 439)),
    "T07": ((176, 328), (244, 328)),
    "T08": ((150, 346), (150, 385), (465, 385), (465, 346)),
    "T09": ((110, 294), (110, 201)),
    "T10": ((90, 346), (90, 439)),
    "T11": ((44, 328), (28, 328), (28, 551), (1446, 551)),
    "T12": ((576, 312), (644, 312)),
    "T13": ((530, 294), (530, 201)),
    "T14": ((474, 294), (474, 96)),
    "T15": ((502, 346), (502, 439)),
    "T16": ((352, 201), (352, 294)),
    "T17": ((546, 201), (546, 294)),
    "T18": ((718, 201), (718, 294)),
    "T19": ((918, 201), (918, 294)),
    "T20": ((410, 149), (410, 96)),
    "T21": ((810, 201), (810, 439)),
    "T22": ((776, 312), (844, 312)),
    "T23": ((702, 294), (702, 201)),
    "T24": ((702, 346), (702, 439)),
    "T25": ((976, 312), (1044, 312)),
    "T26": ((952, 294), (952, 250), (1290, 250), (1290, 294)),
    "T27": ((902, 294), (902, 201)),
    "T28": ((910, 346), (910, 439)),
    "T29": ((1176, 312), (1244, 312)),
    "T30": ((1110, 346), (1110, 439)),
    "T31": ((1310, 346), (1310, 439)),
    "T32": ((1376, 312), (1446, 312)),
    "T33": ((1376, 457), (1446, 457)),
    "T34": ((576, 62), (1446, 62)),
    "T35": ((926, 491), (926, 533), (1446, 533)),
    "T36": ((1446, 567), (12, 567), (12, 312), (44, 312)),
    "T37": ((1446, 328), (1376, 328)),
    "T38": ((1446, 473), (1376, 473)),
    "T39": ((1446, 78), (576, 78)),
    "T40": ((1446, 517), (944, 517), (944, 491)),
    "T41": ((644, 328), (576, 328)),
    "T42": ((844, 328), (776, 328)),
    "T43": ((1044, 328), (976, 328)),
    "T44": ((1244, 328), (1176, 328)),
    "T45": ((300, 96), (300, 294)),
    "T46": ((490, 96), (490, 294)),
    "T47": ((318, 439), (318, 346)),
    "T48": ((518, 439), (518, 346)),
    "T49": ((718, 439), (718, 346)),
}
# fmt: on


def render() -> str:
    """ValueError when a move of the table has no line, or a line no move."""
    check(MOVES)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="title">',
        f'  <title id="title">{len(Stage)} stages of an order, {len(MOVES)} moves</title>',
        f"  <style>\n{STYLE}\n{_colours()}\n  </style>",
        f"  <defs>\n{_arrowheads()}\n  </defs>",
        f'  <rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="14"/>',
        *(_box(stage) for stage in Stage),
        '  <circle cx="262" cy="238" r="6" fill="var(--forward)"/>',
        *(_line(move) for move in sorted(MOVES, key=lambda move: move.kind is MoveClass.FORWARD)),
        _legend(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def check(moves: tuple[Move, ...]) -> None:
    """ValueError when a move has no line from its source to its target, or a line no move."""
    if {move.id for move in moves} != set(ROUTES):
        different = sorted({move.id for move in moves} ^ set(ROUTES))
        raise ValueError(f"picture.py and the table differ in {', '.join(different)}")
    for move in moves:
        start, end = ROUTES[move.id][0], ROUTES[move.id][-1]
        leaves = move.source is None or _touches(BOXES[move.source], start)
        if not leaves or not _touches(BOXES[move.target], end):
            raise ValueError(f"the line of {move.id} does not lead from its source to its target")


def _touches(box: Box, point: Point) -> bool:
    x, y = point
    on_side = x in {box.left, box.right} and box.top <= y <= box.bottom
    return on_side or (y in {box.top, box.bottom} and box.left <= x <= box.right)


def _colours() -> str:
    return "\n".join(
        f"    .{kind}.line {{ stroke: var(--{kind}); }} .{kind}.head {{ fill: var(--{kind}); }}"
        for kind in MoveClass
    )


def _arrowheads() -> str:
    return "\n".join(
        f'    <marker id="to-{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" '
        f'markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="{kind} head" d="M0 0.5 10 5 0 9.5z"/></marker>'
        for kind in MoveClass
    )


def _box(stage: Stage) -> str:
    box = BOXES[stage]
    x, y = NAMED_AT.get(stage, box.middle)
    way = " way" if stage in ON_THE_WAY else ""
    return (
        f'  <rect class="box{way}" x="{box.left}" y="{box.top}" width="{box.right - box.left}" '
        f'height="{box.bottom - box.top}" rx="10"/>'
        f'<text class="name" x="{x}" y="{y}">{escape(stage.label)}</text>'
    )


def _line(move: Move) -> str:
    """With a border in the page's colour, so that a line passes over what it crosses."""
    way = _rounded(ROUTES[move.id])
    return (
        f'  <path class="halo" d="{way}"/>'
        f'<path id="{move.id}" class="{move.kind} line" d="{way}" '
        f'marker-end="url(#to-{move.kind})"/>'
    )


def _rounded(points: tuple[Point, ...]) -> str:
    """A path along the points, whose lines are horizontal or vertical."""
    path = [f"M{points[0][0]} {points[0][1]}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _near(here, before), _near(here, after)
        path.append(f"L{x1} {y1}Q{here[0]} {here[1]} {x2} {y2}")
    path.append(f"L{points[-1][0]} {points[-1][1]}")
    return "".join(path)


def _near(point: Point, to: Point) -> Point:
    """A corner's length away from `point`, in the direction of `to`."""
    (x, y), (to_x, to_y) = point, to
    return x + CORNER * ((to_x > x) - (to_x < x)), y + CORNER * ((to_y > y) - (to_y < y))


def _legend() -> str:
    parts = []
    for number, (kind, words) in enumerate(LEGEND.items()):
        x = 60 + 170 * number
        parts.append(
            f'  <path class="{kind} line" d="M{x} 611h46" marker-end="url(#to-{kind})"/>'
            f'<text class="note" x="{x + 58}" y="611">{words}</text>'
        )
    return "\n".join(parts)
