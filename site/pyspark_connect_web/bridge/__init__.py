"""The blocking bridge, worker half: Python waits while the page's I/O worker fetches."""

from .environment import check_environment, check_page_half, in_browser
from .exchange import (
    Data,
    End,
    Exchange,
    Failure,
    Head,
    Message,
    Record,
    Trailers,
    on_sign_out,
    on_tick,
)
from .farewell import leave_farewell, withdraw_farewell
from .layout import WorkerName
from .login import has_login, leave_to_sign_out
from .sab_channel import HttpResponse, SabSyncChannel
from .site_file import page_url, read_site, site_root
from .upload import Upload, gather

__all__ = [
    "Data",
    "End",
    "Exchange",
    "Failure",
    "Head",
    "HttpResponse",
    "Message",
    "Record",
    "SabSyncChannel",
    "Trailers",
    "Upload",
    "WorkerName",
    "check_environment",
    "check_page_half",
    "gather",
    "has_login",
    "in_browser",
    "leave_farewell",
    "leave_to_sign_out",
    "on_sign_out",
    "on_tick",
    "page_url",
    "read_site",
    "site_root",
    "withdraw_farewell",
]
