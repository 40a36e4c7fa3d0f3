// @ts-check
/**
 * A kernel's worker that starts Python before JupyterLite asks for a worker, while the page is drawn.
 *
 * It lies beside JupyterLite's own worker script, which it becomes when the page names it: addresses
 * are resolved as there.
 */

const SITE = new URL("../../../../", import.meta.url);

const packages = fetch(new URL("pcw-site.json", SITE)).then(async (response) => {
  if (!response.ok) throw new Error(`${response.url} answered HTTP ${response.status}`);
  return (await response.json()).kernelPackages;
});
const begun = import(new URL("pcw_pyodide.js", SITE).href).then(({ startEarly }) =>
  startEarly(packages),
);
// JupyterLite's worker imports the same module, and tells of its failure.
begun.catch(() => {});

/** What came while the script was loaded. @type {MessageEvent[]} */
const held = [];

self.addEventListener("message", hear);

/** @param {MessageEvent} event the first one is the page's */
function hear(event) {
  event.stopImmediatePropagation();
  self.removeEventListener("message", hear);
  self.addEventListener("message", hold);
  void become(event.data.__pcw__.become);
}

/** @param {MessageEvent} event */
function hold(event) {
  event.stopImmediatePropagation();
  held.push(event);
}

/** @param {string} url of JupyterLite's script */
async function become(url) {
  try {
    await begun.catch(() => {});
    await import(url);
  } catch {
    self.postMessage({ __pcw__: { type: "not-loaded", url } });
    return;
  }
  self.removeEventListener("message", hold);
  for (const { data, ports } of held) {
    self.dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
  }
}
