import assert from "node:assert/strict";
import { test } from "node:test";
import { answerAtOnce } from "../pcw_coincident.js";
import { FakeWorker } from "./page.js";

test("the text of coincident's answer reaches the kernel's buffer at once, its first word last", () => {
  const worker = new FakeWorker("kernel.js");
  const text = '{"a":"ä"}';
  const words = new Int32Array(new SharedArrayBuffer(20));
  let seen;
  worker.coincident = ({ channel: [number, buffer] }) => {
    assert.equal(number, 7);
    const letters = new Uint16Array(buffer.buffer);
    for (let i = 0; i < text.length; i++) letters[i] = text.charCodeAt(i);
    seen = [...words];
  };
  let stopped = false;
  const event = { data: { channel: [7, words] }, stopImmediatePropagation: () => (stopped = true) };
  answerAtOnce(worker, event);
  assert.equal(stopped, true);
  assert.deepEqual(seen, [0, 0, 0, 0, 0], "nothing was there while it was written");
  assert.equal(String.fromCharCode(...new Uint16Array(words.buffer).slice(0, text.length)), text);
});

test("other messages of the kernel's own pass as they are", () => {
  const worker = new FakeWorker("kernel.js");
  const words = new Int32Array(new SharedArrayBuffer(8));
  const call = { channel: [7, words, "call", []] };
  for (const data of [null, "text", [1], { a: 1, b: 2 }, call, new Uint8Array(2)]) {
    answerAtOnce(worker, { data, stopImmediatePropagation: () => assert.fail("it was stopped") });
  }
});
