"""Explains problems with this machine's network settings, with the name of the variable.

Belongs here: the proxy and the certificates in the environment. Does not belong here: errors of publishers.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from urllib.parse import urlsplit

import requests.utils

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

Trouble = tuple[str, str]
"""(problem, advice)."""


def proxy_trouble(url: str) -> Trouble | None:
    """The problem with the proxy setting for an address; None if it has no proxy.

    Call it only after a request failed because of an invalid address.
    """
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    if not proxy:
        return None
    names = [name for key in (urlsplit(url).scheme, "all") for name in (f"{key}_proxy", f"{key.upper()}_PROXY")]
    name = next((name for name in names if os.environ.get(name) == proxy), names[0])
    kind = proxy.partition("://")[0].lower() if "://" in proxy else "http"
    if kind in ("socks4", "socks4a", "socks5", "socks5h"):
        return (
            f"{name} names a SOCKS proxy, and the package PySocks is not installed",
            "Install it (pip install pysocks), or use an HTTP proxy.",
        )
    if kind not in ("http", "https"):
        return (
            f"{name} names a proxy of an unknown kind ({kind[:20]}://)",
            f"Set {name} to http://host:port or socks5h://host:port, or unset it.",
        )
    return (
        f"{name} is not a valid URL of a proxy",
        "It must be http://host:port or http://user:password@host:port; write %23 for # and %40 for @ in a password.",
    )


def bundle_trouble() -> Trouble | None:
    """The problem with the file of certificates in the environment, or None."""
    name = next((name for name in _BUNDLES if os.environ.get(name)), None)
    if name is None:
        return None
    bundle = Path(os.environ[name])
    advice = f"Set {name} to a file of certificates (PEM), or unset it."
    if not bundle.exists():
        return f"{name} names {bundle}, which does not exist", advice
    try:
        if bundle.is_file():
            ssl.create_default_context(cafile=str(bundle))
    except (OSError, ssl.SSLError):
        return f"{name} names {bundle}, which is not a readable file of certificates", advice
    return None
