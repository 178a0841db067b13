"""AdminUtils: settings of the chain and its subnets, joined from its parts."""

from __future__ import annotations

from pysubtensor.frame.interfaces.authorities import AuraId
from pysubtensor.pallets.admin_utils import errors, events
from pysubtensor.pallets.admin_utils.calls import Calls


class AdminUtils(Calls, crate="pallet_admin_utils", parts=(events.__name__, errors.__name__)):
    """Lets root, and the owners of subnets within limits, change settings."""

    associated_types = {"AuthorityId": AuraId}
