// @ts-check
/**
 * Why did a fetch fail? The browser says "Failed to fetch" for a refused connection, a refused
 * origin and a blocked scheme alike; two probes tell them apart.
 */

const PROBE_TIMEOUT_MS = 3000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.*\.localhost)$/;

/**
 * @typedef {"mixed-content" | "cut" | "cors" | "unreachable"} Reason
 *   cut: the endpoint answers now, so this one exchange broke
 */

/**
 * @param {string} target
 * @param {[string, string][]} headers of the call that failed: they decide about the preflight
 * @returns {Promise<Reason>}
 */
export async function explainFailure(target, headers) {
  const url = new URL(target, self.location.href);
  const secure = self.location.protocol === "https:";
  if (secure && url.protocol === "http:" && !LOOPBACK.test(url.hostname)) return "mixed-content";
  if (await resolves(url, { mode: "cors", headers })) return "cut";
  if (await resolves(url, { mode: "no-cors" })) return "cors";
  return "unreachable";
}

/**
 * @param {URL} url
 * @param {RequestInit} init
 */
async function resolves(url, init) {
  try {
    // GET, so that a probe never runs anything on the server.
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    await fetch(url, { ...init, method: "GET", cache: "no-store", signal });
    return true;
  } catch {
    return false;
  }
}
