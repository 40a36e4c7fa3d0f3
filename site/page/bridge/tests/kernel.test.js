import assert from "node:assert/strict";
import { test } from "node:test";
import { Farewells, Speaker } from "../pcw_farewells.js";
import { Kernel } from "../pcw_kernel.js";
import { FakeWorker, standInPage } from "./page.js";

const CONTROL = { answer: 0, interrupt: 1, idle: 2, doorbell: 3 };
const LAYOUT = { control: CONTROL, ringing: 1, answers: { heard: 1, dead: 3 } };

/** A kernel that runs a cell, and its control words. */
function kernelAtWork(t) {
  const { timers } = standInPage(t);
  const kernel = new Kernel(FakeWorker, new Farewells(new Speaker(undefined, () => false)));
  const sab = new SharedArrayBuffer(16);
  const port = {};
  kernel.connect({ port, sab, layout: LAYOUT });
  return { kernel, port, sab, timers, words: new Int32Array(sab) };
}

test("a kernel that connects is heard, and its port and buffer go to an I/O worker", (t) => {
  const { kernel, port, sab, words } = kernelAtWork(t);
  assert.equal(words[CONTROL.answer], LAYOUT.answers.heard);
  assert.match(String(kernel.io.url), /\/pcw_io_worker\.js$/);
  assert.deepEqual(kernel.io.sent, [[{ port, sab, layout: LAYOUT }, [port]]]);
});

test("a kernel is told when its I/O worker fails", (t) => {
  const complaints = t.mock.method(console, "error", () => {});
  const { kernel, words } = kernelAtWork(t);
  kernel.io.onerror({});
  assert.equal(words[CONTROL.answer], LAYOUT.answers.dead);
  assert.match(complaints.mock.calls[0].arguments[0], /pcw_io_worker\.js failed: not loaded/);
});

test("the doorbell rings again until the press is taken, whatever becomes of a ring", (t) => {
  const { kernel, words, timers } = kernelAtWork(t);
  kernel.interrupt();
  assert.deepEqual([words[CONTROL.interrupt], words[CONTROL.doorbell]], [1, 1]);
  words[CONTROL.doorbell] = 0; // emptied by Pyodide, which had read it before
  timers.at(-1).run();
  assert.equal(words[CONTROL.doorbell], 1);
  words[CONTROL.doorbell] = 0;
  words[CONTROL.interrupt] = 0; // taken
  const before = timers.length;
  timers.at(-1).run();
  assert.deepEqual([words[CONTROL.doorbell], timers.length], [0, before]);
});

test("a kernel between two cells is not rung at, and neither is one that has ended", (t) => {
  const { kernel, words, timers } = kernelAtWork(t);
  words[CONTROL.idle] = 1;
  kernel.interrupt();
  assert.deepEqual([words[CONTROL.interrupt], timers.length], [0, 0]);
  words[CONTROL.idle] = 0;
  kernel.interrupt();
  const { io } = kernel;
  kernel.end();
  words[CONTROL.doorbell] = 0;
  timers.at(-1).run();
  assert.deepEqual([words[CONTROL.doorbell], io.terminated], [0, 1]);
});
