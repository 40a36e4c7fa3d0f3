"""The test host reads `_headers` as Netlify and Cloudflare Pages do."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from e2e.headers_host import HeadersSyntaxError, Rule, StaticHost, headers_for, parse, read_rules

pytestmark = pytest.mark.any_stack

FILE = """\
# isolation
/*
  X-Everywhere: yes
  X-Both: first

/build/:file
  X-Both: second
/static/1*
  Cache-Control: public, immutable
"""


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/*", "/", True),
        ("/*", "/a/b.js", True),
        ("/repo/*", "/repo/", True),
        ("/repo/*", "/other/", False),
        ("/a/:file", "/a/b.js", True),
        ("/a/:file", "/a/", False),
        ("/a/:file", "/a/b/c.js", False),
        ("/:folder/x.js", "/a/x.js", True),
        ("/a/1*", "/a/12.js", True),
        ("/a/1*", "/a/2.js", False),
        ("/a/1*", "/a/1/b.js", True),
        ("/a.js", "/a.js", True),
        ("/a.js", "/a-js", False),
        ("/a.js", "/a.js.gz", False),
    ],
)
def test_a_pattern(pattern: str, path: str, matches: bool) -> None:
    assert Rule(pattern, ()).matches(path) is matches


def test_all_rules_that_match_are_merged_and_what_several_set_is_joined() -> None:
    rules = parse(FILE)
    assert headers_for(rules, "/x") == {"X-Everywhere": "yes", "X-Both": "first"}
    assert headers_for(rules, "/build/x")["X-Both"] == "first, second"
    assert headers_for(rules, "/static/1.js")["Cache-Control"] == "public, immutable"


@pytest.mark.parametrize(
    "text", ["  X: 1\n", "/a\nX: 1\n", "/a\n  X\n", "/a\n  X:\n", "/*/b/*\n  X: 1\n"]
)
def test_what_the_hosts_would_not_read_is_an_error(text: str) -> None:
    with pytest.raises(HeadersSyntaxError):
        parse(text)


def test_a_hundred_rules_are_read_and_no_more() -> None:
    rule = "/a\n  X: 1\n"
    assert len(parse(rule * 100)) == 100
    with pytest.raises(HeadersSyntaxError, match="101 rules"):
        parse(rule * 101)


def test_the_host_serves_below_its_base_only_and_with_the_rules_headers(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("page")
    (tmp_path / "_headers").write_text("/repo/*\n  X-Rule: yes\n")
    with StaticHost(tmp_path, base="/repo/", rules=read_rules(tmp_path)) as host:
        with urllib.request.urlopen(host.url) as answer:
            assert (answer.read(), answer.headers["X-Rule"]) == (b"page", "yes")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(host.url.replace("/repo/", "/index.html"))


def test_a_host_without_rules_sends_no_header_that_isolates(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("page")
    with (
        StaticHost(tmp_path, max_age=600) as host,
        urllib.request.urlopen(host.url) as answer,
    ):
        assert answer.headers["Cache-Control"] == "max-age=600"
        assert not [name for name in answer.headers if name.startswith("Cross-Origin")]
