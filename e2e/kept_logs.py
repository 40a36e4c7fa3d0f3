"""What the services of a stack wrote, where CI and people find it after a failure."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.stack import Stack as LocalStack
from e2e.compose_stack import ComposeStack
from e2e.stacks import Stack


def keep_logs(stack: Stack, folder: Path) -> None:
    """Of a stack that runs, or ran: one file for its containers, or one for each process."""
    folder.mkdir(exist_ok=True)
    name = f"stack-{urlsplit(stack.site_url).port}"
    if isinstance(stack, ComposeStack):
        (folder / f"{name}.log").write_text(stack.logs())
    elif isinstance(stack, LocalStack):
        for service in stack.services:
            if service.log.exists():
                shutil.copyfile(service.log, folder / f"{name}-{service.name}.log")
