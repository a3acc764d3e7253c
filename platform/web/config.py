"""What the web floor is told by wsgi.py, as values."""

from dataclasses import dataclass

from people.oidc import Provider


@dataclass(frozen=True)
class WebConfig:
    """secure: served under https, as the browser sees it. map_tiles_url: a template with {z}, {x}, {y}, or None.

    also_national: further host names of the national front page. trusted_proxies: how many add X-Forwarded headers.
    hooks_secret: what message providers sign their calls with; None: none is believed. metrics_token: opens /metrics
    from other machines; None: from this one only. provider: where residents may sign in; None: nowhere else.
    """

    secret_key: str
    base_host: str
    scheme: str
    port: int | None
    production: bool
    trusted_proxies: int
    also_national: tuple[str, ...]
    map_tiles_url: str | None
    rate_limits: bool
    metrics_token: str | None
    hooks_secret: str | None = None
    provider: Provider | None = None
    default_time_zone: str = "Asia/Jakarta"

    @property
    def secure(self) -> bool:
        return self.scheme == "https"
