"""What a team brings to its Spark servers: settings and jars of its own, beside ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deploy.shared.errors import StackError
from deploy.team.spark.conf import FORMATS, Identity
from spark import jars, own_conf
from spark.problems import SettingError

_OURS = "spark.pcw."


def with_own_settings(identity: Identity, file: Path | None) -> Identity:
    """The same with the settings of the file that PCW_SPARK_CONF names.

    Raises:
        StackError: the file cannot be used, or sets what the deployment sets.
    """
    if file is None:
        return identity
    try:
        own = own_conf.read(file, on_one_machine=True).values
    except SettingError as error:
        raise StackError(str(error)) from error
    entries = identity.entries()
    taken = [n for n in own if n in entries or (n.startswith(_OURS) and n != FORMATS)]
    if taken:
        raise StackError(
            f"{own_conf.VARIABLE}, {file}: a team's deployment sets {', '.join(taken)} itself: "
            "delete that there, and see deploy/team/team.env for what can be chosen."
        )
    return replace(identity, more={**own, **identity.more})


def refuse_jars(listed: str, where: str) -> None:
    """Where a server gets none but the deployment's.

    Raises:
        StackError: some are listed.
    """
    if listed:
        raise StackError(
            f"{jars.VARIABLE} is {listed}, and {where} take no jars beside their own: leave it out."
        )
