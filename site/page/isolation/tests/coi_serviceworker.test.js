import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";

const source = await readFile(new URL("../coi-serviceworker.js", import.meta.url), "utf-8");
const SITE = "https://user.github.io/repo/";
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A tab: its storage outlives its pages; what isolated ones change, others do not see. */
class Tab {
  constructor(browser = {}) {
    this.browser = browser;
    this.session = new Map();
    this.local = new Map();
    this.registered = [];
  }

  storage(stored) {
    const refuse = () => {
      if (this.browser.noStorage) throw new Error("denied");
    };
    return {
      getItem: (name) => (refuse(), stored.get(name) ?? null),
      setItem: (name, value) => (refuse(), stored.set(name, value)),
      removeItem: (name) => (refuse(), stored.delete(name)),
    };
  }

  serviceWorker() {
    const { states = ["activated"], refusal, lost, controlled } = this.browser;
    return {
      controller: controlled ? {} : null,
      register: async (url, options) => {
        this.registered.push({ url: String(url), options });
        if (refusal) throw new Error(refusal);
        if (lost) return undefined;
        const worker = new EventTarget();
        worker.state = "installing";
        states.forEach((state, index) =>
          setTimeout(() => {
            worker.state = state;
            worker.dispatchEvent(new Event("statechange"));
          }, index),
        );
        return { installing: worker };
      },
    };
  }

  /** Loads a page and says what happened to it. */
  async load() {
    const { isolated = false, secure = true, framed = false, lenient = true } = this.browser;
    const page = { reloads: 0, banners: [] };
    class HTMLScriptElement {
      src = `${SITE}coi-serviceworker.js`;
    }
    class HTMLIFrameElement {}
    if (lenient) HTMLIFrameElement.prototype.credentialless = false;
    const document = {
      currentScript: new HTMLScriptElement(),
      body: { append: (banner) => page.banners.push(banner.textContent) },
      createElement: () => ({ style: {}, setAttribute() {} }),
    };
    const context = vm.createContext({
      ...{ HTMLScriptElement, HTMLIFrameElement, URL, Error, document },
      console: { error() {}, warn() {} },
      location: { origin: new URL(SITE).origin, reload: () => page.reloads++ },
      navigator: this.browser.old ? {} : { serviceWorker: this.serviceWorker() },
      sessionStorage: this.storage(isolated ? new Map(this.session) : this.session),
      localStorage: this.storage(this.local),
      crossOriginIsolated: isolated,
      setTimeout: (end) => this.browser.patience === 0 && setTimeout(end, 0),
      isSecureContext: secure,
    });
    context.window = context;
    context.top = framed ? {} : context;
    vm.runInContext(source, context);
    for (let turn = 0; turn < 10; turn++) await settled();
    return page;
  }
}

test("the first visit registers the worker for the site and reloads once, without a banner", async () => {
  const tab = new Tab({ states: ["installed", "activating", "activated"] });
  assert.deepEqual(await tab.load(), { reloads: 1, banners: [] });
  assert.equal(tab.registered[0].url, `${SITE}coi-serviceworker.js?coep=credentialless`);
  assert.equal(tab.registered[0].options.updateViaCache, "none");
});

test("the page does not reload before the worker is active", async () => {
  assert.deepEqual(await new Tab({ states: ["installed"] }).load(), { reloads: 0, banners: [] });
});

test("a worker that waits in vain for an older one gets its place by the reload", async () => {
  const tab = new Tab({ states: ["installed"], patience: 0 });
  assert.deepEqual(await tab.load(), { reloads: 1, banners: [] });
});

test("an isolated page is left alone, and a host with headers gets no worker", async () => {
  const tab = new Tab({ isolated: true });
  assert.deepEqual(await tab.load(), { reloads: 0, banners: [] });
  assert.deepEqual(tab.registered, []);
});

test("a page that the worker isolates looks for an update of the worker", async () => {
  const tab = new Tab({ isolated: true, controlled: true });
  assert.deepEqual(await tab.load(), { reloads: 0, banners: [] });
  assert.equal(tab.registered.length, 1);
});

test("a page that stays unisolated reloads once and then says so", async () => {
  const tab = new Tab();
  assert.equal((await tab.load()).reloads, 1);
  const second = await tab.load();
  assert.equal(second.reloads, 0);
  assert.match(second.banners[0], /still not cross-origin isolated/);
});

test("a reload by hand after the banner tries once more", async () => {
  const tab = new Tab();
  await tab.load();
  await tab.load();
  assert.equal((await tab.load()).reloads, 1);
});

test("a forced reload of an isolated page, which passes the worker by, is mended", async () => {
  const tab = new Tab();
  await tab.load();
  tab.browser = { isolated: true, controlled: true };
  await tab.load();
  tab.browser = {};
  assert.deepEqual(await tab.load(), { reloads: 1, banners: [] });
});

