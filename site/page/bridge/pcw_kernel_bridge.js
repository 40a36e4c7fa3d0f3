// @ts-check
/**
 * What has to stand before the app reads `Worker`: a classic script, first in <head>.
 *
 * It names each worker that the page makes, and hands it to the page half of the bridge, whose
 * modules it loads. Until they are there a worker is sent nothing, and so asks for nothing.
 */
(() => {
  "use strict";
  /** What is added to the name of each worker; `WorkerName` of `layout.py`. */
  const WORKER_NAMES = {
    page: "pcw-page",
    site: "pcw-site=",
    path: "pcw-path=",
    login: "pcw-login",
  };
  const SCRIPT_FILE = "pcw_kernel_bridge.js";
  const PAGE_HALF_FILE = "pcw_page_half.js";
  /** JupyterLite puts its app here before it starts, where `exposeAppInBrowser` is set. */
  const APP_NAME = "jupyterapp";
  /** JupyterLite's script for the worker of a kernel, where the page is isolated. */
  const KERNEL_SCRIPT = /\/coincident\.worker\.[^/]*$/;
  /** How long a worker that nobody asks for is kept: it holds a hundred megabytes. */
  const WARM_MS = 120_000;

  if ("pcwPage" in globalThis) return;

  const scriptUrl = () => {
    const script =
      document.currentScript ?? document.querySelector(`script[src*="${SCRIPT_FILE}"]`);
    return script instanceof HTMLScriptElement ? script.src : document.baseURI;
  };

  /** The worker to make at once, where the builder has named one. @type {string | undefined} */
  const warmFile = document.currentScript?.dataset.warmKernel;
  const pageHalfUrl = new URL(PAGE_HALF_FILE, scriptUrl());
  const siteName = WORKER_NAMES.site + new URL(".", pageHalfUrl).pathname;
  const pathName = WORKER_NAMES.path + new URL(document.baseURI).pathname;
  const NativeWorker = globalThis.Worker;

  /**
   * Whether people sign in here: the proxy of such a site says so with its pages, in `Server-Timing`,
   * which a page reads without asking anybody (https://www.w3.org/TR/server-timing/).
   */
  const hasLogin = () => {
    const [page] = globalThis.performance?.getEntriesByType("navigation") ?? [];
    const said = /** @type {PerformanceNavigationTiming | undefined} */ (page)?.serverTiming ?? [];
    return said.some(({ name }) => name === WORKER_NAMES.login);
  };

  /** @typedef {import("./pcw_page_half.js").PageHalf} PageHalf */

  /** @type {PageHalf | undefined} */
  let half;
  const loaded = import(pageHalfUrl.href).then(
    ({ PageHalf }) => (half = new PageHalf(NativeWorker, hasLogin)),
    (error) => console.error(`pcw: ${pageHalfUrl} failed: ${error}`),
  );

  /** What the page half is told, in its order. @param {(half: PageHalf) => unknown} tell */
  const toHalf = async (tell) => {
    await loaded;
    if (half) tell(half);
  };

  /** Has a kernel know that there is no page half. @param {any} message of the kernel */
  const refuse = ({ type, sab, layout }) => {
    if (type !== "connect") return;
    const control = new Int32Array(sab);
    Atomics.store(control, layout.control.answer, layout.answers.dead);
    Atomics.notify(control, layout.control.answer);
  };

  /** @param {Worker} worker @param {string | URL} url */
  const attach = (worker, url) => {
    const post = /** @type {Function} */ (worker.postMessage);
    // And not before the sender's own synchronous code has ended: pcw_coincident.js says why.
    worker.postMessage = (/** @type {unknown[]} */ ...message) => {
      void loaded.then(() => post.apply(worker, message));
    };
    worker.addEventListener("message", (event) => {
      const message = event.data?.__pcw__;
      if (message === undefined) return half?.pass(worker, event);
      event.stopImmediatePropagation();
      void loaded.then(() => (half ? half.hear(worker, message) : refuse(message)));
    });
    worker.addEventListener("error", (event) => {
      if (worker === warm) return void (warm = undefined); // whoever wants a kernel makes a worker
      // Without a message: the script was not loaded, and no cell will ever say why.
      if (!("message" in event)) void toHalf((half) => half.explain(url));
    });
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      void toHalf((half) => half.end(worker));
      terminate();
    };
  };

  /** @param {string | URL} url @param {WorkerOptions | undefined} options @param {Function} kind */
  const make = (url, options, kind) => {
    const login = hasLogin() && WORKER_NAMES.login;
    const names = [options?.name, WORKER_NAMES.page, siteName, pathName, login];
    const name = names.filter(Boolean).join(" ");
    /** @type {Worker} */
    const worker = Reflect.construct(NativeWorker, [url, { ...options, name }], kind);
    attach(worker, url);
    return worker;
  };

  /** A kernel's worker whose Python starts before anybody asks for it. @type {Worker | undefined} */
  let warm;

  /** Hands it out, once. @param {string | URL} url of the script that it is to be */
  const takeWarm = (url) => {
    if (!warm || !KERNEL_SCRIPT.test(new URL(url, document.baseURI).pathname)) return undefined;
    const worker = warm;
    warm = undefined;
    worker.postMessage({ __pcw__: { become: new URL(url, document.baseURI).href } });
    return worker;
  };

  globalThis.Worker = new Proxy(NativeWorker, {
    construct(target, [url, options], newTarget) {
      if (newTarget !== globalThis.Worker) return make(url, options, newTarget);
      return takeWarm(url) ?? make(url, options, target);
    },
  });

  if (warmFile && globalThis.crossOriginIsolated) {
    warm = make(new URL(warmFile, document.baseURI), { type: "module" }, NativeWorker);
    setTimeout(() => {
      warm?.terminate();
      warm = undefined;
    }, WARM_MS);
  }

  /** @type {any} */
  let app;
  Object.defineProperty(globalThis, APP_NAME, {
    configurable: true,
    enumerable: true,
    get: () => app,
    set(value) {
      app = value;
      void toHalf((half) => half.meet(app));
    },
  });

  Object.defineProperty(globalThis, "pcwPage", {
    value: Object.freeze({
      /** @param {Worker} worker a kernel worker of this page */
      interrupt: (worker) => void toHalf((half) => half.interrupt(worker)),
    }),
  });
})();
