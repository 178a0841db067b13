// @polkadot/api over a WebSocket.

import { ApiPromise, WsProvider } from "@polkadot/api";
import { Refused, main, outcome } from "./harness.mjs";

// Its own formatting turns parentheses into commas.
const TEXT = {
  outdated: "Transaction is outdated",
  noFee: "Inability to pay some fees , e.g. account balance too low",
  badSignature: "Transaction has a bad signature",
  badSigner: "Invalid signing address",
};

class PolkadotJs {
  name = "pjs";

  async connect(url) {
    this.api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
  }

  async close() {
    await this.api?.disconnect();
  }

  refusal = (reason) => `1010: Invalid Transaction: ${TEXT[reason]}`;

  async runtime() {
    const { extrinsic, pallets } = this.api.runtimeMetadata.asLatest;
    return {
      spec: this.api.runtimeVersion.specVersion.toNumber(),
      pallets: Object.fromEntries(pallets.map((p) => [p.name.toString(), p.index.toNumber()])),
      extensions: extrinsic.transactionExtensions.map((e) => e.identifier.toString()),
    };
  }

  best = async () => (await this.api.rpc.chain.getHeader()).number.toNumber();

  async free(address, blockHash) {
    const api = blockHash ? await this.api.at(blockHash) : this.api;
    return (await api.query.system.account(address)).data.free.toBigInt();
  }

  constant = async (pallet, name) => this.api.consts[camel(pallet)][camel(name)].toString();

  async accounts(pageSize) {
    const found = [];
    let startKey;
    for (;;) {
      const page = await this.api.query.system.account.entriesPaged({ args: [], pageSize, startKey });
      found.push(...page.map(([k]) => k.args[0].toString()));
      if (page.length < pageSize) return found;
      startKey = page.at(-1)[0].toHex();
    }
  }

  transfer = (to, amount) => this.api.tx.balances.transferKeepAlive(to, amount);
  remark = (data) => this.api.tx.system.remark(data);
  unnote = (hash) => this.api.tx.preimage.unnotePreimage(hash);
  sudo = (call) => this.api.tx.sudo.sudo(call);
  setBalance = (who, amount) => this.api.tx.balances.forceSetBalance(who, amount);
  batch = (calls, force) => this.api.tx.utility[force ? "forceBatch" : "batch"](calls);
  isOk = (result) => result.isOk;

  estimate = async (call, signer) =>
    (await call.paymentInfo(signer.address, { era: 0 })).partialFee.toBigInt();

  /** Sign, submit, watch until finalized. */
  async submit(call, pair, { nonce = -1, era = 0, forge, between } = {}) {
    // A call object carries its signature: a copy keeps the original usable.
    const extrinsic = this.api.tx(call.method);
    if (forge) await extrinsic.signAsync(pair.address, { nonce, era, signer: forger });
    else await extrinsic.signAsync(pair, { nonce, era });
    await between?.();
    return new Promise((resolve, reject) => {
      const sent = extrinsic.send((result) => this.progress(result, resolve, reject));
      sent.catch((error) => {
        reject(/^1\d\d\d: /.test(error.message) ? new Refused(error.message) : error);
      });
    });
  }

  progress(result, resolve, reject) {
    if (result.isError) reject(new Error(`extrinsic ${result.status.type}`));
    if (!result.isFinalized) return;
    const events = result.events.map(({ event }) => ({
      pallet: event.section[0].toUpperCase() + event.section.slice(1),
      name: event.method,
      fields: fieldsOf(event),
    }));
    const failure = result.dispatchError;
    const error = failure && this.errorName(failure);
    resolve(outcome(!failure, error, events, result.status.asFinalized.toHex()));
  }

  errorName = (error) =>
    error.isModule ? this.api.registry.findMetaError(error.asModule).name : error.type;

  heads(count, finalized) {
    const method = finalized ? "subscribeFinalizedHeads" : "subscribeNewHeads";
    return new Promise((resolve, reject) => {
      const numbers = [];
      let stop;
      const subscribed = this.api.rpc.chain[method]((header) => {
        numbers.push(header.number.toNumber());
        if (numbers.length === count) {
          stop?.();
          resolve(numbers);
        }
      });
      subscribed.then((unsubscribe) => (stop = unsubscribe), reject);
    });
  }

  watchFree(address, meanwhile) {
    return new Promise((resolve, reject) => {
      const values = [];
      let stop;
      const subscribed = this.api.query.system.account(address, (account) => {
        values.push(account.data.free.toBigInt());
        if (values.length === 1) meanwhile().catch(reject);
        if (values.length === 2) {
          stop?.();
          resolve(values);
        }
      });
      subscribed.then((unsubscribe) => (stop = unsubscribe), reject);
    });
  }

  async blockCalls(blockHash) {
    const { block } = await this.api.rpc.chain.getBlock(blockHash);
    return block.extrinsics.map(({ method }) => {
      const { section, method: name } = method;
      return `${section[0].toUpperCase()}${section.slice(1)}.${name}`;
    });
  }
}

/** A signer whose signatures are wrong. */
const forger = {
  signPayload: async () => ({ id: 1, signature: `0x01${"01".repeat(64)}` }),
};

/** Fields of an event by their names in the metadata; addresses as text. */
function fieldsOf(event) {
  const plain = (value) => (/^AccountId/.test(value.toRawType()) ? value.toString() : value);
  const entries = event.meta.fields.map((field, i) => [field.name.toString(), plain(event.data[i])]);
  return Object.fromEntries(entries);
}

/** The library's spelling of a name: `existentialDeposit`, `ss58Prefix`. */
const camel = (name) => name.replace(/^[A-Z0-9]+(?=[A-Z][a-z])|^[A-Z]/, (head) => head.toLowerCase());

await main(new PolkadotJs());