for (const [why, browser, words] of [
  [
    "refuses it",
    { refusal: "The operation is insecure." },
    /refused.*coi-serviceworker\.js \(The operation is insecure/,
  ],
  ["forgets it", { lost: true }, /refused the service worker/],
  ["cannot start it", { states: ["redundant"] }, /refused.*did not start/],
  ["has none", { old: true }, /refused.*has none/],
  ["keeps nothing", { noStorage: true }, /allow site data for https:\/\/user\.github\.io/],
  ["is in no secure context", { secure: false }, /not a secure context.*over https/],
  ["shows it in a frame", { framed: true }, /in a tab of its own/],
]) {
  test(`a browser that ${why} gets one sentence and no reload`, async () => {
    const tab = new Tab(browser);
    for (let visit = 0; visit < 3; visit++) {
      const { reloads, banners } = await tab.load();
      assert.equal(reloads, 0);
      assert.equal(banners.length, 1);
      assert.match(banners[0], words);
    }
  });
}

test("a browser without credentialless gets require-corp", async () => {
  const tab = new Tab({ lenient: false });
  await tab.load();
  assert.equal(new URL(tab.registered[0].url).searchParams.get("coep"), "require-corp");
});

/** The service worker: `answer(request)` is what it responds with, or undefined. */
function worker(query = "?coep=credentialless", response = () => new Response("body")) {
  const listeners = {};
  const calls = [];
  class FakeRequest {
    constructor(from, init = {}) {
      if (from.mode === "navigate") throw new TypeError("a navigation cannot be copied");
      const base = typeof from === "string" ? { url: from, mode: "cors", cache: "default" } : from;
      Object.assign(this, base, init);
    }
  }
  const self = {
    location: new URL(`coi-serviceworker.js${query}`, SITE),
    clients: { claim: async () => calls.push("claim") },
    skipWaiting: () => calls.push("skipWaiting"),
    addEventListener: (type, listener) => (listeners[type] = listener),
  };
  const asked = [];
  const context = vm.createContext({
    ...{ self, URL, Headers, Response, Request: FakeRequest },
    fetch: async (request) => (asked.push(request), response(request)),
  });
  vm.runInContext(source, context);
  const answer = async (request) => {
    let given;
    const full = { method: "GET", mode: "cors", cache: "default", headers: {}, ...request };
    listeners.fetch({ request: full, respondWith: (promise) => (given = promise) });
    return given;
  };
  return { answer, asked, calls, listeners };
}

test("everything of the site gets the three headers and keeps its own", async () => {
  const response = () =>
    new Response("wasm", { status: 201, headers: { "Content-Type": "application/wasm" } });
  const { answer } = worker(undefined, response);
  const answered = await answer({ url: `${SITE}pyodide/pyodide.asm.wasm` });
  assert.equal(answered.status, 201);
  assert.equal(await answered.text(), "wasm");
  assert.deepEqual(Object.fromEntries(answered.headers), {
    "content-type": "application/wasm",
    "cross-origin-embedder-policy": "credentialless",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  });
});

test("the embedder policy is the one the page asked for, and the strict one by default", async () => {
  for (const [query, policy] of [
    ["?coep=credentialless", "credentialless"],
    ["", "require-corp"],
  ]) {
    const answered = await worker(query).answer({ url: SITE });
    assert.equal(answered.headers.get("cross-origin-embedder-policy"), policy);
  }
});

test("calls to Spark, other origins and other methods pass by the worker", async () => {
  const { answer, asked } = worker();
  assert.equal(await answer({ url: "https://spark.example.com/x" }), undefined);
  assert.equal(await answer({ url: `${SITE}x`, method: "POST" }), undefined);
  assert.equal(await answer({ url: `${SITE}x`, cache: "only-if-cached" }), undefined);
  assert.deepEqual(asked, []);
});

test("what has no hash in its name is asked for anew, pages too", async () => {
  const { answer, asked } = worker();
  await answer({ url: `${SITE}pcw_io_worker.js` });
  await answer({ url: SITE, mode: "navigate" });
  await answer({ url: `${SITE}build/221.bd81adfe732d749d.js` });
  await answer({ url: `${SITE}x.js`, cache: "reload" });
  await answer({ url: `${SITE}files/sales-20260131.csv` });
  assert.deepEqual(
    asked.map((request) => request.cache),
    ["no-cache", "no-cache", "default", "reload", "no-cache"],
  );
  assert.equal(asked[1].redirect, "manual");
});

test("a redirect is left to the browser", async () => {
  const redirect = { status: 0, type: "opaqueredirect" };
  const { answer } = worker("", () => redirect);
  assert.equal(await answer({ url: `${SITE}lab`, mode: "navigate" }), redirect);
});

test("a new worker takes over at once", async () => {
  const { listeners, calls } = worker();
  listeners.install();
  listeners.activate({ waitUntil: (promise) => promise });
  assert.deepEqual(calls, ["skipWaiting", "claim"]);
});
