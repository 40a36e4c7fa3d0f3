import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";

const source = await readFile(new URL("../pcw_kernel_bridge.js", import.meta.url), "utf-8");

/** A page whose workers note what they are sent; `fetched` and `timers` are the page's own. */
function page(now = 0, answers = {}, { serverTiming = [], statuses = [], modules = {} } = {}) {
  class Worker {
    constructor(url, options) {
      Object.assign(this, { url, options, sent: [], listeners: {} });
    }
    addEventListener(type, listener) {
      this.listeners[type] = listener;
    }
    terminate() {}
    dispatchEvent(event) {
      this.listeners.message({ data: event.data, stopImmediatePropagation() {} });
      this.coincident?.(event.data);
    }
    /** What the kernel in this worker posts to the page. */
    says(message) {
      this.listeners.message({ data: { __pcw__: message }, stopImmediatePropagation() {} });
    }
    postMessage(...message) {
      this.sent.push(message);
    }
  }
  const document = { baseURI: "http://localhost/lab/", currentScript: null, querySelector: () => null };
  const listeners = {};
  const fetched = [];
  const timers = [];
  const intervals = [];
  const clock = { now };
  const context = vm.createContext({
    document,
    location: { origin: "http://localhost", reloads: 0, reload: function () { this.reloads++; } },
    intervals,
    clock,
    setInterval: (callback) => intervals.push(callback),
    URL,
    Worker,
    HTMLScriptElement: class {},
    queueMicrotask,
    MessageEvent,
    listeners,
    fetched,
    timers,
    addEventListener: (type, listener) => (listeners[type] = listener),
    setTimeout: (callback, delay, ...values) => timers.push({ delay, run: () => callback(...values) }),
    clearTimeout: (number) => number && timers.splice(number - 1, 1, { delay: 0, run() {} }),
    fetch: async (url, options) => {
      fetched.push({ url, ...options });
      const status = statuses.shift() ?? 200;
      return { ok: status === 200, status, headers: new Headers(answers[url]) };
    },
    Date: { now: () => clock.now },
    performance: { getEntriesByType: (type) => (type === "navigation" ? [{ serverTiming }] : []) },
  });
  context.importModule = async (url) => modules[url.split("/").at(-1)];
  // A script of `node:vm` cannot import.
  vm.runInContext(source.replaceAll("import(", "importModule("), context);
  return context;
}

/** A page with a connected kernel, which has left a farewell. */
function pageWithKernel({ now = 1000, notBefore = 0, answers = {}, ...site } = {}) {
  const context = page(now, answers, site);
  const kernel = new context.Worker("kernel.js");
  const layout = { control: { answer: 0 }, answers: { heard: 1, dead: 3 } };
  kernel.says({ type: "connect", port: {}, sab: new SharedArrayBuffer(16), layout });
  kernel.says({ type: "farewell", key: "session", farewell: farewell("/release", notBefore) });
  return { ...context, kernel };
}

const farewell = (url, notBefore = 0) => ({ url, headers: [["a", "b"]], body: new Uint8Array([1]), notBefore });
/** Where farewells went, and what was rehearsed. */
const said = ({ fetched }) => fetched.filter(({ keepalive }) => keepalive).map(({ url }) => url);
const rehearsed = ({ fetched }) => fetched.filter(({ keepalive }) => !keepalive).map(({ url }) => url);

test("a worker is told by its name that the page half is here, and where the site is", () => {
  const worker = new (page().Worker)("kernel.js", { type: "module" });
  assert.equal(worker.options.name, "pcw-page pcw-site=/lab/ pcw-path=/lab/");
  assert.equal(worker.options.type, "module");
});

test("a message leaves when its sender already waits for the answer, in order and complete", async () => {
  const worker = new (page().Worker)("kernel.js");
  const buffer = new ArrayBuffer(8);
  worker.postMessage("first", [buffer]);
  worker.postMessage("second");
  assert.deepEqual(worker.sent, []);
  await null;
  await null;
  assert.deepEqual(worker.sent, [["first", [buffer]], ["second"]]);
});

test("when the page goes, its kernels' farewells are sent, and outlive it", () => {
  const { listeners, fetched } = pageWithKernel();
  listeners.pagehide({ persisted: false });
  const [{ url, method, headers, keepalive }] = fetched.filter((one) => one.keepalive);
  assert.deepEqual([url, method, headers, keepalive], ["/release", "POST", [["a", "b"]], true]);
});

test("when a kernel is terminated, its farewells are sent, once", () => {
  const { kernel, listeners, fetched } = pageWithKernel();
  kernel.terminate();
  kernel.terminate();
  listeners.pagehide({ persisted: false });
  assert.deepEqual(said({ fetched }), ["/release"]);
});

