import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";
import { FakeWorker, settled } from "./page.js";

const source = await readFile(new URL("../pcw_kernel_bridge.js", import.meta.url), "utf-8");

/** What the page half was told, in its order. */
class FakeHalf {
  constructor(NativeWorker, hasLogin) {
    Object.assign(this, { NativeWorker, hasLogin, told: [] });
    for (const name of ["pass", "hear", "explain", "end", "meet", "interrupt"]) {
      this[name] = (...values) => this.told.push([name, ...values]);
    }
  }
}

/** A page that has just run the script; `half` is there when its module has been loaded. */
function page({ serverTiming = [], imported, warmKernel, crossOriginIsolated = true } = {}) {
  const currentScript = warmKernel ? { dataset: { warmKernel } } : null;
  const context = vm.createContext({
    document: { baseURI: "http://localhost/lab/", currentScript, querySelector: () => null },
    crossOriginIsolated,
    setTimeout: (run, delay) => context.timers.push({ run, delay }),
    timers: [],
    URL,
    Worker: class extends FakeWorker {
      constructor(...values) {
        super(...values);
        context.made.push(this);
      }
    },
    made: [],
    HTMLScriptElement: class {},
    Atomics,
    Int32Array,
    console: { error: (text) => context.complaints.push(text) },
    complaints: [],
    performance: { getEntriesByType: (type) => (type === "navigation" ? [{ serverTiming }] : []) },
  });
  class PageHalf extends FakeHalf {
    constructor(...values) {
      super(...values);
      context.half = this;
    }
  }
  context.importModule = (url) => {
    context.importedUrl = url;
    return imported ?? Promise.resolve({ PageHalf });
  };
  // A script of `node:vm` cannot import.
  vm.runInContext(source.replace(" import(", " importModule("), context);
  return context;
}

const ours = (message) => ({ data: { __pcw__: message }, stopImmediatePropagation() {} });

test("a worker is told by its name that the page half is here, and where the site is", () => {
  const worker = new (page().Worker)("kernel.js", { type: "module" });
  assert.equal(worker.options.name, "pcw-page pcw-site=/lab/ pcw-path=/lab/");
  assert.equal(worker.options.type, "module");
});

test("a worker keeps the name that the app gave it", () => {
  const worker = new (page().Worker)("kernel.js", { name: "mine" });
  assert.equal(worker.options.name, "mine pcw-page pcw-site=/lab/ pcw-path=/lab/");
});

test("a worker is told where people sign in, and so is the page half", async () => {
  const context = page({ serverTiming: [{ name: "cdn" }, { name: "pcw-login" }] });
  const worker = new context.Worker("kernel.js");
  assert.equal(worker.options.name, "pcw-page pcw-site=/lab/ pcw-path=/lab/ pcw-login");
  await settled();
  assert.equal(context.half.hasLogin(), true);
});

test("the page half lies beside the script, and makes workers of the browser's own kind", async () => {
  const context = page();
  await settled();
  assert.equal(context.importedUrl, "http://localhost/lab/pcw_page_half.js");
  assert.ok(new context.half.NativeWorker("x.js") instanceof FakeWorker);
  assert.equal(context.made.at(-1).options, undefined);
});

test("a message leaves when its sender already waits for the answer, in order and complete", async () => {
  const context = page();
  await settled();
  const worker = new context.Worker("kernel.js");
  const buffer = new ArrayBuffer(8);
  worker.postMessage("first", [buffer]);
  worker.postMessage("second");
  assert.deepEqual(worker.sent, []);
  await null;
  await null;
  assert.deepEqual(worker.sent, [["first", [buffer]], ["second"]]);
});

test("a worker is sent nothing, and a kernel heard, only when the page half is there", async () => {
  let load;
  const context = page({ imported: new Promise((resolve) => (load = resolve)) });
  const worker = new context.Worker("kernel.js");
  worker.postMessage("first");
  worker.listeners.message(ours({ type: "connect" }));
  worker.listeners.message(ours({ type: "farewell" }));
  worker.terminate();
  await settled();
  assert.deepEqual([worker.sent, worker.terminated], [[], 1]);
  class PageHalf extends FakeHalf {
    constructor() {
      super();
      context.half = this;
    }
  }
  load({ PageHalf });
  await settled();
  assert.deepEqual(worker.sent, [["first"]]);
  assert.deepEqual(context.half.told, [
    ["hear", worker, { type: "connect" }],
    ["hear", worker, { type: "farewell" }],
    ["end", worker],
  ]);
});

