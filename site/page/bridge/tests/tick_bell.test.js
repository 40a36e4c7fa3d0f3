import assert from "node:assert/strict";
import { test } from "node:test";

import { TickBell } from "../pcw_tick_bell.js";

const DOORBELL = 3;
const TICK = 4;

/** Control words of a kernel that has asked for a tick, and the bell of its I/O worker. */
function asked(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const words = new Int32Array(new SharedArrayBuffer(20));
  words[TICK] = 1;
  const bell = new TickBell(words, { control: { doorbell: DOORBELL, tick: TICK }, ringing: 1 });
  return { words, bell };
}

test("a tick comes after its delay, and again until it is heard", (t) => {
  const { words, bell } = asked(t);
  bell.ringLater(200);
  t.mock.timers.tick(199);
  assert.equal(words[DOORBELL], 0);
  t.mock.timers.tick(1);
  assert.equal(words[DOORBELL], 1);
  words[DOORBELL] = 0; // emptied by Pyodide, which had read it before
  t.mock.timers.tick(50);
  assert.equal(words[DOORBELL], 1);
  words.set([0, 0], DOORBELL); // heard
  t.mock.timers.tick(1000);
  assert.equal(words[DOORBELL], 0);
});

test("a tick whose cell has ended does not come", (t) => {
  const { words, bell } = asked(t);
  bell.ringLater(200);
  words[TICK] = 0;
  t.mock.timers.tick(1000);
  assert.equal(words[DOORBELL], 0);
});

test("a tick that is asked for again comes when it was asked for last", (t) => {
  const { words, bell } = asked(t);
  bell.ringLater(200);
  t.mock.timers.tick(150);
  bell.ringLater(200);
  t.mock.timers.tick(199);
  assert.equal(words[DOORBELL], 0);
  t.mock.timers.tick(1);
  assert.equal(words[DOORBELL], 1);
});
