"""`make bench` measures on a stack that runs too, says what it cannot, and writes what it found."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from deploy.shared.errors import StackError
from e2e.bench import catalog, docs, report
from e2e.bench.lines import MEGABYTE, Kind, Line, Result, Sample, Unit
from e2e.bench.plot import MET, MISSED, svg
from e2e.bench.report import Report
from e2e.stacks import BASE_URL_VARIABLE, RunningStack

pytestmark = pytest.mark.any_stack

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 280
ABOUT = {
    "date": "2026-01-01 00:00 UTC",
    "command": "make bench",
    "commit": "abc",
    "machine": "2 cores",
    "load": 0.1,
    "rounds": 3,
    "quick": False,
    "against": None,
    "versions": {"Spark": "4.2.1"},
}
MISSING = Result(Line("gone", "what is gone", "native", 1.0), failure="StackError: no stack")
FOUND = Report(
    ABOUT,
    [
        Result(Line("slow", "a slow line", "native", 1.5), [Sample(4.0, 2.0), Sample(9.0, 3.0)]),
        Result(Line("good", "a good line", "native", 1.5), [Sample(0.2, 0.4)]),
        Result(
            Line("call", "a call", "bare", 0.0005, Kind.MORE),
            [Sample(0.003, 0.002), Sample(0.004, 0.002), Sample(0.005, 0.002)],
        ),
        Result(
            Line("bytes", "bytes", "32.4 MB, published", 7.0 * MEGABYTE, Kind.MOST, Unit.BYTES),
            [Sample(9.2 * MEGABYTE, 32.4 * MEGABYTE)],
        ),
        MISSING,
    ],
)


def bench(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "e2e.bench", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "site", **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_it_measures_on_a_stack_that_runs_and_says_what_it_cannot(
    stack: RunningStack, tmp_path: Path
) -> None:
    there = {
        BASE_URL_VARIABLE: stack.site_url,
        "E2E_GRPCWEB_URL": stack.grpcweb_url,
        "E2E_SPARK_REMOTE": stack.spark_remote,
    }
    run = bench("--quick", "-k", "collect-10", "-k", "make-up", "--out", str(tmp_path), **there)
    assert run.returncode == 1, run.stderr
    assert "round 1 of 1: collect-10" in run.stdout
    assert "not measured: make-up: NeedsItsOwn: it needs a stack of its own" in run.stdout
    lines = {one["name"]: one for one in json.loads((tmp_path / "bench.json").read_text())["lines"]}
    (sample,) = lines["collect-10"]["samples"]
    assert sample["ours"] > 0
    assert sample["reference"] > 0
    assert lines["make-up"]["samples"] == []
    assert (tmp_path / "bench.md").read_text() in run.stdout
    assert ET.parse(tmp_path / "bench.svg").getroot().tag.endswith("svg")
    again = bench("--from", str(tmp_path / "bench.json"), "--out", str(tmp_path / "again"))
    assert again.returncode == 1
    assert (tmp_path / "again" / "bench.md").read_text() == (tmp_path / "bench.md").read_text()


def test_a_word_that_is_in_no_name_is_told_with_the_names() -> None:
    run = bench("-k", "collect", "-k", "nonsense")
    assert run.returncode == 1
    assert run.stderr.startswith("No line has 'nonsense' in its name; there are lab, ")


def test_each_line_has_a_name_of_its_own_and_a_word_chooses() -> None:
    names = [line.name for line in catalog.LINES]
    assert len(set(names)) == len(names)
    assert catalog.chosen([]) == names
    assert catalog.chosen(["pandas-on", "lab"]) == ["lab", "lab-again", "pandas-on-spark"]


def test_what_is_judged_is_of_each_round_and_what_falls_short_is_told() -> None:
    assert report.short(FOUND) == [
        "slow: 2.50, goal ≤ 1.50: short by 1.00",
        "call: + 2.0 ms, goal ≤ + 0.5 ms: short by 1.5 ms",
        "bytes: 9.2 MB, goal ≤ 7.0 MB: short by 2.2 MB",
    ]
    quick = dataclasses.replace(FOUND, about={**ABOUT, "quick": True})
    assert report.short(quick) == []


def test_the_table_has_medians_spread_goals_and_what_is_missing() -> None:
    rows = FOUND.markdown().splitlines()
    dash = "\N{EN DASH}"
    assert (
        f"| a slow line | 6.5 s (4.0 s {dash} 9.0 s) | native: 2.5 s | 2.50 (2.00 {dash} 3.00)"
        in (rows[5])
    )
    assert "| a good line | 200.0 ms | native: 400.0 ms | 0.50 | ≤ 1.50 |" in rows
    assert "| bytes | 9.2 MB | 32.4 MB, published | 9.2 MB | ≤ 7.0 MB (short) |" in rows
    assert "- Not measured: what is gone: StackError: no stack" in rows
    assert rows[0].startswith("`make bench`, 2026-01-01 00:00 UTC, commit abc; ")


def test_another_page_has_a_column_where_it_can_be_asked() -> None:
    asked = Result(Line("a", "asked", "native", 1.0), [Sample(1.0, 2.0, 3.0)], asked_theirs=True)
    ours_alone = Result(Line("b", "ours", "native", 1.0), [Sample(1.0, 2.0)])
    found = Report({**ABOUT, "against": "http://there"}, [asked, ours_alone])
    rows = found.markdown().splitlines()
    assert "| asked | 1.0 s | native: 2.0 s | 3.0 s | 0.50 | ≤ 1.00 |" in rows
    assert f"| ours | 1.0 s | native: 2.0 s | {report.NOT_ASKED} | 0.50 | ≤ 1.00 |" in rows


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    file.write_text(FOUND.dump(), "utf-8")
    assert Report.load(file) == FOUND
    file.write_text("{}")
    with pytest.raises(StackError, match="is no report of the bench"):
        Report.load(file)


def test_the_picture_has_a_bar_for_each_goal() -> None:
    bars = [one.get("fill") for one in ET.fromstring(svg(FOUND)).iter() if one.tag.endswith("rect")]
    assert bars == ["#fff", MISSED, MET, MISSED, MISSED]


def test_the_page_of_the_documentation_keeps_all_but_the_table(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{docs.BEGIN}\nold\n{docs.END}\nafter\n", "utf-8")
    docs.write(FOUND, page)
    docs.write(FOUND, page)
    text = page.read_text("utf-8")
    assert text.startswith(f"before\n{docs.BEGIN}\n\n`make bench`")
    assert text.endswith(f"{docs.END}\nafter\n")
    assert "old" not in text
    assert text.count("a slow line") == 1
    assert (tmp_path / docs.PICTURE).read_text("utf-8") == svg(FOUND)
    assert docs.PAGE.read_text("utf-8").count(docs.BEGIN) == 1
    assert docs.PAGE.read_text("utf-8").count(docs.END) == 1