test("where the page half cannot be loaded, workers still work, and a kernel hears it at once", async () => {
  const context = page({ imported: Promise.reject(new Error("HTTP 404")) });
  const worker = new context.Worker("kernel.js");
  worker.postMessage("first");
  const sab = new SharedArrayBuffer(8);
  const layout = { control: { answer: 1 }, answers: { dead: 3 } };
  worker.listeners.message(ours({ type: "connect", sab, layout }));
  worker.listeners.message(ours({ type: "no-farewell" }));
  await settled();
  assert.deepEqual(worker.sent, [["first"]]);
  assert.deepEqual([...new Int32Array(sab)], [0, 3]);
  assert.match(context.complaints.join(), /pcw_page_half\.js failed: Error: HTTP 404/);
});

test("a message that is none of ours passes at once, and is not stopped", async () => {
  const context = page();
  await settled();
  const worker = new context.Worker("kernel.js");
  const event = { data: { a: 1 }, stopImmediatePropagation: () => assert.fail("it was stopped") };
  worker.listeners.message(event);
  assert.deepEqual(context.half.told, [["pass", worker, event]]);
});

test("a worker whose script was not loaded is explained; one that throws says it itself", async () => {
  const context = page();
  const worker = new context.Worker("kernel.js");
  worker.listeners.error({ message: "x is not defined" });
  worker.listeners.error({});
  await settled();
  assert.deepEqual(context.half.told, [["explain", "kernel.js"]]);
});

test("the page half meets JupyterLite's app, and hears who presses Stop on a page without one", async () => {
  const context = page();
  const worker = new context.Worker("kernel.js");
  const app = { shell: {} };
  context.jupyterapp = app;
  vm.runInContext("pcwPage", context).interrupt(worker);
  await settled();
  assert.equal(context.jupyterapp, app);
  assert.deepEqual(context.half.told, [
    ["meet", app],
    ["interrupt", worker],
  ]);
});

test("a page that loads the script twice has one page half", async () => {
  const context = page();
  await settled();
  const { Worker, half } = context;
  vm.runInContext(source.replace(" import(", " importModule("), context);
  await settled();
  assert.equal(context.Worker, Worker);
  assert.equal(context.half, half);
});

const WARM = "../extensions/kernel/pcw_warm_worker.js";
const KERNEL = "http://localhost/extensions/kernel/coincident.worker.8cc041379012b115.js";

test("the worker that was made with the page is the first kernel's, and only the first one's", async () => {
  const { made, Worker } = page({ warmKernel: WARM });
  assert.deepEqual(
    made.map(({ url, options: { name, type } }) => [url.href, name, type]),
    [
      [
        "http://localhost/extensions/kernel/pcw_warm_worker.js",
        "pcw-page pcw-site=/lab/ pcw-path=/lab/",
        "module",
      ],
    ],
  );
  const other = new Worker("other.js");
  const kernel = new Worker(new URL(KERNEL), { type: "module" });
  const second = new Worker(new URL(KERNEL), { type: "module" });
  assert.deepEqual([made[0], made[1], made[2]], [kernel, other, second]);
  assert.ok(kernel instanceof Worker);
  kernel.postMessage("first");
  await settled();
  const sent = [[{ __pcw__: { become: KERNEL } }], ["first"]];
  assert.equal(JSON.stringify(kernel.sent), JSON.stringify(sent));
  assert.deepEqual(second.sent, []);
});

test("a worker that nobody asked for ends; one that was taken does not", () => {
  const unused = page({ warmKernel: WARM });
  for (const { run } of unused.timers) run();
  assert.equal(unused.made[0].terminated, 1);
  assert.notEqual(new unused.Worker(KERNEL), unused.made[0]);
  const used = page({ warmKernel: WARM });
  const kernel = new used.Worker(KERNEL);
  for (const { run } of used.timers) run();
  assert.equal(kernel.terminated, 0);
});

test("a worker that did not load is not handed out, and not explained before a kernel is wanted", async () => {
  const context = page({ warmKernel: WARM });
  context.made[0].listeners.error({});
  await settled();
  assert.deepEqual(context.half.told, []);
  assert.notEqual(new context.Worker(KERNEL), context.made[0]);
});

test("no worker is made with a page that names none, or that no kernel can block in", () => {
  assert.deepEqual(page().made, []);
  assert.deepEqual(page({ warmKernel: WARM, crossOriginIsolated: false }).made, []);
});
