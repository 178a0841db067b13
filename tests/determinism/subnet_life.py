"""People of two subnets: what they do block after block, some of which is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, Protocol

from pysubtensor.client.addresses import account
from pysubtensor.face.devnet import TAO, Devnet
from pysubtensor.frame.interfaces.subnets import RecycleOrBurn
from pysubtensor.pallets.subtensor.types import KeepClaims, SubnetIdentity, SwapClaims

SUB, ADMIN = "SubtensorModule", "AdminUtils"
OWNERS = ("//Alice", "//Bob", "//Charlie")
HOTKEYS = tuple(f"{who}//{number}" for who in OWNERS for number in (1, 2, 3))
ALL = 2**64 - 1
FREE_SETTINGS = (
    ("sudo_set_admin_freeze_window", {"window": 0}),
    ("sudo_set_tx_rate_limit", {"tx_rate_limit": 0}),
    ("sudo_set_tx_delegate_take_rate_limit", {"tx_rate_limit": 3}),
    ("sudo_set_owner_hparam_rate_limit", {"epochs": 0}),
    ("sudo_set_subtoken_enabled", {"netuid": 0, "subtoken_enabled": True}),
    ("sudo_set_tempo", {"netuid": 1, "tempo": 11}),
    ("sudo_set_kappa", {"netuid": 99, "kappa": 1}),
)


class Sends(Protocol):
    """Puts calls and whole extrinsics in the pool."""

    d: Devnet

    def send(self, signer: str, pallet: str, name: str, /, **args: Any) -> None: ...

    def submit(self, data: bytes) -> None: ...


def coldkey_of(hotkey: str) -> str:
    return hotkey.rpartition("//")[0]


def draw(*what: object, most: int) -> int:
    """A number below `most`, the same each time for the same words."""
    digest = hashlib.blake2b(repr(what).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % most


def commit_hash(hotkey: str, netuid: int, row: Sequence[tuple[int, int]], salt: int) -> bytes:
    """What is committed of a row of weights."""
    number = netuid.to_bytes(2, "little")
    lists = ([uid for uid, _ in row], [value for _, value in row], [salt])
    data = b"".join(
        bytes([4 * len(each)]) + b"".join(value.to_bytes(2, "little") for value in each)
        for each in lists
    )
    return hashlib.blake2b(account(hotkey) + number + data + bytes(8), digest_size=32).digest()


class SubnetLife:
    """Two subnets, nine hotkeys of three owners on each; `steps` fills the pool for each block."""

    def __init__(self, net: Sends, first: int) -> None:
        self.net = net
        self.one, self.two = self.both = first, first + 1
        self.third = first + 2
        """Dissolved after a while."""
        self.doings: tuple[Callable[[int], None], ...] = (
            self.buy, self.sell, self.weigh, self.move, self.buy_within, self.lend, self.weigh,
            self.claim, self.lock, self.sell_within, self.swap_subnets, self.weigh, self.burn,
            self.take, self.serve, self.introduce, self.set_pace, self.change_settings, self.weigh,
            self.swap_hotkey, self.follow_coldkeys, self.err, self.send_nonsense, self.sell_all,
        )  # fmt: skip

    def steps(self) -> Iterator[None]:
        yield from self.found()
        for day in count():
            self.commit(day)
            if day == 90:
                self.as_root("root_dissolve_network", pallet=SUB, netuid=self.third)
            for doing in range(3):
                self.doings[(3 * day + doing) % len(self.doings)](day)
            yield

    # -- helpers --------------------------------------------------------------------------------

    def ask(self, signer: str, name: str, /, **args: Any) -> None:
        self.net.send(signer, SUB, name, **args)

    def as_root(self, name: str, /, pallet: str = ADMIN, **args: Any) -> None:
        call = self.net.d.call(pallet, name, **args)
        self.net.send("//Alice", "Sudo", "sudo", call=call)

    def someone(self, day: int, what: str) -> str:
        """A hotkey."""
        return HOTKEYS[draw(day, what, most=len(HOTKEYS))]

    def somewhere(self, day: int, what: str = "") -> int:
        """A subnet, mostly one of the two."""
        there = (*self.both, *self.both, *self.both, self.third, 1, 0)
        return there[draw(day, what, "subnet", most=len(there))]

    def amount(self, day: int, what: str, most: int = 200) -> int:
        """Rao, of TAO or alpha."""
        return TAO // 10 + draw(day, what, "amount", most=most * TAO)

    # -- the beginning --------------------------------------------------------------------------

    def found(self) -> Iterator[None]:
        for name, args in FREE_SETTINGS:
            self.as_root(name, **args)
        yield
        about = SubnetIdentity(b"Second", b"", b"", b"", b"", b"A subnet", b"", b"")
        self.ask("//Alice", "register_network", hotkey=account(HOTKEYS[0]))
        yield
        self.ask(
            "//Bob", "register_network_with_identity", hotkey=account("//Bob//1"), identity=about
        )
        yield
        self.ask("//Charlie", "register_network", hotkey=account("//Charlie//owner"))
        yield
        self.ask("//Bob", "start_call", netuid=self.one)
        for owner, netuid in zip(OWNERS, (*self.both, self.third), strict=True):
            self.ask(owner, "start_call", netuid=netuid)
        yield
        for netuid in self.both:
            self.as_root("sudo_set_max_allowed_uids", netuid=netuid, max_allowed_uids=64)
            self.as_root("sudo_set_weights_set_rate_limit", netuid=netuid, weights_set_rate_limit=0)
            self.as_root("sudo_set_serving_rate_limit", netuid=netuid, serving_rate_limit=0)
            self.as_root("sudo_set_tempo", netuid=netuid, tempo=4 + netuid)
            self.as_root("sudo_set_min_allowed_weights", netuid=netuid, min_allowed_weights=1)
            self.as_root("sudo_set_max_allowed_validators", netuid=netuid, max_allowed_validators=4)
        self.as_root("sudo_set_commit_reveal_weights_enabled", netuid=self.one, enabled=False)
        self.as_root("sudo_set_commit_reveal_weights_interval", netuid=self.two, interval=1)
        yield
        yield from self.register()
        yield from self.stake()

    def register(self) -> Iterator[None]:
        for hotkey in HOTKEYS:
            for netuid in self.both:
                self.ask(
                    coldkey_of(hotkey), "burned_register", netuid=netuid, hotkey=account(hotkey)
                )
            yield
        for hotkey in HOTKEYS[::2]:
            self.ask(coldkey_of(hotkey), "root_register", hotkey=account(hotkey))
            yield

    def stake(self) -> Iterator[None]:
        for place, hotkey in enumerate(HOTKEYS[::2]):
            for netuid in (0, *self.both):
                tao = (1_500 - 200 * place) * TAO * (5 if netuid == 0 else 1)
                self.ask(coldkey_of(hotkey), "add_stake",
                         hotkey=account(hotkey), netuid=netuid, amount_staked=tao)  # fmt: skip
            yield

    # -- stakes ---------------------------------------------------------------------------------

    def buy(self, day: int) -> None:
        hotkey = account(self.someone(day, "buy"))
        for who in OWNERS:
            rao = self.amount(day, f"buy{who}")
            self.ask(who, "add_stake", hotkey=hotkey,
                     netuid=self.somewhere(day, who), amount_staked=rao)  # fmt: skip

    def buy_within(self, day: int) -> None:
        hotkey, netuid = account(self.someone(day, "within")), self.somewhere(day)
        told = {"hotkey": hotkey, "netuid": netuid, "amount_staked": self.amount(day, "within")}
        self.ask("//Eve", "add_stake_limit", **told,
                 limit_price=TAO // (1 + day % 400), allow_partial=day % 2 == 0)  # fmt: skip
        rao = self.amount(day, "burn", most=20)
        limit = None if day % 2 else TAO
        self.ask("//Bob", "add_stake_burn", hotkey=hotkey, netuid=netuid, amount=rao, limit=limit)

    def sell(self, day: int) -> None:
        hotkey = self.someone(day, "sell")
        told = {"hotkey": account(hotkey), "netuid": self.somewhere(day, "sell")}
        alpha = self.amount(day, "sell", most=40)
        self.ask(coldkey_of(hotkey), "remove_stake", **told, amount_unstaked=alpha)
        self.ask("//Dave", "remove_stake", **told, amount_unstaked=alpha)

    def sell_within(self, day: int) -> None:
        hotkey = self.someone(day, "out")
        told = {"hotkey": account(hotkey), "netuid": self.somewhere(day, "out")}
        alpha = self.amount(day, "out", most=30)
        self.ask(coldkey_of(hotkey), "remove_stake_limit", **told,
                 amount_unstaked=alpha, limit_price=TAO // 300, allow_partial=True)  # fmt: skip
        self.ask("//Eve", "remove_stake_full_limit", **told, limit_price=None)

    def sell_all(self, day: int) -> None:
        hotkey = account(self.someone(day, "all"))
        self.ask("//Eve", "unstake_all", hotkey=hotkey)
        self.ask("//Charlie", "unstake_all_alpha", hotkey=account("//Alice//2"))
        self.ask("//Dave", "unstake_all", hotkey=account("//Nobody"))

    def move(self, day: int) -> None:
        source = self.someone(day, "from")
        told = {"origin_netuid": self.somewhere(day, "from"), "destination_netuid": self.one}
        alpha = self.amount(day, "move", most=20)
        self.ask(coldkey_of(source), "move_stake", **told, alpha_amount=alpha,
                 origin_hotkey=account(source),
                 destination_hotkey=account(self.someone(day, "to")))  # fmt: skip
        self.ask(coldkey_of(source), "transfer_stake", **told, alpha_amount=alpha,
                 destination_coldkey=account("//Dave"), hotkey=account(source))  # fmt: skip

    def swap_subnets(self, day: int) -> None:
        hotkey = self.someone(day, "swap")
        told = {"hotkey": account(hotkey), "alpha_amount": self.amount(day, "swap", most=20)}
        ways = {"origin_netuid": self.two, "destination_netuid": self.somewhere(day, "swap")}
        self.ask(coldkey_of(hotkey), "swap_stake", **told, **ways)
        self.ask(coldkey_of(hotkey), "swap_stake_limit", **told, **ways,
                 limit_price=day * TAO // 100, allow_partial=day % 2 == 1)  # fmt: skip

    def burn(self, day: int) -> None:
        hotkey = self.someone(day, "destroy")
        told = {"hotkey": account(hotkey), "netuid": self.somewhere(day, "destroy")}
        alpha = self.amount(day, "destroy", most=5)
        self.ask(coldkey_of(hotkey), "burn_alpha", amount=alpha, **told)
        self.ask(coldkey_of(hotkey), "recycle_alpha", amount=alpha, **told)
        self.ask(coldkey_of(hotkey), "set_coldkey_auto_stake_hotkey",
                 netuid=self.one, hotkey=account(hotkey))  # fmt: skip

    # -- weights --------------------------------------------------------------------------------

    def row(self, hotkey: str, day: int) -> tuple[tuple[int, int], ...]:
        size = 2 + draw(hotkey, day, most=5)
        return tuple((uid, draw(hotkey, day, uid, most=65_536)) for uid in range(1, 1 + size))

    def weigh(self, day: int) -> None:
        for hotkey in (*HOTKEYS[::2], "//Dave"):
            uids, values = zip(*self.row(hotkey, day), strict=True)
            told = {"netuid": self.one, "weights": values, "dests": uids, "version_key": 0}
            if day % 5 == 4:
                self.ask(hotkey, "set_mechanism_weights", mecid=1, **told)
            else:
                self.ask(hotkey, "set_weights", **told)
        rows = tuple(self.row(self.someone(day, "batch"), day) for _ in self.both)
        self.ask(self.someone(day, "batch"), "batch_set_weights",
                 netuids=self.both, weights=rows, version_keys=(0, 0))  # fmt: skip

    def commit(self, day: int) -> None:
        """Commit rows on the second subnet, and reveal them too early, in time and too late."""
        for hotkey in HOTKEYS[:6:2]:
            if day % 12 == 0:
                hashed = commit_hash(hotkey, self.two, self.row(hotkey, day), day)
                self.ask(hotkey, "commit_weights", netuid=self.two, commit_hash=hashed)
            elif day % 12 in {1, 6, 8, 10}:
                self.reveal(hotkey, day - day % 12)

    def reveal(self, hotkey: str, day: int) -> None:
        uids, values = zip(*self.row(hotkey, day), strict=True)
        self.ask(hotkey, "reveal_weights", netuid=self.two,
                 uids=uids, values=values, salt=(day,), version_key=0)  # fmt: skip

    # -- relations ------------------------------------------------------------------------------

    def lend(self, day: int) -> None:
        parent, child = self.someone(day, "parent"), self.someone(day, "child")
        who, netuid = coldkey_of(parent), self.both[day % 2]
        part = draw(day, "part", most=ALL)
        children = ((part, account(child)), (ALL - part, account(f"{child}//kid")))
        told = {"hotkey": account(parent), "netuid": netuid}
        self.ask(who, "set_children", **told, children=children[: day % 3])
        self.ask(who, "set_childkey_take", **told, take=draw(day, "kid", most=14_000))
        self.ask(who, "set_auto_parent_delegation_enabled",
                 hotkey=account(parent), enabled=day % 2 == 0)  # fmt: skip

    def claim(self, day: int) -> None:
        for place, who in enumerate(OWNERS):
            kind = SwapClaims() if (day + place) % 2 else KeepClaims()
            self.ask(who, "set_root_claim_type", new_root_claim_type=kind)
            self.ask(who, "claim_root", subnets=frozenset(self.both))
        self.as_root("sudo_set_root_claim_threshold", pallet=SUB, netuid=self.one, new_value=day)
        self.as_root("sudo_set_num_root_claims", pallet=SUB, new_value=day % 4)

    def lock(self, day: int) -> None:
        hotkey, netuid = self.someone(day, "lock"), self.both[day % 2]
        who = coldkey_of(hotkey)
        alpha = self.amount(day, "lock", most=10)
        self.ask(who, "lock_stake", hotkey=account(hotkey), netuid=netuid, amount=alpha)
        self.ask(who, "set_perpetual_lock", netuid=netuid, enabled=day % 3 == 0)
        to = account(self.someone(day, "other"))
        self.ask(who, "move_lock", destination_hotkey=to, netuid=netuid)
        self.ask("//Dave", "set_reject_locked_alpha", enabled=day % 2 == 0)

    def take(self, day: int) -> None:
        hotkey = self.someone(day, "take")
        who, told = coldkey_of(hotkey), {"hotkey": account(hotkey)}
        self.ask(who, "decrease_take", **told, take=draw(day, "less", most=9_000))
        self.ask(who, "increase_take", **told, take=9_000 + draw(day, "more", most=4_000))

    def swap_hotkey(self, day: int) -> None:
        old = HOTKEYS[1::2][draw(day, "old", most=4)]
        netuid = (None, *self.both)[day % 3]
        told = {"hotkey": account(old), "new_hotkey": account(f"{old}//{day}"), "netuid": netuid}
        who = coldkey_of(old)
        self.ask(who, "swap_hotkey_v2", **told, keep_stake=day % 2 == 0)
        back = {"hotkey": told["new_hotkey"], "new_hotkey": told["hotkey"], "netuid": netuid}
        self.ask(who, "swap_hotkey", **(back if day % 4 else told))
        self.ask("//Ferdie", "try_associate_hotkey", hotkey=account(f"//Ferdie//{day}"))

    def follow_coldkeys(self, day: int) -> None:
        """One, Two and Three announce others in their places; one of them is stopped."""
        for number, who in enumerate(("//One", "//Two", "//Three")):
            new = account(f"{who}//new")
            if day < 40:
                hotkey = account(f"{who}//hot")
                self.ask(who, "add_stake", hotkey=account(HOTKEYS[0]),
                         netuid=self.one, amount_staked=5 * TAO)  # fmt: skip
                self.ask(who, "burned_register", netuid=self.both[number % 2], hotkey=hotkey)
            hashed = hashlib.blake2b(new, digest_size=32).digest()
            self.ask(who, "announce_coldkey_swap", new_coldkey_hash=hashed)
            self.ask(who, "swap_coldkey_announced", new_coldkey=new)
        self.ask("//Two", "dispute_coldkey_swap")
        self.ask("//Three", "clear_coldkey_swap_announcement")
        self.as_root("swap_coldkey", pallet=SUB, old_coldkey=account(f"//Ferdie//{day - 16}"),
                     new_coldkey=account(f"//Ferdie//{day}"), swap_cost=0)  # fmt: skip

    # -- settings -------------------------------------------------------------------------------

    def serve(self, day: int) -> None:
        hotkey = self.someone(day, "serve")
        place = {"netuid": self.one, "version": day, "ip": 0x08080404, "ip_type": 4}
        rest = {"protocol": 4, "placeholder1": 0, "placeholder2": 0}
        self.ask(hotkey, "serve_axon", **place, **rest, port=8_000 + day)
        self.ask(hotkey, "serve_prometheus", **place, port=9_000 + day)
        self.ask("//Dave", "serve_axon_tls", **place, **rest, port=1, certificate=b"\1" * 65)

    def introduce(self, day: int) -> None:
        words = ("url", "github_repo", "image", "discord", "description", "additional")
        told = {word: f"{word} {day}".encode() for word in words}
        self.ask(OWNERS[day % 3], "set_identity", name=b"Somebody", **told)
        words = ("subnet_name", "github_repo", "subnet_contact", "subnet_url",
                 "discord", "description", "logo_url", "additional")  # fmt: skip
        told = {word: f"{word} {day}".encode() for word in words}
        self.ask("//Alice", "set_subnet_identity", netuid=self.one, **told)
        self.ask("//Alice", "update_symbol", netuid=self.one, symbol="τ".encode())

    def set_pace(self, day: int) -> None:
        self.ask("//Bob", "set_tempo", netuid=self.two, tempo=360 + day)
        self.ask("//Alice", "trigger_epoch", netuid=self.one)
        self.ask("//Bob", "set_activity_cutoff_factor", netuid=self.two, factor_milli=1_000 + day)
        self.ask("//Alice", "enable_voting_power_tracking", netuid=self.one)
        if day % 2:
            self.ask("//Alice", "disable_voting_power_tracking", netuid=self.two)
        self.as_root("sudo_set_tempo", netuid=self.two, tempo=5 + day % 4)

    def change_settings(self, day: int) -> None:
        netuid, on = self.both[day // 8 % 2], day // 8 % 4 < 2
        what = {"netuid": netuid}
        kind = RecycleOrBurn(draw(day, "recycle", most=2))
        self.as_root("sudo_set_yuma3_enabled", **what, enabled=on)
        self.as_root("sudo_set_liquid_alpha_enabled", **what, enabled=not on)
        self.as_root("sudo_set_owner_cut_enabled", **what, enabled=on)
        self.as_root("sudo_set_owner_cut_auto_lock_enabled", **what, enabled=not on)
        self.as_root("sudo_set_recycle_or_burn", **what, recycle_or_burn=kind)
        self.as_root("sudo_set_bonds_penalty", **what, bonds_penalty=draw(day, most=65_536))
        self.as_root("sudo_set_mechanism_count", netuid=self.one, mechanism_count=1 + on)
        self.as_root("sudo_set_immunity_period", **what, immunity_period=day)
        self.as_root("sudo_set_max_mechanism_count", max_mechanism_count=0)

    # -- what must be refused -------------------------------------------------------------------

    def err(self, day: int) -> None:
        """Calls that are in a block and fail there."""
        d = self.net.d
        self.net.send("//Eve", ADMIN, "sudo_set_kappa", netuid=self.one, kappa=1)
        self.ask("//Eve", "register_network", hotkey=account("//Bob//1"))
        self.ask("//Eve", "burned_register", netuid=0, hotkey=account("//Eve//1"))
        self.ask("//Eve", "burned_register", netuid=77, hotkey=account("//Eve//1"))
        self.ask("//Eve", "register_limit", netuid=self.one, hotkey=account("//Eve//1"),
                 limit_price=day)  # fmt: skip
        self.ask("//Eve", "set_children", hotkey=account("//Bob//1"), netuid=self.one, children=())
        self.ask("//Eve", "schedule_swap_coldkey", new_coldkey=account("//Eve//new"))
        self.ask("//Eve", "root_dissolve_network", netuid=self.one)
        inner = d.call("Utility", "batch", calls=(d.call("System", "remark", remark=b""),))
        self.net.send("//Eve", "Utility", "batch", calls=(inner,))
        self.net.send("//Eve", "Sudo", "sudo", call=inner)
        self.as_root("dissolve_network", pallet=SUB, coldkey=account("//Eve"), netuid=50)
        self.as_root("force_exit", pallet="SafeMode")

    def send_nonsense(self, day: int) -> None:
        """Extrinsics that the pool does not take."""
        d = self.net.d
        remark = d.call("System", "remark", remark=day.to_bytes(2, "little"))
        good = d.sign(remark, "//Dave")
        self.net.submit(good)
        self.net.submit(good)
        self.net.submit(d.sign(remark, "//Alice", nonce=0))
        self.net.submit(d.sign(remark, "//Ferdie", nonce=5_000 + day))
        self.net.submit(d.sign(remark, "//Nobody"))
        signed = d.sign(remark, "//Eve")
        self.net.submit(signed[:60] + bytes([signed[60] ^ 1]) + signed[61:])
        self.net.submit(signed[:-1])
        self.net.submit(b"")
        again = d.call("System", "remark", remark=b"again")
        nonce = d.node.next_index(account("//Dave")) - 1
        self.net.submit(d.sign(again, "//Dave", nonce=nonce))
        self.net.submit(d.sign(again, "//Dave", nonce=nonce, tip=5))
