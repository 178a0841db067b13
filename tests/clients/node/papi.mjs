// polkadot-api (PAPI).  It speaks chainHead_v1 where `rpc_methods` lists it and the legacy methods
// where not; LEGACY=1 says that the node does not list it, and checks that it is not called.

import { metadata, unifyMetadata } from "@polkadot-api/substrate-bindings";
import { createClient } from "polkadot-api";
import { getPolkadotSigner } from "polkadot-api/signer";
import { getWsProvider } from "polkadot-api/ws";
import WebSocket from "ws";
import { Refused, main, outcome } from "./harness.mjs";

const legacy = process.env.LEGACY === "1";
// Its errors are the chain's own `TransactionValidityError`.
const TYPE = {
  outdated: "Stale",
  noFee: "Payment",
  badSignature: "BadProof",
  badSigner: "BadSigner",
};

/** A socket that lets no chainHead_v1 call through. */
class LegacySocket extends WebSocket {
  send(data, ...rest) {
    if (data.includes("chainHead_v1_")) throw new Error(`not legacy: ${data}`);
    super.send(data, ...rest);
  }
}

class Papi {
  name = legacy ? "papi-legacy" : "papi";

  async connect(url) {
    const websocketClass = legacy ? LegacySocket : WebSocket;
    this.client = createClient(getWsProvider(url, { websocketClass }));
    this.api = this.client.getUnsafeApi();
    await this.client.getFinalizedBlock();
  }

  async close() {
    this.client?.destroy();
  }

  refusal = (reason) => `Invalid ${TYPE[reason]}`;

  async runtime() {
    const raw = await this.client.getMetadata((await this.client.getFinalizedBlock()).hash);
    const { pallets, extrinsic } = unifyMetadata(metadata.dec(raw));
    const version = await this.api.constants.System.Version();
    return {
      spec: version.spec_version,
      pallets: Object.fromEntries(pallets.map((p) => [p.name, p.index])),
      extensions: extrinsic.signedExtensions[0].map((e) => e.identifier),
    };
  }

  best = async () => (await this.client.getBestBlocks())[0].number;

  free = async (address, at = "best") =>
    (await this.api.query.System.Account.getValue(address, { at })).data.free;

  constant = (pallet, name) => this.api.constants[pallet][name]();

  /** PAPI pages by itself. */
  async accounts() {
    const entries = await this.api.query.System.Account.getEntries({ at: "best" });
    return entries.map(({ keyArgs }) => keyArgs[0]);
  }

  transfer = (to, amount) =>
    this.api.tx.Balances.transfer_keep_alive({ dest: id(to), value: amount });
  remark = (data) => this.api.tx.System.remark({ remark: bytes(data) });
  unnote = (hash) => this.api.tx.Preimage.unnote_preimage({ hash });
  sudo = (call) => this.api.tx.Sudo.sudo({ call: call.decodedCall });
  setBalance = (who, amount) =>
    this.api.tx.Balances.force_set_balance({ who: id(who), new_free: amount });
  batch = (calls, force) =>
    this.api.tx.Utility[force ? "force_batch" : "batch"]({
      calls: calls.map((call) => call.decodedCall),
    });
  isOk = (result) => result.success;

  estimate = (call, signer) =>
    call.getEstimatedFees(signer.address, { mortality: { mortal: false } });

  /** Sign, submit, watch until finalized. */
  async submit(call, pair, { nonce, era, forge, between } = {}) {
    const sign = forge ? () => new Uint8Array(64).fill(1) : (data) => pair.sign(data);
    const signer = getPolkadotSigner(pair.publicKey, "Sr25519", sign);
    const mortality = era ? { mortal: true, period: era } : { mortal: false };
    const signed = await call.sign(signer, { nonce, mortality });
    await between?.();
    try {
      const result = await this.client.submit(signed);
      const error = result.ok ? null : errorName(result.dispatchError);
      return outcome(result.ok, error, result.events.map(flatten), result.block.hash);
    } catch (error) {
      if (error.name !== "InvalidTxError") throw error;
      throw new Refused(`${error.error.type} ${error.error.value.type}`);
    }
  }

  heads(count, finalized) {
    const source = finalized ? this.client.finalizedBlock$ : this.client.blocks$;
    return new Promise((resolve, reject) => {
      const numbers = [];
      const subscription = source.subscribe({
        next: ({ number }) => {
          numbers.push(number);
          if (numbers.length < count) return;
          setTimeout(() => subscription.unsubscribe());
          if (numbers.length === count) resolve(numbers);
        },
        error: reject,
      });
    });
  }

  watchFree(address, meanwhile) {
    const values = [];
    return new Promise((resolve, reject) => {
      const changes = this.api.query.System.Account.watchValue(address, { at: "best" });
      const subscription = changes.subscribe({
        next: ({ value }) => {
          if (values.at(-1) === value.data.free) return;
          values.push(value.data.free);
          if (values.length === 1) meanwhile().catch(reject);
          if (values.length < 2) return;
          setTimeout(() => subscription.unsubscribe());
          resolve(values);
        },
        error: reject,
      });
    });
  }

  /** `watchEntries` of the whole map: it asks for the merkle value of the prefix at each block. */
  watchMap(address, meanwhile) {
    return new Promise((resolve, reject) => {
      let started = false;
      const changes = this.api.query.System.Account.watchEntries({ at: "best" });
      const subscription = changes.subscribe({
        next: ({ deltas }) => {
          if (!started) meanwhile().catch(reject);
          started = true;
          if (!deltas?.upserted.some(({ args }) => args[0] === address)) return;
          setTimeout(() => subscription.unsubscribe());
          resolve();
        },
        error: reject,
      });
    });
  }
}

const id = (address) => ({ type: "Id", value: address });
const bytes = (hex) => Uint8Array.from(Buffer.from(hex.slice(2), "hex"));

const flatten = ({ type, value }) => ({ pallet: type, name: value.type, fields: value.value });

/** Name of a dispatch error: of the module's own error where it is one. */
function errorName(error) {
  return error.type === "Module" ? error.value.value.type : error.type;
}

await main(new Papi());
