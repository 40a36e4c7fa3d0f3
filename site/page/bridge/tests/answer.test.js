// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyCompressed, BodyCut, copyAnswer } from "../pcw_answer.js";
import { RingWriter } from "../pcw_ring.js";

/** @type {any} */
const layout = {
  ring: {
    headerBytes: 16,
    dataBytes: 1 << 12,
    recordHeaderBytes: 8,
    written: 0,
    read: 1,
    state: 2,
  },
  kinds: { head: 1, message: 2, data: 3, trailers: 4, end: 5, failure: 6 },
  states: { closed: 2 },
};
const HEAD = Uint8Array.of(72);

/** @param {number} flags @param {number[]} payload */
const frame = (flags, payload) => [flags, 0, 0, 0, payload.length, ...payload];
const MESSAGE = frame(0, [1, 2, 3]);
const TRAILERS = frame(0x80, [9]);

/** What the reader has been told, and how often. */
function makeRing() {
  const sab = new SharedArrayBuffer(16 + layout.ring.dataBytes);
  const words = new Int32Array(sab, 0, 4);
  const view = new DataView(sab, 16);
  const writer = new RingWriter(sab, layout.ring, new AbortController().signal);
  let told = 0;
  const flush = writer.flush.bind(writer);
  writer.flush = () => {
    if (writer.heldBack > 0) told++;
    flush();
  };
  const kinds = () => {
    const seen = [];
    for (let at = 0; at < Atomics.load(words, 0); ) {
      const kind = view.getUint32(at, true);
      seen.push(kind);
      const withBytes = kind !== layout.kinds.message && kind !== layout.kinds.trailers;
      at += 8 + (withBytes ? view.getUint32(at + 4, true) : 0);
    }
    return seen;
  };
  return { words, writer, kinds, told: () => told };
}

/** @param {(number[] | Promise<void>)[]} chunks what comes, and what it waits for */
const bodyOf = (...chunks) =>
  new ReadableStream({
    async start(controller) {
      for (const chunk of chunks) {
        if (chunk instanceof Promise) await chunk;
        else controller.enqueue(Uint8Array.from(chunk));
      }
      controller.close();
    },
  });

const signal = new AbortController().signal;

test("a small answer wakes the kernel once: head, message, trailers and end", async () => {
  const ring = makeRing();
  await copyAnswer(bodyOf([...MESSAGE, ...TRAILERS]), HEAD, true, ring.writer, layout, signal);
  assert.deepEqual(ring.kinds(), [1, 2, 3, 4, 3, 5]);
  assert.equal(ring.told(), 1);
  assert.equal(ring.words[2], layout.states.closed);
});

test("a stream wakes it once for each chunk that has come", async () => {
  const ring = makeRing();
  const body = bodyOf(MESSAGE, [...MESSAGE, ...MESSAGE], TRAILERS);
  await copyAnswer(body, HEAD, true, ring.writer, layout, signal);
  assert.deepEqual(ring.kinds(), [1, 2, 3, 2, 3, 2, 3, 4, 3, 5]);
  assert.equal(ring.told(), 3);
});

test("a head whose body is late comes alone", async () => {
  const ring = makeRing();
  /** @type {() => void} */
  let go = () => {};
  const late = new Promise((resolve) => (go = () => resolve(undefined)));
  const body = bodyOf(/** @type {Promise<void>} */ (late), [...MESSAGE, ...TRAILERS]);
  const copying = copyAnswer(body, HEAD, true, ring.writer, layout, signal);
  while (ring.kinds().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(ring.kinds(), [1]);
  go();
  await copying;
  assert.deepEqual(ring.kinds(), [1, 2, 3, 4, 3, 5]);
});

test("the trailers end it, though the connection is still open", async () => {
  const ring = makeRing();
  /** @type {() => void} */
  let end = () => {};
  const open = new Promise((resolve) => (end = () => resolve(undefined)));
  const body = bodyOf([...MESSAGE, ...TRAILERS], /** @type {Promise<void>} */ (open));
  const copying = copyAnswer(body, HEAD, true, ring.writer, layout, signal);
  while (ring.words[2] !== layout.states.closed) await new Promise(setImmediate);
  assert.deepEqual(ring.kinds().at(-1), layout.kinds.end);
  end();
  await copying;
});

test("a body that is not of frames comes as data, and ends where it ends", async () => {
  const ring = makeRing();
  await copyAnswer(bodyOf([1, 2], [3]), HEAD, false, ring.writer, layout, signal);
  assert.deepEqual(ring.kinds(), [1, 3, 3, 5]);
});

test("an answer without a body has its end", async () => {
  const ring = makeRing();
  await copyAnswer(null, HEAD, true, ring.writer, layout, signal);
  assert.deepEqual(ring.kinds(), [1, 5]);
});

test("a body that ends inside a frame has no end", async () => {
  const ring = makeRing();
  const body = bodyOf(MESSAGE.slice(0, 6));
  await assert.rejects(copyAnswer(body, HEAD, true, ring.writer, layout, signal), BodyCut);
  ring.writer.close(layout.states.closed);
  assert.deepEqual(ring.kinds(), [1, 2, 3]);
});

test("a compressed frame is refused", async () => {
  const ring = makeRing();
  const body = bodyOf(frame(1, [1]));
  await assert.rejects(copyAnswer(body, HEAD, true, ring.writer, layout, signal), BodyCompressed);
});
