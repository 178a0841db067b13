"""The commands that serve nothing: specifications, states, folders, keys, bytes."""

import json
import logging
import re

import pytest
from typer.testing import CliRunner

from pysubtensor import TAO, Devnet
from pysubtensor.face.cli import app
from pysubtensor.genesis import ChainSpec, preset, write_genesis
from pysubtensor.runtime.store.store import Store

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


@pytest.fixture(autouse=True)
def quiet():
    """Commands that log take over the root logger; give it back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers[:], root.level, logging.raiseExceptions = before


def run(*args, code=0, **options):
    result = CliRunner().invoke(app, [str(arg) for arg in args], **options)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def refused(*args, text):
    """Ends with status 1 and one line on stderr."""
    result = run(*args, code=1)
    assert re.fullmatch(rf"Error: [^\n]*{text}[^\n]*\n", result.stderr), result.output
    return result


def genesis_of(spec: ChainSpec) -> bytes:
    with Store.open(None) as store:
        return write_genesis(store, spec)


@pytest.fixture
def path(tmp_path):
    """The database of a stopped node at block 3."""
    with Devnet(base_path=tmp_path / "chain") as d:
        d.transfer("//Alice", "//Bob", TAO)
        d.mine()
    return tmp_path / "chain"


# -- chain specifications -------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [(), ("--raw",)])
@pytest.mark.parametrize("name", ["dev", "local"])
def test_build_spec_gives_the_same_chain_again(tmp_path, name, raw):
    file = tmp_path / "spec.json"
    run("build-spec", "--chain", name, *raw, "--output", file)
    assert genesis_of(ChainSpec.from_json(file.read_bytes())) == genesis_of(preset(name))
    printed = run("build-spec", "--chain", name, *raw).stdout
    assert json.loads(printed) == json.loads(file.read_text())
    again = run("build-spec", "--chain", file, *raw).stdout
    assert again == printed


def test_build_spec_of_other_builds():
    spec = json.loads(run("build-spec", "--constants", "prod", "--runtime", "exact").stdout)
    assert spec["pysubtensor"] == {"constants": "prod", "runtime": "exact"}
    assert spec["properties"]["tokenSymbol"] == "TAO"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"), ("[]", "is a JSON object"), ("{}", "must be"), ("{", "not JSON"),
        ('{"name": "a", "id": "b", "genesis": {}}', "runtimeGenesis"),
        ('{"name": "a", "id": "b", "genesis": {"raw": {"top": {"0xzz": "0x"}}}}', "top"),
    ],
)  # fmt: skip
def test_bad_specifications(tmp_path, text, why):
    file = tmp_path / "bad.json"
    file.write_text(text)
    refused("build-spec", "--chain", file, text=why)
    refused("dev", "--tmp", "--chain", file, text=why)
    refused("follow", "ws://127.0.0.1:1", "--chain", file, text=why)
    refused("import-state", file, "--base-path", tmp_path / "new", text=why)
    assert not (tmp_path / "new").exists()


def test_missing_files(tmp_path):
    missing = tmp_path / "missing.json"
    refused("build-spec", "--chain", missing, text="No such file")
    refused("build-spec", "--chain", "nowhere", text="no preset 'nowhere'")
    refused("build-spec", "--output", tmp_path / "no" / "where", text="No such file")
    (tmp_path / "folder.json").mkdir()
    refused("build-spec", "--chain", tmp_path / "folder.json", text="directory")


def test_options_that_make_no_sense():
    for args in (
        ("--port", "70000"), ("--port", "-1"), ("--log", "loud"), ("--seal", "never"),
        ("--prune", "0"), ("--block-time", "0"), ("--constants", "slow"), ("--runtime", "none"),
        ("--rpc-methods", "all"), ("--nothing",),
    ):  # fmt: skip
        assert args[0] in run("dev", "--tmp", *args, code=2).stderr


# -- states ---------------------------------------------------------------------------------------


def test_export_and_import(path, tmp_path):
    file = tmp_path / "state.json"
    run("export-state", "--base-path", path, "--output", file)
    spec = ChainSpec.from_json(file.read_bytes())
    with Store.open(path) as store:
        assert spec.raw == dict(store.items())
    shown = run("import-state", file, "--base-path", tmp_path / "new").stdout
    assert genesis_of(spec).hex() in shown
    with Devnet(spec, base_path=tmp_path / "new") as d:
        assert d.free("//Bob") == 1_000_001 * TAO
        assert d.balances.account["//Alice"].free == spec_free(path, "//Alice")
        d.transfer("//Bob", "//Alice", TAO)
        d.node.chain.store.verify()
    refused("import-state", file, "--base-path", tmp_path / "new", text="holds a chain already")


def spec_free(path, who):
    with Devnet(base_path=path) as d:
        return d.free(who)


def test_export_of_a_past_block(path):
    at = run("export-state", "--base-path", path, "--at", 1).stdout
    assert ChainSpec.from_json(at.encode()).raw != run("export-state", "--base-path", path).stdout
    refused("export-state", "--base-path", path, "--at", 99, text="there is no block 99")
    refused("export-state", "--base-path", path, "--at", -1, text="there is no block -1")


def test_export_of_block_0_is_the_genesis(path):
    raw = run("export-state", "--base-path", path, "--at", 0).stdout
    assert genesis_of(ChainSpec.from_json(raw.encode())) == genesis_of(preset("dev"))


def test_export_of_no_chain(tmp_path):
    refused("export-state", "--base-path", tmp_path / "none", text="there is no database")
    refused("export-state", "--base-path", tmp_path, text="there is no database")
    assert not list(tmp_path.iterdir())
    (tmp_path / "notes").write_text("")
    refused("export-state", "--base-path", tmp_path, text="not a database of this program")


def test_export_while_in_use(path):
    with Devnet(base_path=path):
        refused("export-state", "--base-path", path, text="is in use")


# -- folders --------------------------------------------------------------------------------------


def test_purge(path):
    run("purge", "--base-path", path, input="n\n", code=1)
    assert path.is_dir()
    assert "Deleted" in run("purge", "--base-path", path, input="y\n").stdout
    assert not path.exists()
    assert "nothing at" in run("purge", "--base-path", path, "--yes").stdout


def test_purge_refuses_what_is_not_ours(tmp_path, path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.tex").write_text("x")
    refused("purge", "--yes", "--base-path", folder, text="nothing was deleted")
    (path / "thesis.tex").write_text("x")
    refused(
        "purge", "--yes", "--base-path", path, text="also holds thesis.tex; nothing was deleted"
    )
    refused("purge", "--yes", "--base-path", folder / "thesis.tex", text="nothing was deleted")
    assert (folder / "thesis.tex").exists()
    assert (path / "CURRENT").exists()


def test_purge_refuses_what_is_in_use(path):
    with Devnet(base_path=path) as d:
        refused("purge", "--yes", "--base-path", path, text="is in use.*nothing was deleted")
        d.mine()


def test_a_damaged_database_can_be_purged(path):
    (path / "CURRENT").unlink()
    refused("export-state", "--base-path", path, text="the database is damaged")
    refused("dev", "--base-path", path, text="the database is damaged")
    run("purge", "--yes", "--base-path", path)
    assert not path.exists()


def test_the_default_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    refused("export-state", text="there is no database at .*pysubtensor/chains/dev-fast-extended")
    assert "nothing at" in run("purge", "--yes").stdout


# -- keys -----------------------------------------------------------------------------------------


def test_keys_as_text_and_json():
    assert ALICE in run("key", "from-uri", "//Alice").stdout
    shown = json.loads(run("key", "inspect", ALICE, "--json").stdout)
    assert shown["ss58"] == ALICE
    assert "secret_key" not in shown
    made = json.loads(run("key", "generate", "--words", "24", "--json").stdout)
    assert len(made["phrase"].split()) == 24
    again = json.loads(run("key", "inspect", made["phrase"], "--json").stdout)
    assert again["ss58"] == made["ss58"]
    other = json.loads(run("key", "from-uri", "//Alice", "--scheme", "ed25519", "--json").stdout)
    assert other["kind"] == "ed25519"
    public = json.loads(run("key", "inspect", "--public", shown["public_key"], "--json").stdout)
    assert public["ss58"] == ALICE


def test_keys_that_are_none():
    refused("key", "from-uri", "not a phrase", text="")
    refused("key", "inspect", "--public", "//Alice", text="neither an address nor a public key")
    refused("key", "generate", "--words", "13", text="")


# -- bytes ----------------------------------------------------------------------------------------


def test_decode_an_extrinsic():
    with Devnet() as d:
        data = d.sign(d.call("System", "remark", remark=b"hi"), "//Alice", tip=5)
        wanted = d.node.chain.executive.decode(data).hash().hex()
    shown = json.loads(run("decode", "extrinsic", "0x" + data.hex()).stdout)
    assert shown["hash"] == "0x" + wanted
    assert ALICE in json.dumps(shown["signer"])
    assert shown["extensions"]["ChargeTransactionPayment"] == 5
    assert "remark" in json.dumps(shown["call"])


def test_decode_a_block():
    with Devnet() as d:
        d.transfer("//Alice", "//Bob", TAO)
        stored = d.node.chain.store.block(2)
    data = stored.header + bytes([len(stored.body) << 2]) + b"".join(stored.body)
    shown = json.loads(run("decode", "block", data.hex()).stdout)
    assert shown["hash"] == "0x" + stored.hash.hex()
    assert len(shown["extrinsics"]) == 2
    refused("decode", "block", data.hex() + "00", text="")
    refused("decode", "block", data.hex()[:-2], text="")


def test_decode_storage():
    with Devnet() as d:
        account = d.system.account
        key = bytes(account.prefix + account.live.keys.encode(d.node.spec.genesis.sudo))
        value = d.node.chain.store.get(key)
        number = d.system.number.prefix
    shown = json.loads(run("decode", "storage", key.hex(), value.hex()).stdout)
    assert shown["item"] == "System.Account"
    assert ALICE in json.dumps(shown["key"])
    assert shown["value"]["data"]["free"] == 1_000_000 * TAO
    assert json.loads(run("decode", "storage", number.hex(), "07000000").stdout)["value"] == 7
    refused("decode", "storage", key.hex(), value.hex() + "00", text="")
    refused("decode", "storage", key.hex()[:-2], text="")
    refused("decode", "storage", "00" * 32, text="no storage item")


@pytest.mark.parametrize("kind", ["extrinsic", "block", "storage"])
@pytest.mark.parametrize("data", ["", "0x", "xyz", "0x0", "00", "ff" * 40, "04ff"])
def test_decode_nonsense(kind, data):
    refused("decode", kind, data, text="")


def test_help_names_every_command():
    shown = run("--help").stdout
    for name in (
        "dev", "follow", "build-spec", "export-state", "import-state", "purge", "bench", "key",
        "decode",
    ):  # fmt: skip
        assert name in shown
        run(name, "--help")
