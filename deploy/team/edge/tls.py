"""TLS of the site's door: 1.2 and newer, and certificates that are swapped while streams run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deploy.team.edge.base import typed

CERTIFICATE, KEY = "tls.crt", "tls.key"
_TLS = "extensions.transport_sockets.tls.v3"


def downstream(secrets: str) -> dict[str, Any]:
    """The listener's transport socket."""
    certificate = {
        "name": "certificate",
        "sds_config": {
            "path_config_source": {"path": f"{secrets}/certificate.yaml"},
            "resource_api_version": "V3",
        },
    }
    context = {
        "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
        "alpn_protocols": ["h2", "http/1.1"],
        "tls_certificate_sds_secret_configs": [certificate],
    }
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": typed(f"{_TLS}.DownstreamTlsContext", common_tls_context=context),
    }


def upstream(host: str, authorities: Path) -> dict[str, Any]:
    """To a provider whose certificate is checked, its name too."""
    validation = {
        "trusted_ca": {"filename": str(authorities)},
        "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": host}}],
    }
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": typed(
            f"{_TLS}.UpstreamTlsContext",
            sni=host,
            common_tls_context={
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
                "validation_context": validation,
            },
        ),
    }


def certificate_resource(folder: Path) -> dict[str, Any]:
    """What `certificate.yaml` says: the pair, and which folder's moves mean a new one.

    Kubernetes swaps a link `..data` inside the folder; everybody else moves the folder itself.
    """
    inside = (folder / "..data").exists()
    return typed(
        f"{_TLS}.Secret",
        name="certificate",
        tls_certificate={
            "certificate_chain": {"filename": str(folder / CERTIFICATE)},
            "private_key": {"filename": str(folder / KEY)},
            "watched_directory": {"path": str(folder if inside else folder.parent)},
        },
    )


def secret_resource(name: str, file: Path) -> dict[str, Any]:
    """A secret that stays in its own file."""
    return typed(f"{_TLS}.Secret", name=name, generic_secret={"secret": {"filename": str(file)}})
