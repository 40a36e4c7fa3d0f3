// @ts-check
/**
 * Cross-origin isolation on hosts that cannot set headers (GitHub Pages, `python -m http.server`).
 *
 * One file, two roles. As the first classic script of a page it registers itself as the site's
 * service worker and reloads the page once, so that the worker can serve it. As that worker it adds
 * the isolation headers to everything of the site. It keeps no cache.
 */
(() => {
  "use strict";
  /** In the address the worker is registered by: only a page can tell what the browser supports. */
  const COEP_PARAMETER = "coep";
  const SAFE_COEP = "require-corp";
  /** An older worker, such as JupyterLite's of an earlier build, may never be done: a reload ends it. */
  const PATIENCE_MS = 2000;
  /** The longest start of a worker that is waited for. */
  const STARTS_WITHIN_MS = 15_000;
  /** Set in this tab before the one reload, taken away by the load that follows it. */
  const RELOADED = "pcw-coi-reloaded";
  /** How many loads of this origin were isolated. */
  const ISOLATED = "pcw-coi-isolated";

  // ---- in the service worker ----

  /** A name with its content's hash in it: the browser may use what it has. */
  const HASHED = /^(build|extensions)\/.*[.-][0-9a-f]{7,}\.\w+$/;

  /** @param {string} url its path below the folder of this file */
  const withinSite = (url) =>
    new URL(url).pathname.slice(new URL(".", self.location.href).pathname.length);

  /**
   * Asks the host again, however long it allows to keep the file: an update of the site is seen at
   * once and as a whole, where otherwise new and old files would meet.
   * @param {Request} request
   */
  const fresh = (request) => {
    if (request.cache !== "default" || HASHED.test(withinSite(request.url))) return request;
    if (request.mode !== "navigate") return new Request(request, { cache: "no-cache" });
    // A navigation cannot be copied. Its redirects are the browser's to follow.
    const { url, headers } = request;
    return new Request(url, { headers, cache: "no-cache", redirect: "manual" });
  };

  /** @param {Request} request @param {string} coep */
  const isolated = async (request, coep) => {
    const response = await fetch(fresh(request));
    if (response.status === 0) return response; // a redirect: it has no headers to change
    const headers = new Headers(response.headers);
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Embedder-Policy", coep);
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers });
  };

  /** @param {any} scope the ServiceWorkerGlobalScope */
  const serve = (scope) => {
    const coep = new URL(scope.location.href).searchParams.get(COEP_PARAMETER) ?? SAFE_COEP;
    scope.addEventListener("install", () => scope.skipWaiting());
    scope.addEventListener("activate", (/** @type {any} */ event) => {
      event.waitUntil(scope.clients.claim());
    });
    scope.addEventListener("fetch", (/** @type {any} */ event) => {
      /** @type {{request: Request}} */
      const { request } = event;
      // Spark's endpoint, and whatever else is of another origin, is none of our business.
      const own = new URL(request.url).origin === scope.location.origin;
      const refused = request.cache === "only-if-cached" && request.mode !== "same-origin";
      if (own && request.method === "GET" && !refused) event.respondWith(isolated(request, coep));
    });
  };

  // ---- in the page ----

  const isolatedLoads = () => localStorage.getItem(ISOLATED) ?? "0";

  /**
   * Whether this load is the reload; the mark is gone then, so each reload by hand may try again.
   * Isolated pages have a session storage of their own in Chromium: what they take away there stays
   * here. So a mark counts only if no page was isolated since it was left.
   */
  const takeMark = () => {
    try {
      const mark = sessionStorage.getItem(RELOADED);
      sessionStorage.removeItem(RELOADED);
      if (crossOriginIsolated) localStorage.setItem(ISOLATED, String(Number(isolatedLoads()) + 1));
      return mark === isolatedLoads();
    } catch {
      return false;
    }
  };

  /** Whether a reload would be recognised: without that it could go on for ever. */
  const leaveMark = () => {
    try {
      const mark = isolatedLoads();
      sessionStorage.setItem(RELOADED, mark);
      return sessionStorage.getItem(RELOADED) === mark;
    } catch {
      return false;
    }
  };

  /** @param {string} script @returns {Promise<ServiceWorkerRegistration>} */
  const register = async (script) => {
    if (!navigator.serviceWorker) throw new Error("this browser or window has none");
    const url = new URL(script);
    // Chromium has `credentialless` on frames since it supports the policy well; others, such as
    // Safari, isolate with `require-corp`, which asks foreign images and scripts for consent.
    const lenient = "credentialless" in HTMLIFrameElement.prototype;
    url.searchParams.set(COEP_PARAMETER, lenient ? "credentialless" : SAFE_COEP);
    return navigator.serviceWorker.register(url, { updateViaCache: "none" });
  };

  /** @param {ServiceWorkerRegistration | undefined} registration */
  const activated = async (registration) => {
    const worker = registration?.installing ?? registration?.waiting ?? registration?.active;
    if (!worker) throw new Error("the browser did not keep it");
    await new Promise((resolve, reject) => {
      const look = () => {
        if (worker.state === "activated") resolve(undefined);
        if (worker.state === "installed") setTimeout(resolve, PATIENCE_MS);
        if (worker.state === "redundant") reject(new Error("it did not start"));
      };
      worker.addEventListener("statechange", look);
      // A worker whose start is held up by an older one is helped by the reload too, or the bar says it.
      setTimeout(resolve, STARTS_WITHIN_MS);
      look();
    });
  };

  /** @param {string} text a sentence that the reader cannot miss */
  const complain = (text) => {
    console.error(`pcw: ${text}`);
    const show = () => {
      const banner = document.createElement("div");
      banner.id = "pcw-isolation-banner";
      banner.setAttribute("role", "alert");
      banner.textContent = text;
      banner.style.cssText =
        "position:fixed;inset:auto 0 0 0;z-index:100000;padding:12px 16px;" +
        "background:#8a1c1c;color:#fff;font:14px/1.45 system-ui,sans-serif";
      document.body.append(banner);
    };
    if (document.body) show();
    else document.addEventListener("DOMContentLoaded", show);
  };

  /** @param {string} script the address of this file @param {boolean} reloaded */
  const isolate = async (script, reloaded) => {
    const { origin } = location;
    if (!isSecureContext) {
      return complain(
        `PySpark cannot run here: ${origin} is not a secure context; ` +
          "open the site over https, or as http://localhost.",
      );
    }
    if (window.top !== window) {
      return complain("PySpark cannot run inside another page; open the site in a tab of its own.");
    }
    try {
      await activated(await register(script));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return complain(
        "PySpark cannot run here: the browser refused the service worker coi-serviceworker.js " +
          `(${reason}); open the site in a window that is not private, allow site data ` +
          `for ${origin}, and reload.`,
      );
    }
    if (reloaded || !leaveMark()) {
      return complain(
        "PySpark cannot run here: coi-serviceworker.js runs, but the page is still not " +
          `cross-origin isolated; allow site data for ${origin}, use a current browser, and reload.`,
      );
    }
    location.reload();
  };

  if (typeof document === "undefined") return serve(self);
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const reloaded = takeMark();
  if (!crossOriginIsolated) void isolate(script.src, reloaded);
  // An update of this file, or of what the browser supports, is taken up for the next load.
  else if (navigator.serviceWorker?.controller) register(script.src).catch(console.warn);
})();
