"""Puts a run's table and plot into the page of the documentation."""

from __future__ import annotations

from pathlib import Path

from deploy.shared.config import ROOT
from deploy.shared.errors import StackError
from e2e.bench.plot import svg
from e2e.bench.report import Report

PAGE = ROOT / "docs" / "performance.md"
PICTURE = "bench.svg"
BEGIN = "<!-- Between these two lines `make bench ARGS=--docs` writes. -->"
END = "<!-- The end of what it writes. -->"


def write(report: Report, page: Path = PAGE) -> None:
    """Replace what stands between the two marks, and the picture beside the page.

    Raises:
        StackError: the page has not both marks, once each and in order.
    """
    text = page.read_text("utf-8")
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise StackError(f"{page} has no place for the table: it lies between {BEGIN} and {END}")
    picture = f"![Each line by its goal]({PICTURE})"
    page.write_text(f"{before}{BEGIN}\n\n{report.markdown()}\n{picture}\n\n{END}{after}", "utf-8")
    page.with_name(PICTURE).write_text(svg(report), "utf-8")
