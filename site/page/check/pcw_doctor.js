// @ts-check
/**
 * What a notebook needs, checked one by one: for `pcw-check.html` and for `pcw.doctor()`. It works
 * without isolation, and no check that fails or times out stops the others.
 */
import { ask, cure, format, headerFault, readConditions, readSite } from "./pcw_isolation.js";
import { SignedOut, withLogin } from "./pcw_login.js";
import { explainFailure } from "./pcw_reachability.js";

/**
 * @typedef {{title: string, ok: boolean, text: string}} Finding
 * @typedef {object} Place where the checks run, and what only the caller can know
 * @property {string} page address of the page
 * @property {string} worker address of the script of the page's worker
 * @property {boolean} bridge whether the worker was made by a page with the bridge
 * @property {boolean} isolatedWorker
 * @property {boolean | undefined} isolatedPage undefined where it cannot be seen, as in a kernel
 * @property {boolean | undefined} serviceWorker the same
 * @property {string} remote the endpoint; "" for the site's own
 */

const SERVICE = "/spark.connect.SparkConnectService/";
const RUNS_WITH = "spark.pcw.runsWith";
const CALL_TIMEOUT_MS = 10_000;
const UNAUTHORIZED = 401;
const DEFAULT_PORT = "15002";
const REMOTE = /^sc:\/\/([\w.-]+|\[[0-9a-fA-F:.]+\])(?::(\d+))?(?:\/?|\/;(.*))$/;
/** The numbers of gRPC. */
const STATUS = { ok: 0, unimplemented: 12, unavailable: 14, unauthenticated: 16 };

/** @param {Place} place @returns {Promise<Finding[]>} */
export async function diagnose(place) {
  const [conditions, site] = await Promise.all([readConditions(), readSite()]);
  const port = location.port ? `:${location.port}` : "";
  const known = { origin: location.origin, port, cure: cure(conditions, site.host) };
  /** @type {Finding[]} */
  const findings = [];
  /** @param {string} id @param {boolean} ok @param {Record<string, string>} values */
  const note = (id, ok, values = {}) => {
    const { title, good, bad } = conditions.checks[id];
    findings.push({ title, ok, text: format(ok ? good : bad, { ...known, ...values }) });
    return ok;
  };
  note("secure", isSecureContext);
  for (const rule of conditions.headers) {
    const url = rule.response === "page" ? place.page : place.worker;
    const headers = await headersOf(url);
    const fault = headerFault(conditions, rule, headers);
    note(rule.id, !fault, { url, fault: fault ?? "", found: headers.get(rule.name) ?? "" });
  }
  if (site.serviceWorker && place.serviceWorker !== undefined)
    note("service-worker", place.serviceWorker);
  if (place.isolatedPage !== undefined) note("isolated-page", place.isolatedPage);
  note("isolated-worker", place.isolatedWorker);
  note("bridge", place.bridge);
  const remote = place.remote || defaultRemote(site);
  const endpoint = endpointOf(remote);
  if (note("remote", endpoint !== null, { remote: remote || "(none)" }) && endpoint) {
    await checkEndpoint(endpoint, note);
  }
  return findings;
}

/** @param {Record<string, any>} site @returns {string} what `pcw.default_remote()` is */
export function defaultRemote(site) {
  if (site.remote) return String(site.remote);
  if (!site.sparkOnOrigin) return "";
  const { hostname, port, protocol } = location;
  const tls = protocol === "https:";
  return `sc://${hostname}:${port || (tls ? 443 : 80)}/;${tls ? "use_ssl=true;" : ""}transport=grpcweb`;
}

/** @param {string} remote @returns {{url: string, token: string} | null} as PySpark reads it */
function endpointOf(remote) {
  const match = REMOTE.exec(remote.trim());
  if (!match) return null;
  const parameters = new Map(
    (match[3] ?? "").split(";").map((pair) => /** @type {[string, string]} */ (pair.split("=", 2))),
  );
  const token = parameters.get("token") ?? "";
  const tls =
    parameters.get("use_ssl")?.toLowerCase() === "true" || (token && match[1] !== "localhost");
  return { url: `${tls ? "https" : "http"}://${match[1]}:${match[2] ?? DEFAULT_PORT}`, token };
}

/** @param {string} url */
async function headersOf(url) {
  try {
    return (await ask(url)).headers;
  } catch {
    return new Headers();
  }
}

/**
 * @param {{url: string, token: string}} endpoint
 * @param {(id: string, ok: boolean, values?: Record<string, string>) => boolean} note
 */
