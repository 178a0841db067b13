// What both JavaScript clients must manage against "a node at this URL", written once; the Python
// twin is ../drivers/harness.py.  Prints one JSON object a line: {check, ok, seconds, error}.
//
// A client is an object with the verbs used below; money is in rao, as BigInt.  Its `submit` signs,
// sends and watches until finalized, under `{ nonce, era, forge, between }`: `era` is a period (the
// default is immortal), `forge` spoils the signature, `between` runs when signed but not yet sent.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Keyring } from "@polkadot/api";
import { cryptoWaitReady } from "@polkadot/util-crypto";

const LIMIT_MS = 120_000; // only ends a check that hangs

export const TAO = 10n ** 9n;
const EXISTENTIAL_DEPOSIT = 500n;
// Endowed accounts; the sender is not the block author, who earns the fees.
const [SENDER, ROOT, UNTOUCHED] = ["//Charlie", "//Alice", "//Dave"];
const UNTOUCHED_BALANCE = 2_000n * TAO;
const GENESIS_ACCOUNTS = 9;

const EXTENSIONS = [
  "CheckNonZeroSender",
  "CheckSpecVersion",
  "CheckTxVersion",
  "CheckGenesis",
  "CheckMortality",
  "CheckNonce",
  "CheckWeight",
  "ChargeTransactionPayment",
  "SudoTransactionExtension",
  "CheckShieldedTxValidity",
  "SubtensorTransactionExtension",
  "DrandPriority",
  "CheckMetadataHash",
];
const PALLETS = { System: 0, Timestamp: 2, Balances: 5, Utility: 11, Sudo: 12, Multisig: 13 };

/** The node did not take the extrinsic; the message is what this client tells its user. */
export class Refused extends Error {}

await cryptoWaitReady();
const keyring = new Keyring({ type: "sr25519", ss58Format: 42 });

/** The key pair of a derivation path. */
export const key = (uri) => keyring.addFromUri(uri);

export class Checks {
  #recipients = 0;

  constructor(client, url) {
    this.client = client;
    this.url = url;
  }

