// @ts-check
/**
 * The page half of the bridge: a classic script, first in <head>, before the app reads `Worker`.
 *
 * It hands each kernel's MessagePort and SharedArrayBuffer to an I/O worker of its own and is then
 * out of the data path. It answers only the `{__pcw__: …}` envelope; all other messages pass.
 */
(() => {
  "use strict";
  /** Seen by the kernel in `self.name`, before any message: "the page half is here". */
  const WORKER_NAME = "pcw-page";
  /** Followed by the path of the site's root, where the kernel finds `pcw-site.json`. */
  const SITE_NAME = "pcw-site=";
  /** Followed by the page's own path: the kernel asks for it when the page is not isolated. */
  const PATH_NAME = "pcw-path=";
  /** Seen there too: people sign in at this site. */
  const LOGIN_NAME = "pcw-login";
  const IO_WORKER_FILE = "pcw_io_worker.js";
  const SCRIPT_FILE = "pcw_kernel_bridge.js";

  if ("pcwPage" in globalThis) return;

  /**
   * Makes each message leave after the sender's own synchronous code.
   *
   * coincident 1.2.3, inside the pyodide kernel, posts a buffer to the worker and only then waits
   * for its first word to change. When the worker is quicker, `Atomics.waitAsync` answers
   * `{async: false}`: coincident does not expect that and waits forever; and to go on at once
   * instead would read a text that the worker is still writing. If the wait stands before the
   * message leaves, neither can happen. https://tc39.es/proposal-atomics-wait-async/
   * @param {Worker} worker
   */
  const postAfterWaiting = (worker) => {
    const post = /** @type {Function} */ (worker.postMessage);
    worker.postMessage = (/** @type {unknown[]} */ ...message) => {
      queueMicrotask(() => post.apply(worker, message));
    };
  };

  /**
   * Has the text of an answer appear in the kernel's buffer all at once.
   *
   * coincident 1.2.3 writes it, letter by letter, over the very word that the kernel waits for to
   * change. A kernel that begins to wait in the middle reads half a text, and does not start. So
   * coincident is given a buffer of its own to write to, which it does before `dispatchEvent`
   * returns, and the word is set last. Its request for the text is `{channel: [number, words]}`.
   * @param {Worker} worker
   * @param {MessageEvent} event
   */
  const answerAtOnce = (worker, event) => {
    const { data } = event;
    if (typeof data !== "object" || data === null || Array.isArray(data) || ArrayBuffer.isView(data)) return;
    const [channel, ...others] = Object.keys(data);
    const request = others.length === 0 ? data[channel] : undefined;
    if (!Array.isArray(request) || request.length !== 2) return;
    const [number, words] = request;
    if (words?.[Symbol.toStringTag] !== "Int32Array") return;
    if (words.buffer[Symbol.toStringTag] !== "SharedArrayBuffer") return;
    event.stopImmediatePropagation();
    const copy = new Int32Array(words.length);
    worker.dispatchEvent(new MessageEvent("message", { data: { [channel]: [number, copy] } }));
    words.set(copy.subarray(1), 1);
    Atomics.store(words, 0, copy[0]);
    Atomics.notify(words, 0);
  };

  const scriptUrl = () => {
    const script =
      document.currentScript ?? document.querySelector(`script[src*="${SCRIPT_FILE}"]`);
    return script instanceof HTMLScriptElement ? script.src : document.baseURI;
  };

  const ioWorkerUrl = new URL(IO_WORKER_FILE, scriptUrl());
  const siteName = SITE_NAME + new URL(".", ioWorkerUrl).pathname;
  const pathName = PATH_NAME + new URL(document.baseURI).pathname;
  const NativeWorker = globalThis.Worker;

  /**
   * Whether people sign in here: the proxy of such a site says so with its pages, in `Server-Timing`,
   * which a page reads without asking anybody (https://www.w3.org/TR/server-timing/).
   */
  const hasLogin = () => {
    const [page] = globalThis.performance?.getEntriesByType("navigation") ?? [];
    const said = /** @type {PerformanceNavigationTiming | undefined} */ (page)?.serverTiming ?? [];
    return said.some(({ name }) => name === LOGIN_NAME);
  };

  /** @param {string} file of ours */
  const load = (file) => import(new URL(file, ioWorkerUrl).href);

  /**
   * @typedef {object} Layout
   * @property {{answer: number, interrupt: number, idle: number, doorbell: number}} control word indices in the control buffer
   * @property {number} ringing
   * @property {{heard: number, dead: number}} answers
   *
   * @typedef {object} Farewell what is still to be said when a kernel can no longer speak
   * @property {string} url
   * @property {[string, string][]} headers
   * @property {Uint8Array<ArrayBuffer>} body of all of a page's farewells 64 KiB may be under way
   *   at once (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, "keepalive")
   * @property {number} notBefore ms since 1970; it must not be said earlier
   */

  /** @param {Farewell} farewell @param {RequestInit} options */
  const post = ({ url, headers, body }, options = {}) =>
    fetch(url, { method: "POST", headers, body, cache: "no-store", ...options });

  /** Addresses that have been rehearsed, and since when. @type {Map<string, number>} */
  const rehearsed = new Map();
  /** The least that browsers keep a preflight for, if the endpoint allows it: Safari's ten minutes, halved. */
  const REHEARSAL_MS = 300_000;
  /** How much later a press is felt whose ring was lost, or came where nothing may be raised. */
  const RING_AGAIN_MS = 20;
  /** By how much a proxy passes on later what is said to its {@link LATER} addresses, by origin. @type {Map<string, number>} */
  const laterMs = new Map();
  const LATER = "/pcw/later";
  const LATER_HEADER = "pcw-later-seconds";
  const UNAUTHORIZED = 401;

  /** @param {string} url */
  const later = (url) => {
    const { origin, pathname } = new URL(url, document.baseURI);
    return origin + LATER + pathname;
  };

  /** @param {Farewell} farewell */
  const originOf = ({ url }) => new URL(url, document.baseURI).origin;

  /**
   * Asks the endpoint what it can do while there is time, and so has the browser ask for the
   * preflight: from a page that goes it carries a request, but none that still needs one. A gRPC
   * call without a message runs nothing.
   * @param {Farewell} farewell
   */
  const rehearse = async (farewell) => {
    const { url } = farewell;
    if (Date.now() - (rehearsed.get(url) ?? -Infinity) < REHEARSAL_MS) return;
    rehearsed.set(url, Date.now());
    try {
      const { headers } = await post({ ...farewell, body: new Uint8Array() });
      const seconds = Number(headers.get(LATER_HEADER) ?? 0);
      if (!seconds) return;
      laterMs.set(originOf(farewell), seconds * 1000);
      // On the page's own origin nothing asks for a preflight.
      if (originOf(farewell) !== location.origin) await rehearse({ ...farewell, url: later(url) });
    } catch (error) {
      rehearsed.delete(url);
      console.warn(`pcw: ${url}: ${error}`);
    }
  };

  /** @param {Farewell} farewell */
  const say = async (farewell) => {
    const { url } = farewell;
    const send = () => post(farewell, { keepalive: true }); // it outlives the page
    try {
      let response = await send();
      if (response.status === UNAUTHORIZED && hasLogin()) {
        response = await (await load("pcw_login.js")).withLogin(url, send);
      }
      const status = response.headers.get("grpc-status") ?? "0";
      if (!response.ok || status !== "0") {
        console.warn(`pcw: ${url}: HTTP ${response.status}, grpc-status ${status}`);
      }
    } catch (error) {
      console.warn(`pcw: ${url}: ${error}`);
    }
  };

  /**
   * One kernel worker and, once it has connected, its I/O worker.
   */
  class Kernel {
    /** @param {Worker} worker */
    constructor(worker) {
      this.worker = worker;
      /** @type {Worker | undefined} */
      this.io = undefined;
      /** @type {Int32Array | undefined} */
      this.control = undefined;
      /** @type {Layout | undefined} */
      this.layout = undefined;
      /** @type {Map<string, Farewell>} */
      this.farewells = new Map();
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      this.again = undefined;
    }

    /** @param {any} message of the kernel */
    hear(message) {
      if (message.type === "connect") this.connect(message);
      if (message.type === "farewell") {
        this.farewells.set(message.key, message.farewell);
        void rehearse(message.farewell);
      }
      if (message.type === "no-farewell") this.farewells.delete(message.key);
      if (message.type === "sign-out") void signOut();
    }

    /** @param {{port: MessagePort, sab: SharedArrayBuffer, layout: Layout}} message */
    connect({ port, sab, layout }) {
      connected.add(this);
      void joinSignOuts();
      this.io?.terminate();
      this.layout = layout;
      this.control = new Int32Array(sab);
      this.answer(layout.answers.heard);
      this.io = new NativeWorker(ioWorkerUrl, { type: "module", name: "pcw-io" });
      this.io.onerror = (event) => {
        console.error(`pcw: the I/O worker ${ioWorkerUrl} failed: ${event.message ?? "not loaded"}`);
        this.answer(layout.answers.dead);
      };
      this.io.postMessage({ port, sab, layout }, [port]);
    }

    /** @param {number} word */
    answer(word) {
      if (!this.control || !this.layout) return;
      Atomics.store(this.control, this.layout.control.answer, word);
      Atomics.notify(this.control, this.layout.control.answer);
    }

    /** Asks the kernel to raise KeyboardInterrupt in the cell that runs. */
    interrupt() {
      if (!this.control || !this.layout) return;
      const { idle, interrupt } = this.layout.control;
      if (Atomics.load(this.control, idle)) return;
      Atomics.store(this.control, interrupt, 1);
      Atomics.notify(this.control, interrupt);
      this.ring();
    }

    /**
     * Until the press is taken: Pyodide reads the doorbell and then empties it, and loses a ring that
     * comes in between (`_Py_CheckEmscriptenSignals_Helper` of CPython's emscripten_signal.c).
     */
    ring() {
      clearTimeout(this.again);
      if (!this.control || !this.layout) return;
      const { interrupt, doorbell } = this.layout.control;
      if (!Atomics.load(this.control, interrupt)) return;
      Atomics.store(this.control, doorbell, this.layout.ringing);
      this.again = setTimeout(() => this.ring(), RING_AGAIN_MS);
    }

    /** The kernel is terminated; the page stays, so that it can wait for the time of a farewell. */
    end() {
      clearTimeout(this.again);
      this.io?.terminate();
      this.io = undefined;
      for (const farewell of this.farewells.values()) {
        const delay = farewell.notBefore - Date.now();
        if (delay <= 0) void say(farewell);
        else setTimeout(say, delay, farewell);
      }
      this.farewells.clear();
    }

    /** Says all farewells while the page and the kernel stay; settled when they have been heard. */
    async endSessions() {
      const farewells = [...this.farewells.values()];
      this.farewells.clear();
      await Promise.all(
        farewells.map(async (farewell) => {
          const delay = farewell.notBefore - Date.now();
          if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
          await say(farewell);
        }),
      );
    }

    /**
     * The page goes and takes the kernel along. For what it is too early for, a proxy may wait in its
     * stead; else the server ends the query a little later.
     */
    leave() {
      for (const farewell of this.farewells.values()) {
        const wait = farewell.notBefore - Date.now();
        if (wait <= 0) void say(farewell);
        else if (wait <= (laterMs.get(originOf(farewell)) ?? 0)) {
          void say({ ...farewell, url: later(farewell.url) });
        }
      }
      this.farewells.clear();
    }
  }

  /** @type {WeakMap<Worker, Kernel>} */
  const kernels = new WeakMap();
  /** @type {Set<Kernel>} */
  const connected = new Set();

  setInterval(() => {
    for (const { farewells } of connected) {
      for (const farewell of farewells.values()) void rehearse(farewell);
    }
  }, REHEARSAL_MS);

  let left = false;

  addEventListener("pagehide", () => {
    // Also where the page is kept in the back-forward cache: from there it may vanish without a word.
    for (const kernel of connected) {
      if (kernel.farewells.size > 0) left = true;
      kernel.leave();
    }
  });

  addEventListener("pageshow", (event) => {
    // Its kernels are alive, but what they had on the server is gone: as without that cache.
    if (event.persisted && left) location.reload();
  });

  /** @param {string | URL} url */
  const explainWorker = async (url) => {
    const { explainWorker } = await load("pcw_isolation.js");
    await explainWorker(new URL(url, document.baseURI));
  };

  /** @param {Worker} worker @param {string | URL} url */
  const attach = (worker, url) => {
    const kernel = new Kernel(worker);
    kernels.set(worker, kernel);
    postAfterWaiting(worker);
    worker.addEventListener("message", (event) => {
      const message = event.data?.__pcw__;
      if (message === undefined) return answerAtOnce(worker, event);
      event.stopImmediatePropagation();
      kernel.hear(message);
    });
    worker.addEventListener("error", (event) => {
      // Without a message: the script was not loaded, and no cell will ever say why.
      if (!("message" in event)) void explainWorker(url);
    });
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      connected.delete(kernel);
      kernel.end();
      terminate();
    };
  };

  globalThis.Worker = new Proxy(NativeWorker, {
    construct(target, [url, options], newTarget) {
      const login = hasLogin() && LOGIN_NAME;
      const name = [options?.name, WORKER_NAME, siteName, pathName, login].filter(Boolean).join(" ");
      const own = newTarget === globalThis.Worker ? target : newTarget;
      const worker = Reflect.construct(target, [url, { ...options, name }], own);
      attach(worker, url);
      return worker;
    },
  });

  /**
   * Has JupyterLite's own interrupt, which only empties the queue of cells, stop the running one too.
   *
   * Button, menu, shortcuts and consoles all end in `interrupt(id)` of the kernel client. Neither it
   * nor the worker of a kernel is public, so that a JupyterLite without them just stays as it was.
   * @param {any} app
   */
  const hearInterrupts = (app) => {
    const client = app?.serviceManager?.kernels?._kernelAPIClient;
    if (typeof client?.interrupt !== "function") return;
    const interrupt = client.interrupt.bind(client);
    client.interrupt = (/** @type {string} */ id) => {
      kernels.get(client._kernels?.get(id)?._worker)?.interrupt();
      return interrupt(id);
    };
  };

  /** @param {any} app */
  const colourSql = async (app) => {
    try {
      const { colourSql } = await load("pcw_sql_colours.js");
      await colourSql(app);
    } catch (error) {
      console.warn(`pcw: no colours for SQL: ${error}`);
    }
  };

  /** This page's part in signing out. @type {Promise<any> | undefined} */
  let signOuts;
  const followSignOuts = () => {
    const endSessions = async () => {
      await Promise.all([...connected].map((kernel) => kernel.endSessions()));
    };
    signOuts ??= load("pcw_sign_out.js").then(({ SignOuts }) => new SignOuts(endSessions));
    return signOuts;
  };

  /** For a person, or for code in a kernel. */
  const signOut = async () => {
    if (hasLogin()) await (await followSignOuts()).signOut(app);
  };

  /**
   * Where people sign in, a page with a kernel hears who signs out in another one; JupyterLab's own
   * gets the command too.
   * @param {any} [app]
   */
  const joinSignOuts = async (app) => {
    if (!hasLogin()) return;
    try {
      const signOuts = await followSignOuts();
      await (app && signOuts.offer(app));
    } catch (error) {
      console.warn(`pcw: no part in signing out: ${error}`);
    }
  };

  /** JupyterLite puts its app here before it starts, where `exposeAppInBrowser` is set. */
  const APP_NAME = "jupyterapp";
  /** @type {any} */
  let app;
  Object.defineProperty(globalThis, APP_NAME, {
    configurable: true,
    enumerable: true,
    get: () => app,
    set(value) {
      app = value;
      hearInterrupts(app);
      if (app?.shell) void colourSql(app);
      if (app?.shell) void joinSignOuts(app);
    },
  });

  Object.defineProperty(globalThis, "pcwPage", {
    value: Object.freeze({
      /** @param {Worker} worker a kernel worker of this page */
      interrupt: (worker) => kernels.get(worker)?.interrupt(),
    }),
  });
})();
