// @ts-check
/**
 * A worker with Pyodide and this package, without JupyterLite: what `harness.html` and pages of
 * one's own start. It reads `self.PCW_PYODIDE_INDEX_URL`, `self.PCW_WHEEL_URL` and
 * `self.PCW_PYSPARK_WHEEL_URL`, from its own global scope or from the `start` message.
 *
 * In:  {type: "start", settings} · {type: "run", id, source}
 * Out: {type: "ready"} · {type: "failed", message} · {type: "stdout" | "stderr", text} ·
 *      {type: "result", id, text} · {type: "error", id, message}
 */

import { fillWhenOpened } from "./pcw_lazy_files.js";

/** @typedef {{pyodide: string, wheel: string, pysparkWheel: string, preload: string[]}} Site */

const OWN_PACKAGES = ["pyspark-connect-web", "pyspark-client"];
const SETTINGS = ["PCW_PYODIDE_INDEX_URL", "PCW_WHEEL_URL", "PCW_PYSPARK_WHEEL_URL"];
const scope = /** @type {Record<string, any>} */ (/** @type {unknown} */ (self));

/**
 * @param {string} setting
 * @param {string} fallback relative to this script
 */
function sameOrigin(setting, fallback) {
  const given = scope[setting];
  const url = new URL(given ?? fallback, given ? self.location.origin : import.meta.url);
  if (url.origin !== self.location.origin) {
    throw new Error(
      `${setting}=${given} is of another origin than ${self.location.origin}; an isolated worker ` +
        "loads its code from its own origin only: copy the file into the site.",
    );
  }
  return url.href;
}

/** @returns {Promise<Site>} */
async function readSite() {
  const url = new URL("pcw-site.json", import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered HTTP ${response.status}; rebuild the site.`);
  return response.json();
}

/** Collects what Python writes to a stream, whole UTF-8 sequences at a time. */
class Output {
  /** @param {"stdout" | "stderr"} type */
  constructor(type) {
    this.type = type;
    this.decoder = new TextDecoder();
    this.text = "";
  }

  /** @param {Uint8Array} bytes */
  write(bytes) {
    const text = this.decoder.decode(bytes, { stream: true });
    this.text += text;
    self.postMessage({ type: this.type, text });
    return bytes.length;
  }

  take() {
    const { text } = this;
    this.text = "";
    return text;
  }
}

const stdout = new Output("stdout");
const stderr = new Output("stderr");

/** @param {Record<string, string>} settings */
async function boot(settings) {
  Object.assign(scope, settings);
  const site = await readSite();
  const indexURL = sameOrigin("PCW_PYODIDE_INDEX_URL", site.pyodide);
  const wheels = [
    sameOrigin("PCW_WHEEL_URL", site.wheel),
    sameOrigin("PCW_PYSPARK_WHEEL_URL", site.pysparkWheel),
  ];
  const { loadPyodide } = await import(new URL("pyodide.mjs", indexURL).href);
  const libraries = site.preload.filter((name) => !OWN_PACKAGES.includes(name));
  const pyodide = await loadPyodide({ indexURL, packages: [...libraries, ...wheels] });
  fillWhenOpened(pyodide);
  // By the lock's names, or an import would bring the lock's own releases on top of these.
  OWN_PACKAGES.forEach((name, i) => (pyodide.loadedPackages[name] = wheels[i]));
  pyodide.setStdout({ write: (/** @type {Uint8Array} */ bytes) => stdout.write(bytes) });
  pyodide.setStderr({ write: (/** @type {Uint8Array} */ bytes) => stderr.write(bytes) });
  const kernel = pyodide.pyimport("pyspark_connect_web.kernel");
  kernel.start();
  return {
    pyodide,
    execute: (/** @type {string} */ source) => kernel.run_source(source, pyodide.globals),
  };
}

/** @type {Promise<any> | undefined} */
let started;

/** @param {{id: number, source: string}} message */
async function run({ id, source }) {
  try {
    const { pyodide, execute } = await started;
    await pyodide.loadPackagesFromImports(source, { messageCallback: () => {} });
    const traceback = await execute(source);
    const logged = stderr.take();
    const text = stdout.take();
    if (traceback) self.postMessage({ type: "error", id, message: text + logged + traceback });
    else self.postMessage({ type: "result", id, text });
  } catch (error) {
    self.postMessage({ type: "error", id, message: String(error) });
  }
}

self.onmessage = ({ data }) => {
  if (data.type === "start") {
    const known = Object.entries(data.settings ?? {}).filter(([name]) => SETTINGS.includes(name));
    started = boot(Object.fromEntries(known));
    started.then(
      () => self.postMessage({ type: "ready" }),
      (error) => self.postMessage({ type: "failed", message: String(error?.message ?? error) }),
    );
  }
  if (data.type === "run") void run(data);
};
