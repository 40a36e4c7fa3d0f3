"""A native PySpark client with a bearer token over TLS, and a certificate renewed meanwhile."""

from __future__ import annotations

import http.client
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from deploy.team.stack import TeamStack
from e2e.native_clients import native_session, trusted
from e2e.team.calls import lines_when
from e2e.team.people import Person
from e2e.waiting import until

pytestmark = pytest.mark.any_stack

LARGE = "/pyodide/pyodide.asm.wasm"
QUERY = "select sum(id) as only_in_a_query from range(10)"
PATIENCE_S = 60


def test_a_native_client_with_a_token_of_the_provider_runs_a_query_that_the_log_names(
    team: TeamStack,
) -> None:
    token = Person(team, "carol").native_token()
    with (
        trusted(team.authority),
        native_session(f"{team.native_remote};token={token}") as spark,
    ):
        assert spark.sql(QUERY).collect()[0][0] == 45
        large = "x" * (3 << 20)
        assert spark.createDataFrame([(large,)], "text string").count() == 1
        session = spark.client._session_id

    def is_query(line: dict[str, str]) -> bool:
        return line["session"] == session and line["path"].endswith("/ExecutePlan")

    lines = lines_when(team, lambda all_: any(map(is_query, all_)))
    line = next(filter(is_query, lines))
    assert (line["user"], line["grpc"]) == ("carol", 0)
    text = team.access_log.read_text()
    assert token not in text
    assert "only_in_a_query" not in text


def served_serial(team: TeamStack) -> int:
    address = ("localhost", team.team.settings.port)
    return x509.load_pem_x509_certificate(
        ssl.get_server_certificate(address, ca_certs=str(team.authority)).encode()
    ).serial_number


@pytest.fixture
def first_certificate(team: TeamStack, tmp_path: Path) -> Iterator[int]:
    """Its number; it is served again afterwards, since browsers of other tests trust no other."""
    folder = team.team.belongings.certificates
    kept = folder.with_name("tls.kept")
    shutil.copytree(folder, kept)
    number = served_serial(team)
    yield number
    folder.rename(tmp_path / "renewed")
    kept.rename(folder)
    until(lambda: served_serial(team) == number, "the first certificate to come back")


def test_a_certificate_is_renewed_under_a_running_stream(
    team: TeamStack, site_dir: Path, first_certificate: int
) -> None:
    whole = next(site_dir.rglob(Path(LARGE).name))
    path = "/" + str(whole.relative_to(site_dir))
    context = ssl.create_default_context(cafile=str(team.authority))
    stream = http.client.HTTPSConnection(
        "localhost", team.team.settings.port, context=context, timeout=PATIENCE_S
    )
    stream.request("GET", path)
    answer = stream.getresponse()
    begun = answer.read(1 << 16)
    team.team.belongings.renew_certificate()
    until(lambda: served_serial(team) != first_certificate, "the new certificate")
    assert begun + answer.read() == whole.read_bytes()
    stream.close()
