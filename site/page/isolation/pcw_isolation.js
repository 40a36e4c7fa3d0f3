// @ts-check
/**
 * Why is a page or its worker not isolated? The same table and the same sentences as in the kernel:
 * `pcw_conditions.json` is `pyspark_connect_web/conditions.json`.
 */

/**
 * @typedef {{id: string, response: string, name: string, wanted: string, accepted: string[]}} Rule
 * @typedef {object} Conditions
 * @property {Rule[]} headers
 * @property {string} missing
 * @property {string} wrong
 * @property {string} sentence
 * @property {string} insecure
 * @property {string} unexplained
 * @property {Record<string, string>} cures
 * @property {Record<string, {title: string, good: string, bad: string}>} checks
 */

const ROOT = new URL(".", import.meta.url);
const REQUEST_TIMEOUT_MS = 5000;

/** @param {string} url relative to the site's root, or absolute */
export const ask = (url) =>
  fetch(new URL(url, ROOT), { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });

/** @returns {Promise<Conditions>} */
export const readConditions = async () => (await ask("pcw_conditions.json")).json();

/** @returns {Promise<Record<string, any>>} what the site says of itself; empty where it does not */
export const readSite = async () => {
  try {
    const response = await ask("pcw-site.json");
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
};

/** @param {string} text @param {Record<string, string>} values */
export const format = (text, values) =>
  text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/** @param {Conditions} conditions @param {Rule} rule @param {Headers} headers @returns {string | undefined} */
export const headerFault = (conditions, rule, headers) => {
  const found = headers.get(rule.name);
  if (rule.accepted.includes((found ?? "").split(";")[0].trim())) return undefined;
  const { name, wanted } = rule;
  return format(found ? conditions.wrong : conditions.missing, {
    name,
    wanted,
    found: found ?? "",
  });
};

/** @param {Conditions} conditions @param {string | undefined} host */
export const cure = (conditions, host) =>
  format(conditions.cures[host ?? ""] ?? conditions.cures[""], { origin: location.origin });

/**
 * Says why a worker's script did not load, if its headers are the cause.
 * @param {URL} url
 */
export async function explainWorker(url) {
  const [conditions, site, { headers }] = await Promise.all([
    readConditions(),
    readSite(),
    ask(url.href),
  ]);
  const rules = conditions.headers.filter((rule) => rule.response === "worker script");
  const faults = rules.map((rule) => headerFault(conditions, rule, headers)).filter(Boolean);
  if (!crossOriginIsolated || !faults.length) return;
  complain(
    format(conditions.sentence, {
      response: "worker script",
      url: url.href,
      faults: faults.join(" and "),
      cure: cure(conditions, site.host),
    }),
  );
}

/** @param {string} text a sentence that the reader cannot miss */
function complain(text) {
  console.error(`pcw: ${text}`);
  if (document.getElementById("pcw-isolation-banner")) return;
  const banner = document.createElement("div");
  banner.id = "pcw-isolation-banner";
  banner.setAttribute("role", "alert");
  banner.textContent = text;
  banner.style.cssText =
    "position:fixed;inset:auto 0 0 0;z-index:100000;padding:12px 16px;" +
    "background:#8a1c1c;color:#fff;font:14px/1.45 system-ui,sans-serif";
  document.body.append(banner);
}
