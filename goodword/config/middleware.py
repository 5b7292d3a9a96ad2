"""What every request passes first: whose forwarded headers are believed, and what a page may load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from goodword.config.readers import Network

GetResponse = Callable[[HttpRequest], HttpResponse]


class TrustedProxies:
    """Takes the visitor's address and scheme from a trusted proxy, and from nobody else.

    The visitor is the right-most address of X-Forwarded-For that is no trusted proxy; what stands left of it could
    have been written by the visitor.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusted: Sequence[Network] = settings.TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        forwarded_for = meta.pop("HTTP_X_FORWARDED_FOR", "")
        forwarded_proto = meta.pop("HTTP_X_FORWARDED_PROTO", "")
        if self._is_trusted(meta.get("REMOTE_ADDR", "")):
            for address in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
                if not _is_address(address):
                    break
                meta["REMOTE_ADDR"] = address
                if not self._is_trusted(address):
                    break
            if forwarded_proto in {"http", "https"}:
                meta["wsgi.url_scheme"] = forwarded_proto
        return self.get_response(request)

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self.trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class NoNul:
    """Answers 400 to an address that holds a NUL: no text of ours has one, and PostgreSQL fails over it.

    The API says so itself, as a problem document.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("the address holds a NUL")
        return self.get_response(request)


class ContentSecurityPolicy:
    """Sends settings.CONTENT_SECURITY_POLICY with every answer that has none of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {value}" for name, value in settings.CONTENT_SECURITY_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