async function checkEndpoint({ url, token }, note) {
  const session = sessionId();
  const values = { endpoint: url };
  const headers = /** @type {[string, string][]} */ ([
    ["content-type", "application/grpc-web+proto"],
    ["x-grpc-web", "1"],
    ...(token ? [["authorization", `Bearer ${token}`]] : []),
  ]);
  /** @type {Response} */
  let response;
  try {
    response = await call(url, "AnalyzePlan", headers, [...request(session), 0x52, 0]);
  } catch (error) {
    if (error instanceof SignedOut) {
      const check = error.reason === "login-untimely" ? "in-time" : "signed-in";
      return note(check, false, { ...values, url: signedInPage() });
    }
    return noteFailure(url, await explainFailure(url, headers), note);
  }
  note("endpoint", true, values);
  note("cors", true, values);
  const type = response.headers.get("content-type") ?? "no content type";
  if (response.status === UNAUTHORIZED) return note("token", false, values);
  if (!type.startsWith("application/grpc-web")) {
    const page = type.includes("html") && (response.ok || response.redirected);
    return note(page ? "login" : "grpc", false, {
      ...values,
      status: String(response.status),
      type,
    });
  }
  const body = new Uint8Array(await response.arrayBuffer().catch(() => new ArrayBuffer(0)));
  const { status, message } = statusOf(response.headers, body);
  if (status !== STATUS.ok)
    return note(refusal(status), false, { ...values, status: String(status), type: message });
  note("grpc", true, values);
  const version = versionIn(body);
  note("version", version !== "", { ...values, version });
  const words = await runsWith(url, headers, session);
  if (words) note("runs-with", true, { words });
  const started = performance.now();
  // It also ends the session that the first call made.
  const ended = await call(url, "ReleaseSession", headers, request(session)).then(
    () => true,
    () => false,
  );
  return note("time", ended, { ms: String(Math.round(performance.now() - started)) });
}

/**
 * Catalog, settings and jars, as this project's launcher says them (`RUNS_WITH` in
 * spark/health.py): a Config request with `GetOption`. Empty for a server of another kind.
 * @param {string} url @param {[string, string][]} headers @param {string} session
 */
async function runsWith(url, headers, session) {
  const key = new TextEncoder().encode(RUNS_WITH);
  const option = [0x0a, key.length, ...key];
  const operation = [0x1a, option.length + 2, 0x22, option.length, ...option];
  try {
    const response = await call(url, "Config", headers, [...request(session), ...operation]);
    return valueIn(new Uint8Array(await response.arrayBuffer()));
  } catch {
    return "";
  }
}

/**
 * Of the KeyValue with our key: the value, its field 2, which is text in hexadecimal.
 * @param {Uint8Array} body
 */
export function valueIn(body) {
  const text = new TextDecoder("latin1").decode(body);
  const digits = text.split(RUNS_WITH)[1]?.match(/^\x12[\s\S]{1,3}?((?:[0-9a-f]{2})+)/)?.[1] ?? "";
  const bytes = digits.match(/../g) ?? [];
  return new TextDecoder().decode(new Uint8Array(bytes.map((pair) => parseInt(pair, 16))));
}

/**
 * @param {string} url
 * @param {import("./pcw_reachability.js").Reason} reason
 * @param {(id: string, ok: boolean, values?: Record<string, string>) => boolean} note
 */
function noteFailure(url, reason, note) {
  const values = { endpoint: url };
  if (reason === "mixed-content") return note("mixed", false, values);
  if (reason === "cors") return note("endpoint", true, values) && note("cors", false, values);
  return note(url.startsWith("https:") ? "endpoint-tls" : "endpoint", false, values);
}

/** @param {number} status */
function refusal(status) {
  if (status === STATUS.unimplemented) return "service";
  if (status === STATUS.unavailable) return "spark";
  return status === STATUS.unauthenticated ? "token" : "status";
}

/** @param {string} url @param {string} method @param {[string, string][]} headers @param {number[]} message */
function call(url, method, headers, message) {
  const body = new Uint8Array([0, 0, 0, 0, message.length, ...message]);
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  const target = url + SERVICE + method;
  const send = () => fetch(target, { method: "POST", headers, body, cache: "no-store", signal });
  return withLogin(target, send, signal);
}

/** Who sees it has signed in: `SIGNED_IN_PAGE` of conditions.py. */
const signedInPage = () => new URL("pcw-signed-in.html", import.meta.url).href;

/** `crypto.randomUUID` is missing where the page is no secure context. */
function sessionId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Fields 1 and 2 of every request: the session, and a user. @param {string} session */
const request = (session) => {
  const user = new TextEncoder().encode("pcw-check");
  const id = new TextEncoder().encode(session);
  return [0x0a, id.length, ...id, 0x12, user.length + 2, 0x0a, user.length, ...user];
};

/** @param {Headers} headers @param {Uint8Array} body @returns {{status: number, message: string}} */
function statusOf(headers, body) {
  const trailers = /grpc-status:\s*(\d+)/i.exec(new TextDecoder("latin1").decode(body));
  const status = headers.get("grpc-status") ?? trailers?.[1];
  const message = decodeURIComponent(headers.get("grpc-message") ?? "");
  return { status: status === undefined ? STATUS.unavailable : Number(status), message };
}

/** Field 8 of AnalyzePlanResponse, with the version as its field 1. @param {Uint8Array} body */
function versionIn(body) {
  const text = new TextDecoder("latin1").decode(body);
  const found = /\x42[\s\S]\x0a([\s\S])(\d+\.\d+[\w.-]*)/.exec(text);
  return found ? found[2].slice(0, found[1].charCodeAt(0)) : "";
}
