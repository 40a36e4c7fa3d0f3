"""The workflows for GitHub, which does not run here: rights, digests, and targets that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.shared.config import ROOT

FOLDER = ROOT / ".github" / "workflows"
RECIPE = ROOT / "deploy" / "static-hosts" / "github-pages" / "pages.yml"
FILES = [*sorted(FOLDER.glob("*.yml")), RECIPE]
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
WRITES = {
    "pages.yml": {"pages", "id-token"},
    "release.yml": {"contents", "id-token", "attestations"},
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def loaded(path: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return workflow


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in loaded(path)["jobs"].values() for step in job["steps"]]


def test_there_is_one_for_changes_one_for_pages_and_one_for_releases() -> None:
    assert [path.name for path in FILES[:-1]] == ["ci.yml", "pages.yml", "release.yml"]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_action_is_named_by_a_digest_with_its_version(path: Path) -> None:
    uses = re.findall(r"uses: (.+)", path.read_text("utf-8"))
    assert uses
    assert [one for one in uses if not PINNED.match(one)] == []


def test_an_action_has_one_digest_everywhere() -> None:
    uses = {one for path in FILES for one in re.findall(r"uses: (.+)", path.read_text("utf-8"))}
    actions = [one.split("@")[0] for one in uses]
    assert sorted(actions) == sorted(set(actions))


@pytest.mark.parametrize("path", FILES[:-1], ids=named)
def test_a_workflow_may_read_and_a_job_names_what_it_writes(path: Path) -> None:
    workflow = loaded(path)
    assert workflow["permissions"] == {"contents": "read"}
    written = {
        right
        for job in workflow["jobs"].values()
        for right, access in job.get("permissions", {}).items()
        if access == "write"
    }
    assert written == WRITES.get(path.name, set())


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_token_does_not_stay_in_the_clone(path: Path) -> None:
    clones = [step for step in steps(path) if "/checkout@" in step.get("uses", "")]
    assert clones
    assert all(step["with"]["persist-credentials"] is False for step in clones)


@pytest.mark.parametrize("path", FILES[:-1], ids=named)
def test_every_job_ends_by_itself(path: Path) -> None:
    assert all(0 < job["timeout-minutes"] <= 120 for job in loaded(path)["jobs"].values())


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_targets_of_make_that_it_calls_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    runs = "\n".join(step.get("run", "") for step in steps(path))
    assert set(re.findall(r"\bmake ([a-z][a-z0-9-]*)", runs)) <= targets


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_script_has_an_expression_put_into_it(path: Path) -> None:
    """Who chooses a tag's name would choose what runs; values come by the environment."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


def test_the_job_that_publishes_a_release_runs_nothing_of_the_repository() -> None:
    publish = loaded(FOLDER / "release.yml")["jobs"]["publish"]
    assert publish["needs"] == "build"
    assert [step for step in publish["steps"] if "/checkout@" in step.get("uses", "")] == []
    assert [step["run"].split()[0] for step in publish["steps"] if "run" in step] == ["gh"]


def test_the_hooks_before_a_commit_are_those_of_lint() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    [repository] = config["repos"]
    assert repository["repo"] == "local"
    entries = {hook["id"]: hook["entry"] for hook in repository["hooks"]}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [sources] = re.findall(r"^SOURCES := (.+)$", makefile, re.MULTILINE)
    assert entries["mypy"] == f".venv/bin/mypy --strict {sources}"
    assert entries["ruff-format"].startswith(".venv/bin/ruff format")
    assert entries["ruff-check"].startswith(".venv/bin/ruff check")
