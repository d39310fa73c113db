"""Which addresses a camera may have: nothing outside these networks is ever opened."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from app.domain.errors import Refusal

PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "fc00::/7",
    "::1/128",
)
"""Where cameras stand unless the settings say otherwise: private networks and this machine.

Link-local addresses are left out: on many hosts they answer with the host's own secrets."""


class Networks:
    """Networks in CIDR form; a Refusal for one that is none."""

    def __init__(self, told: Iterable[str] = PRIVATE) -> None:
        self.told = tuple(told)
        self._networks: list[IPv4Network | IPv6Network] = []
        for text in self.told:
            try:
                self._networks.append(ip_network(text.strip()))
            except ValueError:
                raise Refusal(
                    "允许的摄像机网段“{text}”写错了：应为 10.0.0.0/8 这样的形式", text=text
                ) from None

    def allow(self, address: str) -> bool:
        """Whether this numeric address lies in one of them."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        return any((mapped or found) in network for network in self._networks)

    def check_addresses(self, host: str, addresses: Iterable[str]) -> None:
        """Refuse a host of which any address, as it was looked up, lies outside."""
        if not all(self.allow(address) for address in addresses):
            raise Refusal(
                "{host} 不在允许的摄像机网段内（{networks}）：请管理员核对地址或在设置中加入该网段",
                host=host,
                networks="、".join(self.told),
            )

    def check_host(self, host: str) -> None:
        """Refuse a numeric host outside; a name can only be checked when it is looked up."""
        try:
            ip_address(host)
        except ValueError:
            return
        if not self.allow(host):
            raise Refusal(
                "{host} 不在允许的摄像机网段内（{networks}）：请管理员核对地址或在设置中加入该网段",
                host=host,
                networks="、".join(self.told),
            )