test("a page that comes back after it has taken leave starts anew", () => {
  const { listeners, fetched, location } = pageWithKernel();
  listeners.pageshow({ persisted: false });
  listeners.pagehide({ persisted: true });
  assert.deepEqual([said({ fetched }), location.reloads], [["/release"], 0]);
  listeners.pageshow({ persisted: true });
  assert.equal(location.reloads, 1);
});

test("a page that comes back and had nothing on the server goes on", () => {
  const { kernel, listeners, location } = pageWithKernel();
  kernel.says({ type: "no-farewell", key: "session" });
  listeners.pagehide({ persisted: true });
  listeners.pageshow({ persisted: true });
  assert.equal(location.reloads, 0);
});

test("a farewell is replaced and withdrawn by its key", () => {
  const { kernel, fetched } = pageWithKernel();
  kernel.says({ type: "farewell", key: "other", farewell: farewell("/other") });
  kernel.says({ type: "farewell", key: "session", farewell: farewell("/newer") });
  kernel.says({ type: "no-farewell", key: "other" });
  kernel.terminate();
  assert.deepEqual(said({ fetched }), ["/newer"]);
});

test("a farewell that must wait is sent later by a page that stays", () => {
  const { kernel, fetched, timers } = pageWithKernel({ now: 1000, notBefore: 4000 });
  kernel.terminate();
  assert.deepEqual([said({ fetched }), timers[0].delay], [[], 3000]);
  timers[0].run();
  assert.deepEqual(said({ fetched }), ["/release"]);
});

test("a farewell that must wait is dropped by a page that goes, where nobody waits for it", () => {
  const { listeners, fetched } = pageWithKernel({ now: 1000, notBefore: 4000 });
  listeners.pagehide({ persisted: false });
  assert.deepEqual(said({ fetched }), []);
});

const ELSEWHERE = "http://elsewhere/release";
const settled = () => new Promise((resolve) => setImmediate(resolve));

for (const [notBefore, expected] of [
  [4000, ["http://localhost/pcw/later/release"]],
  [1000 + 6001, []],
]) {
  test(`a proxy that waits 6 s is left a farewell that must wait ${notBefore - 1000} ms: ${expected.length}`, async () => {
    const answers = { "/release": { "pcw-later-seconds": "6" } };
    const { listeners, fetched } = pageWithKernel({ now: 1000, notBefore, answers });
    await settled();
    assert.deepEqual(rehearsed({ fetched }), ["/release"]);
    listeners.pagehide({ persisted: false });
    assert.deepEqual(said({ fetched }), expected);
  });
}

test("on another origin the address of later has its preflight too", async () => {
  const answers = { [ELSEWHERE]: { "pcw-later-seconds": "6" } };
  const { kernel, listeners, fetched } = pageWithKernel({ answers });
  kernel.says({ type: "farewell", key: "session", farewell: farewell(ELSEWHERE, 4000) });
  await settled();
  const later = "http://elsewhere/pcw/later/release";
  assert.deepEqual(rehearsed({ fetched }), ["/release", ELSEWHERE, later]);
  listeners.pagehide({ persisted: false });
  assert.deepEqual(said({ fetched }), [later]);
});

test("what an endpoint can do is asked for while there is time, once, with nothing to run", () => {
  const { kernel, fetched } = pageWithKernel();
  kernel.says({ type: "farewell", key: "other", farewell: farewell(ELSEWHERE) });
  kernel.says({ type: "farewell", key: "other", farewell: farewell(ELSEWHERE) });
  assert.deepEqual(rehearsed({ fetched }), ["/release", ELSEWHERE]);
  const { method, headers, body } = fetched[1];
  assert.deepEqual([method, headers, body.length], ["POST", [["a", "b"]], 0]);
});

test("it is asked for again before the browser forgets the preflight", () => {
  const { kernel, fetched, intervals, clock } = pageWithKernel();
  kernel.says({ type: "no-farewell", key: "session" });
  kernel.says({ type: "farewell", key: "other", farewell: farewell(ELSEWHERE) });
  clock.now += 300_000;
  intervals[0]();
  assert.deepEqual(rehearsed({ fetched }), ["/release", ELSEWHERE, ELSEWHERE]);
  kernel.says({ type: "no-farewell", key: "other" });
  clock.now += 300_000;
  intervals[0]();
  assert.equal(fetched.length, 3);
});

test("the text of coincident's answer reaches the kernel's buffer at once, its first word last", () => {
  const worker = new (page().Worker)("kernel.js");
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
  worker.listeners.message(event);
  assert.equal(stopped, true);
  assert.deepEqual(seen, [0, 0, 0, 0, 0], "nothing was there while it was written");
  assert.equal(String.fromCharCode(...new Uint16Array(words.buffer).slice(0, text.length)), text);
});

