"""Calls by which coldkeys and subnets say who they are.  Texts are UTF-8."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor import identity as identities
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ChainIdentity, SubnetIdentity


class IdentityCalls(Storage):
    """What coldkeys and subnets say of themselves."""

    @call(68, weight=weight(32_040_000, 6_829, reads=3, writes=1))
    def set_identity(
        self,
        origin: Origin,
        name: bytes,
        url: bytes,
        github_repo: bytes,
        image: bytes,
        discord: bytes,
        description: bytes,
        additional: bytes,
    ) -> None:
        """Say who a coldkey is.

        All texts are UTF-8.

        Origin: signed by a coldkey that owns a neuron.
        - `name`: its name, at most 256 bytes.
        - `url`: its web page, at most 256 bytes.
        - `github_repo`: its GitHub repository, at most 256 bytes.
        - `image`: the URL of a picture, at most 1,024 bytes.
        - `discord`: its name on Discord, at most 256 bytes.
        - `description`: what else there is to say, at most 1,024 bytes.
        - `additional`: anything else, at most 1,024 bytes.

        Errors: HotKeyNotRegisteredInNetwork, InvalidIdentity.
        """
        identity = ChainIdentity(name, url, github_repo, image, discord, description, additional)
        identities.set_identity(self, ensure_signed(origin), identity)

    @call(78, weight=weight(17_513_000, 4_060, reads=1, writes=1))
    def set_subnet_identity(  # noqa: PLR0913, PLR0917
        self,
        origin: Origin,
        netuid: NetUid,
        subnet_name: bytes,
        github_repo: bytes,
        subnet_contact: bytes,
        subnet_url: bytes,
        discord: bytes,
        description: bytes,
        logo_url: bytes,
        additional: bytes,
    ) -> None:
        """Say what a subnet is.

        All texts are UTF-8.

        Origin: signed by the subnet's owner.
        - `netuid`: the subnet.
        - `subnet_name`: its name, at most 256 bytes.
        - `github_repo`: its GitHub repository, at most 1,024 bytes.
        - `subnet_contact`: how to reach those who run it, at most 1,024 bytes.
        - `subnet_url`: its web page, at most 1,024 bytes.
        - `discord`: its place on Discord, at most 256 bytes.
        - `description`: what it is for, at most 1,024 bytes.
        - `logo_url`: the URL of its logo, at most 1,024 bytes.
        - `additional`: anything else, at most 1,024 bytes.

        Errors: NotSubnetOwner, InvalidIdentity.
        """
        found = SubnetIdentity(
            subnet_name,
            github_repo,
            subnet_contact,
            subnet_url,
            discord,
            description,
            logo_url,
            additional,
        )
        identities.set_subnet_identity(self, ensure_signed(origin), netuid, found)
