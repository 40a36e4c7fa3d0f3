"""The blocking bridge, worker half: Python waits while the page's I/O worker fetches."""

from .environment import PAGE_WORKER_NAME, check_environment, check_page_half, in_browser
from .exchange import Data, End, Exchange, Failure, Head, Message, Record, Trailers, on_tick
from .farewell import leave_farewell, withdraw_farewell
from .sab_channel import HttpResponse, SabSyncChannel
from .site_file import page_url, read_site, site_root
from .upload import Upload, gather

__all__ = [
    "PAGE_WORKER_NAME",
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
    "check_environment",
    "check_page_half",
    "gather",
    "in_browser",
    "leave_farewell",
    "on_tick",
    "page_url",
    "read_site",
    "site_root",
    "withdraw_farewell",
]
