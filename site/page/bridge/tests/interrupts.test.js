import assert from "node:assert/strict";
import { test } from "node:test";
import { hearInterrupts } from "../pcw_interrupts.js";

/** JupyterLite's app with one kernel `k`, and what its own interrupt was asked for. */
function app() {
  const asked = [];
  const worker = {};
  const _kernelAPIClient = {
    interrupt: (id) => (asked.push(id), "done"),
    _kernels: new Map([["k", { _worker: worker }]]),
  };
  return {
    app: { serviceManager: { kernels: { _kernelAPIClient } } },
    asked,
    worker,
    _kernelAPIClient,
  };
}

test("an interrupt of JupyterLite's stops the running cell too", () => {
  const stopped = [];
  const { app: lab, asked, worker, _kernelAPIClient: client } = app();
  hearInterrupts(lab, (one) => stopped.push(one));
  assert.equal(client.interrupt("k"), "done");
  assert.deepEqual([stopped, asked], [[worker], ["k"]]);
});

test("a kernel that is not known is left to JupyterLite", () => {
  const { app: lab, asked, _kernelAPIClient: client } = app();
  hearInterrupts(lab, () => assert.fail("there is none"));
  client.interrupt("other");
  assert.deepEqual(asked, ["other"]);
});

test("an app of another build stays as it was", () => {
  for (const other of [undefined, {}, { serviceManager: { kernels: {} } }]) hearInterrupts(other);
});
