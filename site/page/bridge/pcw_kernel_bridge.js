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

  if ("pcwPage" in globalThis) return;

  const scriptUrl = () => {
    const script =
      document.currentScript ?? document.querySelector(`script[src*="${SCRIPT_FILE}"]`);
    return script instanceof HTMLScriptElement ? script.src : document.baseURI;
  };

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
      // Without a message: the script was not loaded, and no cell will ever say why.
      if (!("message" in event)) void toHalf((half) => half.explain(url));
    });
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      void toHalf((half) => half.end(worker));
      terminate();
    };
  };

  globalThis.Worker = new Proxy(NativeWorker, {
    construct(target, [url, options], newTarget) {
      const login = hasLogin() && WORKER_NAMES.login;
      const names = [options?.name, WORKER_NAMES.page, siteName, pathName, login];
      const name = names.filter(Boolean).join(" ");
      const own = newTarget === globalThis.Worker ? target : newTarget;
      const worker = Reflect.construct(target, [url, { ...options, name }], own);
      attach(worker, url);
      return worker;
    },
  });

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
