// @ts-check
/** The page that says what is wrong with a site, before any Python is loaded. */
import { defaultRemote, diagnose } from "./pcw_doctor.js";
import { readSite } from "./pcw_isolation.js";

const WORKER = new URL("pcw_check_worker.js", import.meta.url);
const WORKER_TIMEOUT_MS = 5000;
const CONTROLLED_TIMEOUT_MS = 1000;

/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id);

/** @returns {Promise<{isolated: boolean, name: string}>} what a worker sees; nothing if none starts */
const askWorker = () =>
  new Promise((resolve) => {
    const worker = new Worker(WORKER, { type: "module" });
    const none = () => resolve({ isolated: false, name: "" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = none;
    setTimeout(none, WORKER_TIMEOUT_MS);
  });

const check = async () => {
  document.body.dataset.state = "checking";
  const seen = await askWorker();
  const findings = await diagnose({
    page: location.href,
    worker: WORKER.href,
    bridge: "pcwPage" in globalThis,
    isolatedWorker: seen.isolated,
    isolatedPage: crossOriginIsolated,
    serviceWorker: Boolean(navigator.serviceWorker?.controller),
    remote: element("remote").value,
  });
  element("findings").replaceChildren(...findings.map(row));
  const red = findings.filter((finding) => !finding.ok).length;
  element("summary").textContent = red ? `${red} of ${findings.length} are red.` : "All is well.";
  document.body.dataset.state = red ? "red" : "green";
};

/** @param {import("./pcw_doctor.js").Finding} finding */
const row = ({ title, ok, text }) => {
  const item = document.createElement("li");
  item.className = ok ? "green" : "red";
  const name = document.createElement("strong");
  name.textContent = `${ok ? "✓" : "✗"} ${title}`;
  item.append(name, ` ${text}`);
  return item;
};

/** @param {Event} event */
const again = (event) => {
  event.preventDefault();
  void check();
};

element("form").addEventListener("submit", again);
element("remote").value = defaultRemote(await readSite());
// coi-serviceworker.js, where a site has it, may be about to reload the page.
const settled = crossOriginIsolated ? 0 : CONTROLLED_TIMEOUT_MS;
setTimeout(() => void check(), settled);
