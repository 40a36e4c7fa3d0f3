"""What a site can be built for, and which endpoints can be recorded in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder import assemble, cli
from builder.cli import EXIT_FAILED, main
from builder.errors import BuildError
from builder.hosts import DEFAULT_HOST, HOSTS, check_base, check_remote, find_host
from builder.settings import Options

LOCAL = "sc://localhost:8081/;transport=grpcweb"


def test_the_hosts_are_these_and_envoy_is_the_default() -> None:
    assert list(HOSTS) == ["envoy", "netlify", "cloudflare-pages", "github-pages", "http-server"]
    assert DEFAULT_HOST.name == "envoy"


def test_only_hosts_without_headers_get_the_service_worker() -> None:
    assert {h.name for h in HOSTS.values() if h.service_worker} == {"github-pages", "http-server"}


def test_only_envoy_answers_for_spark_on_the_sites_own_origin() -> None:
    assert {h.name for h in HOSTS.values() if h.spark_on_origin} == {"envoy"}


@pytest.mark.parametrize("base", ["/", "/repo/", "/a/b-c.d/", "/~user/x_y/"])
def test_a_base_is_the_path_of_a_folder(base: str) -> None:
    check_base(base)


@pytest.mark.parametrize("base", ["", "repo", "/repo", "repo/", "//", "./", "/../", "/a b/", "/*/"])
def test_anything_else_is_no_base(base: str) -> None:
    with pytest.raises(BuildError, match="begins and ends with a slash, as /repo/ does"):
        check_base(base)


@pytest.mark.parametrize(
    "remote",
    [
        *(LOCAL, "sc://spark", "sc://spark:443", "sc://10.0.0.1:8081/", "sc://[::1]:8081/"),
        "sc://spark.example.com:443/;use_ssl=true;transport=grpcweb;user_id=a",
    ],
)
def test_an_endpoint_as_pyspark_writes_it_is_taken(remote: str) -> None:
    check_remote(remote, DEFAULT_HOST)


@pytest.mark.parametrize(
    ("remote", "words"),
    [
        ("http://spark:8081", "no Spark Connect address"),
        ("spark:8081", "no Spark Connect address"),
        ("sc://", "no Spark Connect address"),
        ("sc://spark:x", "no Spark Connect address"),
        ("sc://user@spark:1", "no Spark Connect address"),
        ("sc://spark:1/path", "no Spark Connect address"),
        ("sc://spark:1;use_ssl=true", "no Spark Connect address"),
        ("sc://spark:0", "no possible port"),
        ("sc://spark:65536", "no possible port"),
        ("sc://spark:1/;use_ssl", "'use_ssl': PySpark reads key=value only"),
        ("sc://spark:1/;a=b=c", "'a=b=c': PySpark reads"),
    ],
)
def test_a_malformed_endpoint_is_named(remote: str, words: str) -> None:
    with pytest.raises(BuildError, match=words):
        check_remote(remote, DEFAULT_HOST)


def test_a_token_does_not_get_into_a_site_or_into_a_log() -> None:
    with pytest.raises(BuildError, match="everyone who opens the site could read") as caught:
        check_remote("sc://spark:443/;use_ssl=true;token=s3cret", DEFAULT_HOST)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["netlify", "cloudflare-pages", "github-pages"])
def test_https_hosts_take_no_plain_endpoint_of_another_machine(name: str) -> None:
    host = find_host(name)
    for remote in (LOCAL, "sc://127.0.0.1:8081", "sc://[::1]:1", "sc://spark:443/;use_ssl=true"):
        check_remote(remote, host)
    for remote in ("sc://spark.example.com:8081", "sc://10.0.0.1:1/;use_ssl=false"):
        with pytest.raises(BuildError, match=f"https pages of {name}: put TLS before Envoy"):
            check_remote(remote, host)


def test_hosts_on_plain_http_take_one() -> None:
    for name in ("envoy", "http-server"):
        check_remote("sc://10.0.0.1:8081", find_host(name))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "gitlab"], "error: HOST=gitlab is none of envoy, netlify,"),
        (["--base", "repo"], "error: BASE=repo is no path"),
        (["--remote", "spark"], "error: SPARK_REMOTE=spark is no Spark"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path / "dist"), *arguments]) == EXIT_FAILED
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(words)
    assert not (tmp_path / "dist").exists()


def test_what_make_passes_without_an_endpoint_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built: list[Options] = []
    monkeypatch.setattr(cli, "build", built.append)
    out = str(tmp_path / "dist")
    assert main(["--out", out, "--host", "netlify", "--base", "/", "--remote", ""]) == 0
    assert main(["--out", out, "--remote", LOCAL]) == 0
    assert [(o.host.name, o.base, o.remote) for o in built] == [
        ("netlify", "/", None),
        ("envoy", "/", LOCAL),
    ]


@pytest.mark.parametrize("name", HOSTS)
def test_each_host_gets_the_files_it_reads(name: str, options: Options) -> None:
    dist = options.out
    dist.mkdir()
    (dist / "big.js").write_text("x" * 5000)
    host = find_host(name)
    assemble.write_host_files(dist, Options(dist, options.cache, base="/repo/", host=host))
    assert (dist / "_headers").read_text().startswith("/repo/*\n")
    assert (dist / "serve_coi.py").is_file()
    assert (dist / "big.js.gz").exists() == (name == "envoy")
    assert (dist / ".nojekyll").exists() == (name == "github-pages")
