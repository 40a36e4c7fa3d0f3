// @ts-check
/**
 * The I/O worker of one kernel: takes calls from the kernel's port, fetches, and writes what comes
 * back into the call's ring. It never interprets a status: that is the grpc module's work.
 */
import { BodyCompressed, BodyCut, copyAnswer } from "./pcw_answer.js";
import { hearSignOuts, SignedOut, withLogin } from "./pcw_login.js";
import { explainFailure } from "./pcw_reachability.js";
import { Abandoned, RingWriter } from "./pcw_ring.js";
import { TickBell } from "./pcw_tick_bell.js";

/**
 * @typedef {import("./layout.d.ts").Layout} Layout
 *
 * @typedef {object} Call
 * @property {number} id
 * @property {string} url
 * @property {string} method
 * @property {[string, string][]} headers
 * @property {Uint8Array<ArrayBuffer> | Blob | null} body
 * @property {number | null} upload the body came in parts under this id
 * @property {number | null} deadlineMs from now
 * @property {boolean} framed split the body into grpc-web frames
 * @property {number} delayMs how much later it is sent; only where nobody waits for the answer
 * @property {SharedArrayBuffer | null} ring null: nobody waits for the answer
 */

const LAYOUT_VERSION = 7;
const encoder = new TextEncoder();
const refuseAfterSignOut = hearSignOuts();

/** @type {Map<number, AbortController>} */
const live = new Map();

/**
 * Bodies that come in parts. A Blob's bytes lie with the browser, which may put them on its disk: a
 * tab's memory does not grow with what it sends. A stream as the body would need no such place, but
 * browsers send one over HTTP/2 and later only, which means https.
 * @type {Map<number, Blob[]>}
 */
const uploads = new Map();

/** @param {number} id @param {Uint8Array<ArrayBuffer>} bytes */
function addPart(id, bytes) {
  const parts = uploads.get(id) ?? [];
  parts.push(new Blob([bytes]));
  uploads.set(id, parts);
}

/** @param {Call} call its body made whole, so that the upload may be dropped while it is under way */
const withBody = (call) =>
  call.upload === null ? call : { ...call, body: new Blob(uploads.get(call.upload)) };

class Deadline extends Error {}

self.onmessage = (
  /** @type {MessageEvent<{port: MessagePort, sab: SharedArrayBuffer, layout: Layout}>} */ event,
) => {
  const { port, sab, layout } = event.data;
  const control = new Int32Array(sab);
  const bell = new TickBell(control, layout);
  port.onmessage = ({ data }) => {
    if (data.type === "call") void serve(withBody(data), layout);
    if (data.type === "part") addPart(data.id, data.bytes);
    if (data.type === "drop") uploads.delete(data.id);
    if (data.type === "cancel") live.get(data.id)?.abort(new Abandoned());
    if (data.type === "ring") bell.ringLater(data.delayMs);
  };
  const { ready, mismatch } = layout.answers;
  Atomics.store(
    control,
    layout.control.answer,
    layout.version === LAYOUT_VERSION ? ready : mismatch,
  );
  Atomics.notify(control, layout.control.answer);
};

/**
 * @param {Call} call
 * @param {Layout} layout
 */
async function serve(call, layout) {
  const abort = new AbortController();
  live.set(call.id, abort);
  const timer =
    call.deadlineMs === null
      ? undefined
      : setTimeout(() => abort.abort(new Deadline()), call.deadlineMs);
  try {
    if (call.ring === null) await forget(call, abort.signal);
    else await answer(call, call.ring, layout, abort);
  } finally {
    clearTimeout(timer);
    live.delete(call.id);
  }
}

/**
 * @param {Call} call
 * @param {AbortSignal} signal
 */
const request = (call, signal) => {
  const send = () =>
    fetch(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body,
      signal,
      credentials: "same-origin",
      cache: call.method === "GET" ? "default" : "no-store",
    });
  // No login mends a call with a token of its own. And where nobody waits, nothing is renewed: the
  // release of what a refused query had would ask a second time, for each tab.
  const own = call.headers.some(([name]) => name.toLowerCase() === "authorization");
  return own || call.ring === null ? send() : withLogin(call.url, send, signal);
};

/**
 * A call that nobody waits for; its failure is told on the console only.
 * @param {Call} call
 * @param {AbortSignal} signal
 */
async function forget(call, signal) {
  try {
    if (call.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, call.delayMs));
    const response = await request(call, signal);
    await response.arrayBuffer();
    const status = response.headers.get("grpc-status") ?? "0";
    if (!response.ok || status !== "0") {
      console.warn(`pcw: ${call.url}: HTTP ${response.status}, grpc-status ${status}`);
    }
  } catch (error) {
    console.warn(`pcw: ${call.url}: ${error}`);
  }
}

/**
 * @param {Call} call
 * @param {SharedArrayBuffer} sab
 * @param {Layout} layout
 * @param {AbortController} abort
 */
async function answer(call, sab, layout, abort) {
  // The ring outlives the deadline: the failure itself must still be written.
  const abandoned = new AbortController();
  abort.signal.addEventListener("abort", () => {
    if (abort.signal.reason instanceof Abandoned) abandoned.abort();
  });
  const ring = new RingWriter(sab, layout.ring, abandoned.signal);
  try {
    try {
      await exchange(call, ring, layout, abort.signal);
    } catch (error) {
      if (abandoned.signal.aborted || error instanceof Abandoned) return;
      const failure = abort.signal.aborted ? { reason: "deadline" } : describe(error, call);
      await ring.writeRecord(layout.kinds.failure, json(await failure));
    }
  } catch (error) {
    if (!(error instanceof Abandoned)) throw error;
  } finally {
    ring.close(layout.states.closed);
  }
}

/** @param {unknown} value */
const json = (value) => encoder.encode(JSON.stringify(value));

/**
 * @param {unknown} error
 * @param {Call} call
 */
async function describe(error, call) {
  if (error instanceof BodyCut) return { reason: "cut", message: error.message };
  if (error instanceof BodyCompressed) return { reason: "compressed", message: "" };
  if (error instanceof SignedOut) return { reason: error.reason, message: "" };
  return { reason: await explainFailure(call.url, call.headers), message: String(error) };
}

/**
 * @param {Call} call
 * @param {RingWriter} ring
 * @param {Layout} layout
 * @param {AbortSignal} signal
 */
async function exchange(call, ring, layout, signal) {
  refuseAfterSignOut(call.url);
  const response = await request(call, signal);
  const { status, url, redirected } = response;
  const head = json({ status, url, redirected, headers: [...response.headers] });
  // Frames are only in answers that say so; an error page is passed on as it is.
  const framed = call.framed && isGrpcWeb(response);
  await copyAnswer(response.body, head, framed, ring, layout, signal);
}

/** @param {Response} response */
const isGrpcWeb = (response) =>
  (response.headers.get("content-type") ?? "").startsWith("application/grpc-web");
