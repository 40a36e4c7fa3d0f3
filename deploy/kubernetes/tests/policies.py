"""What PodSecurity `restricted` and this project ask of a pod; each answer is one sentence."""

from __future__ import annotations

from typing import Any


def unrestricted(pod: dict[str, Any]) -> list[str]:
    """What is wrong with a pod, or with a template of pods; nothing for a good one."""
    spec = pod["spec"]
    security = spec.get("securityContext", {})
    wrong = [name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    if not security.get("runAsNonRoot") or not security.get("runAsUser"):
        wrong.append("may run as root")
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        wrong.append("has no seccomp profile")
    wrong += [f"volume {each['name']}" for each in spec.get("volumes", []) if "hostPath" in each]
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        wrong += [f"{container['name']} {each}" for each in _container(container)]
    return wrong


def _container(container: dict[str, Any]) -> list[str]:
    security = container.get("securityContext", {})
    wrong = []
    if security.get("allowPrivilegeEscalation") is not False:
        wrong.append("may gain privileges")
    if security.get("readOnlyRootFilesystem") is not True:
        wrong.append("may write to its image")
    if security.get("privileged"):
        wrong.append("is privileged")
    if security.get("capabilities") != {"drop": ["ALL"]}:
        wrong.append("keeps capabilities")
    for kind in ("requests", "limits"):
        if {"cpu", "memory"} - container.get("resources", {}).get(kind, {}).keys():
            wrong.append(f"has no {kind}")
    for each in container.get("env", []):
        if "secretKeyRef" in each.get("valueFrom", {}):
            wrong.append(f"has a secret in its environment: {each['name']}")
    if any("secretRef" in each for each in container.get("envFrom", [])):
        wrong.append("has a secret in its environment")
    return wrong
