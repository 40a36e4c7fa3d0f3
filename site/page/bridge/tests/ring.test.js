// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Abandoned, RingWriter } from "../pcw_ring.js";

const layout = {
  headerBytes: 16,
  dataBytes: 16,
  recordHeaderBytes: 8,
  written: 0,
  read: 1,
  state: 2,
};
const CLOSED = 2;

function makeRing() {
  const sab = new SharedArrayBuffer(layout.headerBytes + layout.dataBytes);
  const abort = new AbortController();
  const words = new Int32Array(sab, 0, 4);
  const data = new Uint8Array(sab, layout.headerBytes);
  return { words, data, abort, writer: new RingWriter(sab, layout, abort.signal) };
}

/**
 * Reads what is there, as the kernel does.
 * @param {ReturnType<typeof makeRing>} ring
 */
function drain({ words, data }) {
  const count = (Atomics.load(words, 0) - Atomics.load(words, 1)) >>> 0;
  const start = Atomics.load(words, 1);
  const bytes = Array.from({ length: count }, (_, i) => data[(start + i) & 15]);
  Atomics.add(words, 1, count);
  Atomics.notify(words, 1);
  return bytes;
}

/** @param {number} count */
const numbers = (count) => Array.from({ length: count }, (_, i) => i & 255);

test("bytes longer than the ring arrive whole and in order while the reader reads", async () => {
  const ring = makeRing();
  const writing = ring.writer.write(Uint8Array.from(numbers(1000))).then(() => ring.writer.flush());
  /** @type {number[]} */
  const received = [];
  while (received.length < 1000) {
    received.push(...drain(ring));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writing;
  assert.deepEqual(received, numbers(1000));
});

test("a writer without room waits, and writes no more than the ring holds", async () => {
  const ring = makeRing();
  let done = false;
  const writing = ring.writer.write(Uint8Array.from(numbers(17))).then(() => (done = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(done, false);
  assert.equal(drain(ring).length, 16);
  await writing;
  ring.writer.flush();
  assert.deepEqual(drain(ring), [16]);
});

test("positions go on across 2^32", async () => {
  const ring = makeRing();
  ring.words.fill(-3, 0, 2);
  await ring.writer.write(Uint8Array.from([1, 2, 3, 4, 5, 6]));
  ring.writer.flush();
  assert.deepEqual(drain(ring), [1, 2, 3, 4, 5, 6]);
});

test("a writer whose reader has gone stops waiting", async () => {
  const ring = makeRing();
  const writing = ring.writer.write(Uint8Array.from(numbers(40)));
  setTimeout(() => ring.abort.abort(), 5);
  await assert.rejects(writing, Abandoned);
});

test("a writer waits for room where Atomics.waitAsync is missing", async () => {
  const native = Atomics.waitAsync;
  // @ts-expect-error Some browsers lack it.
  Atomics.waitAsync = undefined;
  try {
    const ring = makeRing();
    const writing = ring.writer.write(Uint8Array.from(numbers(20)));
    setTimeout(() => drain(ring), 5);
    await writing;
    ring.writer.flush();
    assert.deepEqual(drain(ring), [16, 17, 18, 19]);
  } finally {
    Atomics.waitAsync = native;
  }
});

test("a record is its kind, its length and its bytes, and closing tells the reader", async () => {
  const ring = makeRing();
  await ring.writer.writeRecord(3, Uint8Array.from([7, 7]));
  ring.writer.close(CLOSED);
  assert.deepEqual(drain(ring), [3, 0, 0, 0, 2, 0, 0, 0, 7, 7]);
  assert.equal(Atomics.load(ring.words, 2), CLOSED);
});

test("what is written is told once, and a closed ring is another call's", async () => {
  const ring = makeRing();
  await ring.writer.write(Uint8Array.from([1, 2, 3]));
  await ring.writer.write(Uint8Array.from([4, 5]));
  assert.deepEqual(drain(ring), []);
  ring.writer.flush();
  assert.deepEqual(drain(ring), [1, 2, 3, 4, 5]);
  ring.writer.close(CLOSED);
  Atomics.store(ring.words, 2, 1);
  ring.writer.close(CLOSED);
  assert.equal(Atomics.load(ring.words, 2), 1);
});
