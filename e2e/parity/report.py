"""The comparisons as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from e2e.parity.compare import Comparison, Verdict

LONGEST_OUTCOME = 300
"""Characters of an outcome that the table shows; the JSON file has all of it."""


def as_json(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """``operations``, ``equal``, and the lists of those that are not equal."""
    return {
        "operations": len(comparisons),
        "equal": sum(c.verdict is Verdict.EQUAL for c in comparisons),
        "different": [
            {
                "operation": c.operation.key,
                "reason": c.remark if c.verdict is Verdict.DIFFERENT else None,
                "native": c.native,
                "tab": c.tab,
            }
            for c in comparisons
            if c.verdict in (Verdict.DIFFERENT, Verdict.UNEXPECTED)
        ],
        "impossible": [
            {"operation": c.operation.key, "reason": c.remark, "says": c.says}
            for c in comparisons
            if c.verdict is Verdict.IMPOSSIBLE
        ],
    }


def write(comparisons: Sequence[Comparison], path: Path) -> None:
    """Write the JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_json(comparisons), indent=1, ensure_ascii=False) + "\n")


def table(comparisons: Sequence[Comparison]) -> str:
    """Counts by group, then what differs and what a tab cannot do."""
    counts: dict[str, Counter[Verdict]] = {}
    for comparison in comparisons:
        counts.setdefault(comparison.operation.group, Counter())[comparison.verdict] += 1
    lines = [_row("group", *(verdict.value for verdict in Verdict))]
    lines += [_row(group, *(count[v] for v in Verdict)) for group, count in counts.items()]
    total = sum(counts.values(), Counter())
    lines.append(_row("all", *(total[verdict] for verdict in Verdict)))
    for comparison in comparisons:
        lines += _remark(comparison)
    return "\n".join(lines)


def _row(group: str, *cells: object) -> str:
    return f"{group:<16}" + "".join(f"{cell:>12}" for cell in cells)


def _remark(comparison: Comparison) -> list[str]:
    key, verdict = comparison.operation.key, comparison.verdict
    if verdict is Verdict.EQUAL:
        return []
    lines = ["", f"{verdict.value}: {key}: {comparison.remark or 'nobody knows why'}"]
    if verdict is Verdict.IMPOSSIBLE:
        return [*lines, f"  says   {comparison.says}"]
    native, tab = _around_difference(comparison)
    return [*lines, f"  native {native}", f"  tab    {tab}"]


def _around_difference(comparison: Comparison) -> tuple[str, str]:
    """Both outcomes from shortly before the first place where they differ."""
    native, tab = (json.dumps(o, ensure_ascii=False) for o in (comparison.native, comparison.tab))
    common = next((i for i, (a, b) in enumerate(zip(native, tab, strict=False)) if a != b), 0)
    begin = max(0, common - LONGEST_OUTCOME // 3)
    return native[begin : begin + LONGEST_OUTCOME], tab[begin : begin + LONGEST_OUTCOME]
