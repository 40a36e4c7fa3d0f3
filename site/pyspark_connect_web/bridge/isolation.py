"""Why is this page not isolated? One sentence: which response, which header, what to do here.

Only synchronous requests with a time-out, of the site's own origin: the kernel cannot hang here.
"""

from __future__ import annotations

from .. import conditions
from .site_file import get, page_url, read_site


def isolation_sentence() -> str:
    """The first response with a wrong header, as the host sends it now."""
    import js

    origin = str(js.location.origin)
    page = page_url()
    if not js.isSecureContext:
        port = f":{js.location.port}" if js.location.port else ""
        return _say("insecure", origin=origin, port=port)
    site = read_site()
    answered = False
    for response, url in (("page", page), ("worker script", str(js.location.href))):
        answer = get(url) if url else None
        if answer is None:
            continue
        answered = True
        faults = conditions.header_faults(response, answer.header)
        if faults:
            return _say(
                "sentence",
                response=response,
                url=url,
                faults=" and ".join(faults),
                cure=conditions.cure(site.get("host"), origin),
            )
    return _say("unexplained" if answered else "unanswered", url=page or origin)


def _say(name: str, **values: str | None) -> str:
    text: str = conditions.table()[name]
    return text.format(**values)