  #recipient() {
    this.#recipients += 1;
    return key(`//${this.client.name}//${this.#recipients}`).address;
  }

  #transfer(to, amount) {
    return this.client.transfer(to, amount);
  }

  async #refused(reason, call, signer, how = {}) {
    const attempt = this.client.submit(call, signer, how);
    await assert.rejects(attempt, (error) => {
      if (!(error instanceof Refused)) throw error;
      assert.equal(error.message, this.client.refusal(reason));
      return true;
    });
  }

  // Reading

  async connect() {
    await this.client.connect(this.url);
    assert.ok((await this.client.best()) >= 1, "no block yet");
  }

  async metadata() {
    const found = await this.client.runtime();
    assert.equal(found.spec, 425);
    for (const [name, index] of Object.entries(PALLETS)) {
      assert.equal(found.pallets[name], index, name);
    }
    assert.deepEqual(found.extensions, EXTENSIONS);
  }

  async balance() {
    assert.equal(await this.client.free(key(UNTOUCHED).address), UNTOUCHED_BALANCE);
    assert.equal(await this.client.free(this.#recipient()), 0n);
  }

  async constants() {
    const constant = async (pallet, name) => Number(await this.client.constant(pallet, name));
    assert.equal(await constant("Balances", "ExistentialDeposit"), 500);
    assert.equal(await constant("System", "SS58Prefix"), 42);
    assert.equal(await constant("System", "BlockHashCount"), 2400);
    assert.equal(await constant("Aura", "SlotDuration"), 250);
  }

  async map_paging() {
    const paged = await this.client.accounts(2);
    assert.ok(paged.length >= GENESIS_ACCOUNTS, `${paged}`);
    assert.equal(new Set(paged).size, paged.length);
    assert.deepEqual(paged, await this.client.accounts(100));
    for (const uri of [SENDER, ROOT, UNTOUCHED]) assert.ok(paged.includes(key(uri).address), uri);
  }

  // Writing

  async transfer() {
    const [sender, to, amount] = [key(SENDER), this.#recipient(), 3n * TAO + 7n];
    const before = await this.client.free(sender.address);
    const outcome = await this.client.submit(this.#transfer(to, amount), sender);
    assert.ok(outcome.ok, outcome.error);
    const [moved] = outcome.find("Balances", "Transfer");
    assert.deepEqual(
      [moved.from, moved.to, BigInt(moved.amount)],
      [sender.address, to, amount],
    );
    assert.equal(outcome.find("System", "ExtrinsicSuccess").length, 1);
    assert.equal(await this.client.free(to, outcome.blockHash), amount);
    const after = await this.client.free(sender.address, outcome.blockHash);
    assert.equal(before - after, amount + feeOf(outcome));
  }

  async fee() {
    const sender = key(SENDER);
    const call = this.#transfer(this.#recipient(), TAO);
    const estimate = await this.client.estimate(call, sender);
    assert.ok(estimate > 0n);
    const outcome = await this.client.submit(call, sender);
    assert.equal(feeOf(outcome), estimate);
  }

  async block() {
    const outcome = await this.client.submit(this.client.remark("0x" + "ab".repeat(40)), key(SENDER));
    const calls = await this.client.blockCalls(outcome.blockHash);
    assert.equal(calls[0], "Timestamp.set");
    assert.ok(calls.slice(1).includes("System.remark"), `${calls}`);
  }

  async batch() {
    await this.#batch(false);
  }

  async force_batch() {
    await this.#batch(true);
  }

  /** A batch whose second item fails: does the third still happen? */
  async #batch(force) {
    const targets = [this.#recipient(), this.#recipient(), this.#recipient()];
    const amounts = [TAO, 10n ** 18n, TAO];
    const calls = targets.map((to, i) => this.#transfer(to, amounts[i]));
    const outcome = await this.client.submit(this.client.batch(calls, force), key(SENDER));
    const names = outcome.events.filter((e) => e.pallet === "Utility").map((e) => e.name);
    if (force) {
      assert.deepEqual(names, [
        "ItemCompleted",
        "ItemFailed",
        "ItemCompleted",
        "BatchCompletedWithErrors",
      ]);
    } else {
      assert.deepEqual(names, ["ItemCompleted", "BatchInterrupted"]);
      assert.equal(Number(outcome.find("Utility", "BatchInterrupted")[0].index), 1);
    }
    const found = [];
    for (const to of targets) found.push(await this.client.free(to, outcome.blockHash));
    assert.deepEqual(found, [TAO, 0n, force ? TAO : 0n]);
  }

  async sudo() {
    const [to, amount] = [this.#recipient(), 5n * TAO];
    const call = this.client.sudo(this.client.setBalance(to, amount));
    const outcome = await this.client.submit(call, key(ROOT));
    assert.ok(outcome.ok, outcome.error);
    const [done] = outcome.find("Sudo", "Sudid");
    assert.ok(this.client.isOk(done.sudo_result), "the inner call failed");
    assert.equal(await this.client.free(to, outcome.blockHash), amount);
  }

  // Failing

  async dispatch_error() {
    const outcome = await this.client.submit(this.client.unnote("0x" + "00".repeat(32)), key(SENDER));
    assert.ok(!outcome.ok);
    assert.equal(outcome.error, "NotNoted");
    assert.ok(feeOf(outcome) > 0n);
  }

  async wrong_nonce() {
    const call = this.#transfer(this.#recipient(), TAO);
    await this.#refused("outdated", call, key(SENDER), { nonce: 0 });
  }

  /** One account with nothing, one that cannot pay the fee. */
  async low_balance() {
    const poor = key(`//${this.client.name}//poor`);
    const call = this.#transfer(this.#recipient(), EXISTENTIAL_DEPOSIT);
    await this.#refused("noFee", call, poor);
    await this.client.submit(this.#transfer(poor.address, 2n * EXISTENTIAL_DEPOSIT), key(SENDER));
    await this.#refused("noFee", call, poor);
  }

  async bad_signature() {
    const call = this.#transfer(this.#recipient(), TAO);
    await this.#refused("badSignature", call, key(SENDER), { forge: true });
  }

  /** An era that ended: the node takes the birth block of the current one for its own. */
  async stale_era() {
    const call = this.#transfer(this.#recipient(), TAO);
    const between = async () => {
      const start = await this.client.best();
      await until(async () => (await this.client.best()) >= start + 8);
    };
    await this.#refused("badSignature", call, key(SENDER), { era: 4, between });
  }

  async not_sudo() {
    const call = this.client.sudo(this.client.remark("0x00"));
    await this.#refused("badSigner", call, key(SENDER));
  }

  // Watching

  async new_heads() {
    await this.#heads(false);
  }

  async finalized_heads() {
    await this.#heads(true);
  }

  async #heads(finalized) {
    const numbers = await this.client.heads(4, finalized);
    assert.deepEqual(numbers, [0, 1, 2, 3].map((i) => numbers[0] + i));
  }

  async storage_watch() {
    const [to, amount] = [this.#recipient(), 2n * TAO];
    const pay = () => this.client.submit(this.#transfer(to, amount), key(SENDER));
    assert.deepEqual(await this.client.watchFree(to, pay), [0n, amount]);
  }

  async map_watch() {
    const [to, amount] = [this.#recipient(), 2n * TAO];
    const pay = () => this.client.submit(this.#transfer(to, amount), key(SENDER));
    await this.client.watchMap(to, pay);
  }
}

/** Look again and again until it is so. */
async function until(look) {
  while (!(await look())) await sleep(100);
}

/** Fee of an outcome, from the event that states it. */
function feeOf(outcome) {
  const [paid] = outcome.find("TransactionPayment", "TransactionFeePaid");
  return BigInt(paid.actual_fee);
}

/** Outcome of an extrinsic in a finalized block. */
export function outcome(ok, error, events, blockHash) {
  const find = (pallet, name) =>
    events.filter((e) => e.pallet === pallet && e.name === name).map((e) => e.fields);
  return { ok, error, events, blockHash, find };
}

/** Entry of a driver: `node driver.mjs URL CHECK...`. */
export async function main(client) {
  const [url, ...names] = process.argv.slice(2);
  const checks = new Checks(client, url);
  for (const check of names) {
    const started = performance.now();
    let error = null;
    try {
      await withLimit(checks[check](), LIMIT_MS);
    } catch (caught) {
      error = `${caught?.stack ?? caught}`;
    }
    const seconds = Math.round(performance.now() - started) / 1000;
    console.log(JSON.stringify({ check, ok: error === null, error, seconds }));
    if (error && check === "connect") break;
  }
  await client.close();
  process.exit(0);
}

/** Fail a promise that takes longer than `limit` milliseconds. */
function withLimit(promise, limit) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result after ${limit} ms`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
