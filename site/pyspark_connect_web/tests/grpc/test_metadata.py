"""Metadata in both directions, and credentials."""

from __future__ import annotations

import pytest
from pyspark_connect_web import grpc
from pyspark_connect_web.tests.grpc.scripted import End, Message, Trailers, Wire, head, ok

PATH = "/pkg.Service/Method"


def sent_headers(wire: Wire, channel: grpc.Channel, **call: object) -> dict[str, str]:
    wire.will_answer(*ok(b""))
    channel.unary_unary(PATH)(b"", **call)
    return dict(wire.sent[-1].headers)


def test_text_and_binary_metadata_become_headers(wire: Wire) -> None:
    metadata = [("x-a", "b c"), ("x-raw-bin", b"\xff\x00")]
    headers = sent_headers(wire, grpc.insecure_channel("host:1"), metadata=metadata)
    assert headers["x-a"] == "b c"
    assert headers["x-raw-bin"] == "/wA"


@pytest.mark.parametrize("key", ["Upper", "with space", "", "grpc-status"])
def test_a_key_that_http_cannot_carry_ends_the_call_and_is_logged(
    wire: Wire, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        sent_headers(wire, grpc.insecure_channel("host:1"), metadata=[(key, "v")])
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert caught.value.details() == "Invalid metadata"
    assert f"Metadata key {key!r} is invalid" in caplog.text


def test_the_transport_parameter_of_a_connection_string_stays_in_the_tab(wire: Wire) -> None:
    metadata = [("transport", "grpcweb")]
    headers = sent_headers(wire, grpc.insecure_channel("host:1"), metadata=metadata)
    assert "transport" not in headers


def test_another_transport_is_refused(wire: Wire) -> None:
    with pytest.raises(ValueError, match="transport=grpc-web or grpcweb"):
        sent_headers(wire, grpc.insecure_channel("host:1"), metadata=[("transport", "quic")])


def test_a_token_travels_as_a_bearer_header_over_https(wire: Wire) -> None:
    credentials = grpc.composite_channel_credentials(
        grpc.ssl_channel_credentials(), grpc.access_token_call_credentials("s3cret")
    )
    headers = sent_headers(wire, grpc.secure_channel("host:1", credentials))
    assert headers["authorization"] == "Bearer s3cret"
    assert wire.sent[0].origin == "https://host:1"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "pcw.localhost"])
def test_local_credentials_use_plain_http(wire: Wire, host: str) -> None:
    sent_headers(wire, grpc.secure_channel(f"{host}:1", grpc.local_channel_credentials()))
    assert wire.sent[0].origin == f"http://{host}:1"


@pytest.mark.parametrize("host", ["host", "10.0.0.1", "[fe80::1]", "localhost.example.com"])
def test_local_credentials_are_refused_for_another_machine(host: str) -> None:
    token = grpc.access_token_call_credentials("s3cret")
    local = grpc.composite_channel_credentials(grpc.local_channel_credentials(), token)
    with pytest.raises(ValueError, match="another one: use ssl_channel_credentials"):
        grpc.secure_channel(f"{host}:1", local)


def test_a_plugin_learns_the_method_and_its_error_ends_the_call(wire: Wire) -> None:
    seen = []

    def plugin(context: grpc.AuthMetadataContext, callback: object) -> None:
        seen.append(context.method_name)
        callback((), RuntimeError("no token"))  # type: ignore[operator]

    credentials = grpc.metadata_call_credentials(plugin)
    channel = grpc.secure_channel("localhost:1", grpc.local_channel_credentials())
    with pytest.raises(grpc.RpcError, match="no token") as caught:
        sent_headers(wire, channel, credentials=credentials)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert seen == [PATH.rpartition("/")[2]]


def test_call_credentials_do_not_go_over_an_insecure_channel(wire: Wire) -> None:
    credentials = grpc.access_token_call_credentials("secret")
    with pytest.raises(grpc.RpcError, match="sufficient security level") as caught:
        sent_headers(wire, grpc.insecure_channel("host:1"), credentials=credentials)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert wire.sent == []


def test_own_certificates_are_refused_with_the_reason() -> None:
    with pytest.raises(NotImplementedError, match="browser"):
        grpc.ssl_channel_credentials(root_certificates=b"pem")


def test_received_metadata_leaves_out_what_is_http_or_grpc(wire: Wire) -> None:
    trailers = Trailers("grpc-status: 0\r\ngrpc-message: \r\nx-t: 1\r\nx-b-bin: AQ==,Ag\r\n")
    wire.will_answer(head(("x-i", "0"), ("date", "now")), Message(b""), trailers, End())
    _, call = grpc.insecure_channel("host:1").unary_unary(PATH).with_call(b"")
    assert call.initial_metadata() == (("x-i", "0"),)
    assert call.trailing_metadata() == (("x-t", "1"), ("x-b-bin", b"\x01"), ("x-b-bin", b"\x02"))


def test_a_primary_user_agent_goes_before_ours(wire: Wire) -> None:
    channel = grpc.insecure_channel("host:1", options=[("grpc.primary_user_agent", "me/1")])
    assert sent_headers(wire, channel)["x-user-agent"].startswith("me/1 grpc-web-python/")
