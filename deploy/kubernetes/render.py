"""All objects of an overlay as YAML: kustomize's, with ConfigMaps made of the project's own files.

What Envoy and Spark are configured with stands once, in `envoy/`, `deploy/team/` and
`spark/executors.conf`; here it is filled in and put beside the kustomizations that name it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from deploy.kubernetes.settings import Settings, SettingsError
from deploy.team.edge.config import envoy_config
from deploy.team.edge.facts import Edge, Endpoints
from deploy.team.edge.policy import inline_script_hashes
from deploy.team.edge.tls import certificate_resource, secret_resource
from deploy.team.spark import build
from deploy.team.spark.conf import Identity, as_properties

HERE = Path(__file__).resolve().parent
OVERLAYS = ("shared", "per-group")
NAMESPACE = "pcw"
"""Of Envoy and the site; in the overlay `shared` of Spark too."""
_TIMEOUT_S = 60
_CONF, _EXECUTOR = "executors.conf", "executor.yaml"
_CERTIFICATE, _LOGIN, _CONFIG = (
    Path("/etc/pcw") / each for each in ("certificate", "login", "edge")
)


class RenderError(RuntimeError):
    """kubectl does not take what it is given; the message says what it said."""


def render(
    overlay: str, settings: Settings, site: Path, spark_home: Path, kubectl: Path, work: Path
) -> str:
    """The objects of ``overlay``, in YAML.

    ``site`` is the built site, whose own scripts the Content-Security-Policy lets run;
    ``work`` is an empty folder, which is filled with what kustomize reads.

    Raises:
        RenderError, SettingsError, BuildError, StackError: each with one sentence.
    """
    if overlay == "per-group" and not settings.groups:
        raise SettingsError("groups is empty, and the overlay per-group has a server for each.")
    if not (site / "index.html").exists():
        raise SettingsError(f"{site} is no built site: run `make site`, or name it with --site.")
    shutil.copytree(HERE, work, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "tests"))
    folder = work / "overlays" / overlay
    _write_edge(
        (folder / "door" if overlay == "per-group" else folder) / "generated",
        overlay,
        settings,
        site,
    )
    for group in settings.groups if overlay == "per-group" else ("",):
        _write_spark(_place(folder, group), group, settings, spark_home)
    if overlay == "per-group":
        _name_groups(folder, settings)
    return _kustomize(kubectl, folder)


def namespace_of(group: str) -> str:
    return f"{NAMESPACE}-{group}" if group else NAMESPACE


def server_of(group: str) -> str:
    """host:port by which Envoy finds the server."""
    return f"spark.{namespace_of(group)}.svc:15002"


def edge(overlay: str, settings: Settings, site: Path) -> Edge:
    """What the team's Envoy is told in a pod."""
    groups = settings.groups if overlay == "per-group" else ()
    return Edge(
        url=settings.url,
        bind="0.0.0.0",
        port=8443,
        metrics_port=8001,
        admin_socket=Path("/tmp/envoy-admin.sock"),
        log=Path("/dev/stdout"),
        certificates=_CERTIFICATE,
        endpoints=Endpoints(settings.issuer, settings.authorization, settings.token, settings.jwks),
        client_id=settings.client_id,
        client_secret=_LOGIN / "client_secret",
        cookie_key=_LOGIN / "cookie_key",
        provider_ca=Path("/etc/ssl/certs/ca-certificates.crt"),
        site="site:8080",
        spark=[server_of("")],
        group_claim=settings.group_claim,
        groups={group: [server_of(group)] for group in groups},
        audiences=settings.audiences,
        script_hashes=inline_script_hashes(site),
    )


def spark_conf(group: str, settings: Settings) -> str:
    """The server's own settings: executors as pods, and who may use it."""
    identity = Identity(
        jwks=settings.jwks,
        issuer=settings.issuer,
        audience=",".join(settings.audiences),
        group_claim=settings.group_claim if group else "",
        group=group,
        queries_per_user=settings.queries_per_user,
        guard=True,
        more={"spark.kubernetes.namespace": namespace_of(group)},
    )
    shared = (HERE / "spark" / _CONF).read_text(encoding="utf-8")
    return shared + as_properties(identity.entries())


def _write_edge(folder: Path, overlay: str, settings: Settings, site: Path) -> None:
    folder.mkdir(parents=True)
    facts = edge(overlay, settings, site)
    certificate = certificate_resource(facts.certificates)
    # A mounted Secret is swapped inside its folder.
    certificate["tls_certificate"]["watched_directory"] = {"path": str(facts.certificates)}
    resources = {
        "certificate": certificate,
        "client_secret": secret_resource("client_secret", facts.client_secret),
        "cookie_key": secret_resource("cookie_key", facts.cookie_key),
    }
    for name, resource in resources.items():
        (folder / f"{name}.yaml").write_text(json.dumps({"resources": [resource]}))
    config = envoy_config(facts, _CONFIG)
    (folder / "envoy.json").write_text(json.dumps(config, indent=1))


def _write_spark(folder: Path, group: str, settings: Settings, spark_home: Path) -> None:
    generated = folder / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    (generated / "spark.conf").write_text(spark_conf(group, settings))
    shutil.copy(HERE / "spark" / _EXECUTOR, generated)
    build.build(generated, spark_home)


def _place(folder: Path, group: str) -> Path:
    return folder / "groups" / group if group else folder


def _name_groups(folder: Path, settings: Settings) -> None:
    """A kustomization for each group, like the one that is written out."""
    for group in settings.groups:
        kinds = ("kustomization.yaml", "namespace.yaml")
        for name in kinds:
            text = (folder / "group" / name).read_text(encoding="utf-8")
            (_place(folder, group) / name).write_text(text.replace("GROUP", group))
    with (folder / "kustomization.yaml").open("a", encoding="utf-8") as file:
        file.writelines(f"- groups/{group}\n" for group in settings.groups)


def _kustomize(kubectl: Path, folder: Path) -> str:
    answer = subprocess.run(
        [str(kubectl), "kustomize", str(folder)],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if answer.returncode:
        raise RenderError(f"kubectl kustomize refused {folder.name}: {answer.stderr.strip()}")
    return answer.stdout
