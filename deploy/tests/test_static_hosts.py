"""The recipes for static hosts name what there is: hosts, commands, paths."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
from builder.cli import options_of, parser
from builder.hosts import HOSTS
from builder.settings import SITE, Options

from deploy.shared.config import ROOT

RECIPES = ROOT / "deploy" / "static-hosts"
STATIC = [name for name in HOSTS if name != "envoy"]
REMOTE = "sc://spark.example.com:443/;use_ssl=true"
MAKE = re.compile(r"""make site [^'\n]*(?:'[^'\n]*')?[^'\n]*""")
DIST = SITE / "dist"


def texts(host: str) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (RECIPES / host).iterdir()}


def commands(host: str) -> list[str]:
    return [found.strip() for text in texts(host).values() for found in MAKE.findall(text)]


def options(command: str) -> Options:
    """What the builder would be asked for, by way of a shell and of the Makefile."""
    # The tests may run below a make, which hands its own settings down.
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["bash", "-c", command.replace("make ", "make --dry-run ", 1)],
        cwd=ROOT,
        env={**outer, "SPARK_REMOTE": REMOTE, "BASE_PATH": "/repo", "HOST": "not-this"},
        capture_output=True,
        text=True,
        check=True,
    )
    words = shlex.split(done.stdout.replace("\\\n", " "))
    return options_of(parser().parse_args(words[words.index("builder") + 1 :]))


def test_every_static_host_has_a_recipe_and_nothing_else_has() -> None:
    assert sorted(path.name for path in RECIPES.iterdir()) == sorted(STATIC)


@pytest.mark.parametrize("host", STATIC)
def test_its_commands_build_for_that_host_with_an_endpoint(host: str) -> None:
    assert commands(host)
    for command in commands(host):
        built = options(command)
        assert built.host.name == host
        assert built.remote
        assert built.out == DIST


def test_a_plain_make_site_is_for_envoy_whatever_the_environment_says() -> None:
    plain = options("make site")
    assert (plain.host.name, plain.base, plain.remote) == ("envoy", "/", None)


def test_the_workflow_builds_below_the_repositorys_path() -> None:
    [workflow] = MAKE.findall(texts("github-pages")["pages.yml"])
    assert options(workflow).base == "/repo/"
    assert f"path: {DIST.relative_to(ROOT)}\n" in texts("github-pages")["pages.yml"]


def test_netlify_publishes_what_the_build_writes() -> None:
    build = tomllib.loads(texts("netlify")["netlify.toml"])["build"]
    assert ROOT / build["publish"] == DIST


def test_cloudflare_publishes_what_the_build_writes() -> None:
    config = tomllib.loads(texts("cloudflare-pages")["wrangler.toml"])
    assert (RECIPES / "cloudflare-pages" / config["pages_build_output_dir"]).resolve() == DIST


@pytest.mark.parametrize("host", STATIC)
def test_the_files_a_recipe_names_exist(host: str) -> None:
    text = "\n".join(texts(host).values())
    for name in re.findall(r"(?:deploy|e2e|site/server)/[\w./-]+\w", text):
        assert (ROOT / name).exists(), name
    for script in re.findall(r"site/dist/(\w+\.py)", text):
        assert (SITE / "server" / script).is_file(), script


@pytest.mark.parametrize("host", STATIC)
def test_a_recipe_says_what_was_tested_and_what_was_not(host: str) -> None:
    readme = texts(host)["README.md"]
    assert "Tested here: " in readme
    assert ("Not run here: " in readme) == HOSTS[host].https


def test_the_names_are_those_of_the_page_on_hosting() -> None:
    page = (ROOT / "docs" / "hosting.md").read_text("utf-8")
    assert [name for name in HOSTS if f"`{name}`" not in page] == []
    for name in re.findall(r"\]\(\.\./([^)]+)\)", page):
        assert (ROOT / Path(name)).exists(), name
