"""Which stack a run stands on, by its environment."""

from __future__ import annotations

import pytest

from e2e.stacks import ForeignStack

pytestmark = pytest.mark.any_stack


def test_a_base_url_alone_means_the_usual_ports_of_its_host() -> None:
    stack = ForeignStack.from_environment({"E2E_BASE_URL": "http://spark.example:8000"})
    assert stack is not None
    assert stack.site_url == "http://spark.example:8000/"
    assert stack.grpcweb_remote == "sc://spark.example:8081/;transport=grpcweb"
    assert stack.spark_remote == "sc://spark.example:15002"


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_other_addresses_can_be_named(slash: str) -> None:
    stack = ForeignStack.from_environment(
        {
            "E2E_BASE_URL": f"http://localhost:1{slash}",
            "E2E_GRPCWEB_URL": f"http://localhost:2{slash}",
            "E2E_SPARK_REMOTE": "sc://localhost:3",
        }
    )
    assert stack is not None
    assert (stack.site_url, stack.grpcweb_url) == ("http://localhost:1/", "http://localhost:2/")
    assert stack.grpcweb_remote == "sc://localhost:2/;transport=grpcweb"
    assert stack.spark_remote == "sc://localhost:3"


def test_without_a_base_url_there_is_none() -> None:
    assert ForeignStack.from_environment({}) is None


@pytest.mark.parametrize("url", ["localhost:8000", "/lab", "ftp://host"])
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValueError, match="write http://host:port"):
        ForeignStack.from_environment({"E2E_BASE_URL": url})
