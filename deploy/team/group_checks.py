"""What is refused of settings for groups, each in one sentence; "" is well."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from deploy.shared.config import HIGHEST_PORT

if TYPE_CHECKING:
    from deploy.team.settings import Settings

SERVER = r"([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]{1,5}"
PORTS_OF_A_SERVER = 3
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_CLAIM = re.compile(r"[!#$%&'()*+,./0-9:;<=>?@A-Z_a-z|~-]{1,200}")  # neither quotes nor escapes


def _claim(settings: Settings) -> str:
    claim = settings.identity.group_claim
    if settings.groups and not claim:
        return (
            "PCW_TEAM_GROUP_CLAIM is missing: write which claim of your provider's tokens names a "
            "person's groups, such as groups, since PCW_TEAM_GROUPS is set."
        )
    if claim and not _CLAIM.fullmatch(claim):
        return (
            f"PCW_TEAM_GROUP_CLAIM is {claim!r}: write the claim's name, such as groups or "
            "realm_access.roles, without quotes."
        )
    return ""


def _names(settings: Settings) -> str:
    groups = settings.groups
    for group in groups:
        if not _NAME.fullmatch(group):
            return (
                f"PCW_TEAM_GROUPS has {group!r}: a folder is named so, write letters, digits, "
                "dots, hyphens and underscores, 40 at most, as the claim does."
            )
    if len({group.lower() for group in groups}) < len(groups):
        return "PCW_TEAM_GROUPS has a group twice, or two that differ in capital letters only."
    if groups and settings.identity.group:
        return (
            "PCW_TEAM_GROUP is of the one server that all share, and PCW_TEAM_GROUPS gives each "
            "group a server: set one of the two."
        )
    if groups and settings.spark_port + PORTS_OF_A_SERVER * len(groups) > HIGHEST_PORT:
        return (
            "PCW_TEAM_SPARK_PORT is too high for the ports of so many groups: choose a lower one."
        )
    return ""


def _servers(settings: Settings) -> str:
    if not settings.groups or not settings.spark_servers:
        return ""
    for word in settings.spark_servers:
        group, _, server = word.partition("=")
        if not re.fullmatch(SERVER, server):
            return f"PCW_TEAM_SPARK_SERVERS has {word!r}; with groups write group=host:port."
        if group not in settings.groups:
            return f"PCW_TEAM_SPARK_SERVERS has {word!r}, and PCW_TEAM_GROUPS has no such group."
    servers = [server for _, _, server in (each.partition("=") for each in settings.spark_servers)]
    if len(set(servers)) < len(servers):
        return "PCW_TEAM_SPARK_SERVERS has a server twice: each is one group's alone."
    if missing := [group for group in settings.groups if group not in settings.group_servers]:
        return (
            f"PCW_TEAM_SPARK_SERVERS has no server of {', '.join(missing)}: write group=host:port."
        )
    return ""


def _accounts(settings: Settings) -> str:
    if not settings.group_users:
        return ""
    accounts = settings.group_accounts
    complete = set(accounts) == set(settings.groups) and "" not in accounts.values()
    if settings.spark_servers or not complete or len(settings.group_users) > len(accounts):
        return (
            "PCW_TEAM_GROUP_USERS names an account for each group of PCW_TEAM_GROUPS whose server "
            "is started here: write group=account for all of them, or leave it out."
        )
    if len(set(accounts.values())) < len(accounts):
        return (
            "PCW_TEAM_GROUP_USERS has an account twice: what one group may read, so may the other."
        )
    for account in accounts.values():
        try:
            found = pwd.getpwnam(account)
        except KeyError:
            return f"PCW_TEAM_GROUP_USERS has {account}, no account of this machine: `useradd` it."
        if found.pw_uid == 0:
            return f"PCW_TEAM_GROUP_USERS has {account}, which may read everything: name another."
    if os.geteuid():
        return (
            "PCW_TEAM_GROUP_USERS needs root, who alone may start a server under another account: "
            "start it as root, or leave the accounts out."
        )
    return ""


def _master(settings: Settings) -> str:
    master = os.environ.get("SPARK_MASTER", "local")
    if settings.groups and not settings.spark_servers and not master.startswith("local"):
        return (
            f"SPARK_MASTER is {master}, and a group's server here is its own Spark: leave "
            "SPARK_MASTER out, or start the servers yourself and name them in "
            "PCW_TEAM_SPARK_SERVERS."
        )
    return ""


CHECKS: tuple[Callable[[Settings], str], ...] = (_claim, _names, _servers, _accounts, _master)
