"""``sign_out()``: the end of the login, and of all that Spark has for it."""

from __future__ import annotations

from . import conditions
from .bridge import check_page_half, has_login, in_browser, leave_to_sign_out, site_root
from .errors import EnvironmentUnsupportedError, NoLoginError


def sign_out() -> None:
    """End this browser's Spark sessions of the site, then its login; the page goes where that ends.

    What is open is saved first. Other tabs of the site in this browser stay, with their text; their
    next call says that you have signed out.

    Raises:
        EnvironmentUnsupportedError: not in a page of a site.
        NoLoginError: nobody signs in at this site.
    """
    if not in_browser():
        raise EnvironmentUnsupportedError(
            "pcw.sign_out() ends the login of a browser's page, and this Python runs in none."
        )
    check_page_half()
    if not has_login():
        import js

        origin = str(js.location.origin)
        raise NoLoginError(conditions.login_sentence("none", origin, site_root() or ""))
    leave_to_sign_out()
