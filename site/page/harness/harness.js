// @ts-check
/**
 * The harness page: one worker with this package, without JupyterLite.
 *
 * `window.__pcwRunPython(source)` runs Python there and resolves to the text it printed, or rejects
 * with the traceback; `window.__pcwInterrupt()` interrupts it; `window.__pcwReady` says how the
 * start went. The page's own `self.PCW_…` settings are handed to the worker.
 */

/** @typedef {{resolve: (text: string) => void, reject: (error: Error) => void}} Waiting */

const scope = /** @type {Record<string, any>} */ (/** @type {unknown} */ (window));
const settings = Object.fromEntries(
  Object.keys(scope)
    .filter((name) => name.startsWith("PCW_"))
    .map((name) => [name, String(scope[name])]),
);

const worker = new Worker(new URL("worker_bootstrap.js", import.meta.url), { type: "module" });
/** @type {Map<number, Waiting>} */
const waiting = new Map();
let lastId = 0;

const show = (/** @type {string} */ text) => {
  const log = document.getElementById("log");
  if (log) log.textContent += text;
};

/** @type {Promise<void>} */
const ready = new Promise((resolve, reject) => {
  worker.onerror = (event) =>
    reject(new Error(event.message || "worker_bootstrap.js did not load"));
  worker.onmessage = ({ data }) => {
    if (data.type === "stdout" || data.type === "stderr") show(data.text);
    if (data.type === "ready") resolve();
    if (data.type === "failed") reject(new Error(data.message));
    if (data.type === "result") settle(data.id)?.resolve(data.text);
    if (data.type === "error") settle(data.id)?.reject(new Error(data.message));
  };
});
ready.then(
  () => show("ready\n"),
  (error) => show(`${error.message}\n`),
);

/** @param {number} id */
function settle(id) {
  const one = waiting.get(id);
  waiting.delete(id);
  return one;
}

/** @param {string} source */
async function runPython(source) {
  await ready;
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ type: "run", id, source });
  });
}

worker.postMessage({ type: "start", settings });
scope.__pcwReady = ready;
scope.__pcwRunPython = runPython;
scope.__pcwInterrupt = () => scope.pcwPage?.interrupt(worker);