test("other messages of the kernel's own pass as they are", () => {
  const worker = new (page().Worker)("kernel.js");
  const words = new Int32Array(new SharedArrayBuffer(8));
  for (const data of [null, "text", [1], { a: 1, b: 2 }, { channel: [7, words, "call", []] }, new Uint8Array(2)]) {
    worker.listeners.message({ data, stopImmediatePropagation: () => assert.fail("it was stopped") });
  }
});

/** A kernel that runs a cell, its control words, and the page that is asked to stop it. */
function kernelAtWork() {
  const context = page();
  const kernel = new context.Worker("kernel.js");
  const sab = new SharedArrayBuffer(16);
  const control = { answer: 0, interrupt: 1, idle: 2, doorbell: 3 };
  const layout = { control, ringing: 1, answers: { heard: 1, dead: 3 } };
  kernel.says({ type: "connect", port: {}, sab, layout });
  const stop = () => vm.runInContext("pcwPage", context).interrupt(kernel);
  return { ...context, kernel, control, words: new Int32Array(sab), stop };
}

test("the doorbell rings again until the press is taken, whatever becomes of a ring", () => {
  const { control, words, timers, stop } = kernelAtWork();
  stop();
  assert.deepEqual([words[control.interrupt], words[control.doorbell]], [1, 1]);
  words[control.doorbell] = 0; // emptied by Pyodide, which had read it before
  timers.at(-1).run();
  assert.equal(words[control.doorbell], 1);
  words[control.doorbell] = 0;
  words[control.interrupt] = 0; // taken
  const before = timers.length;
  timers.at(-1).run();
  assert.deepEqual([words[control.doorbell], timers.length], [0, before]);
});

test("a kernel between two cells is not rung at, and neither is one that has ended", () => {
  const { control, words, timers, kernel, stop } = kernelAtWork();
  words[control.idle] = 1;
  stop();
  assert.deepEqual([words[control.interrupt], timers.length], [0, 0]);
  words[control.idle] = 0;
  stop();
  kernel.terminate();
  words[control.doorbell] = 0;
  timers.at(-1).run();
  assert.equal(words[control.doorbell], 0);
});

const LOGIN = { serverTiming: [{ name: "cdn" }, { name: "pcw-login" }] };

test("a worker is told where people sign in", () => {
  const worker = new (page(0, {}, LOGIN).Worker)("kernel.js");
  assert.equal(worker.options.name, "pcw-page pcw-site=/lab/ pcw-path=/lab/ pcw-login");
});

test("a kernel that signs out has the page end all sessions, each when its time has come", async () => {
  let signedOut = 0;
  class SignOuts {
    constructor(endSessions) {
      this.endSessions = endSessions;
    }
    async signOut() {
      await this.endSessions();
      signedOut += 1;
    }
  }
  const modules = { "pcw_sign_out.js": { SignOuts } };
  const context = pageWithKernel({ ...LOGIN, modules });
  context.kernel.says({ type: "farewell", key: "late", farewell: farewell("/late", 3000) });
  context.kernel.says({ type: "sign-out" });
  for (let turn = 0; turn < 5; turn++) await settled();
  assert.deepEqual(said(context), ["/release"]);
  assert.equal(signedOut, 0);
  const [wait] = context.timers.filter(({ delay }) => delay === 2000);
  wait.run();
  for (let turn = 0; turn < 5; turn++) await settled();
  assert.deepEqual(said(context), ["/release", "/late"]);
  assert.equal(signedOut, 1);
  context.listeners.pagehide();
  assert.equal(said(context).length, 2);
});

test("a page with a kernel hears of a sign-out elsewhere, whether JupyterLab is in it or not", async () => {
  let hear;
  class SignOuts {
    constructor(endSessions) {
      hear = endSessions;
    }
  }
  const context = pageWithKernel({ ...LOGIN, modules: { "pcw_sign_out.js": { SignOuts } } });
  await settled();
  await hear();
  assert.deepEqual(said(context), ["/release"]);
});

test("where nobody signs in a sign-out does nothing", async () => {
  const context = pageWithKernel();
  context.kernel.says({ type: "sign-out" });
  await settled();
  assert.deepEqual(said(context), []);
});

test("a farewell that is refused is said again with a login that was renewed", async () => {
  const withLogin = async (url, send) => send();
  const modules = { "pcw_login.js": { withLogin } };
  const context = pageWithKernel({ ...LOGIN, statuses: [200, 401, 200], modules });
  context.kernel.terminate();
  for (let turn = 0; turn < 5; turn++) await settled();
  assert.deepEqual(said(context), ["/release", "/release"]);
});
