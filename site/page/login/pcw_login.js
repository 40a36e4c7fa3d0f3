// @ts-check
/**
 * The login at the site's own origin: cookies that no script can read, and that run out.
 *
 * A call that the proxy refuses (HTTP 401) has them renewed by `GET /pcw/session` and is sent once
 * more. One renewal serves all tabs and kernels of a browser profile: a provider that rotates its
 * refresh tokens takes each of them once, and may end the login of who shows one twice
 * (https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2). Nothing is asked before a 401 came.
 */

export const CHANNEL = "pcw-login";
/** What is said there when somebody signs out: all tabs end their sessions. */
export const SIGN_OUT = "sign-out";

const SESSION_PATH = "/pcw/session";
const RENEWAL_TIMEOUT_MS = 15_000;
const REFUSAL_HOLDS_MS = 1000;
const UNAUTHORIZED = 401;
const SERVER_ERROR = 500;
/** Held by who renews. */
const LOCK = "pcw-login";
/** A worker holds one named `pcw-login-was <outcome> <ms since 1970>` while it lives: the others read it. */
const OUTCOME_LOCK = "pcw-login-was";

/** On a refusal of a login that has not ended: clocks differ, and no renewal or new login is a cure. */
const REFUSED_HEADER = "pcw-refused";
const REFUSED_FOR_TIME = "time";

/**
 * @typedef {"renewed" | "refused" | "untimely" | "missing"} Outcome missing: nobody signs in here
 * @typedef {{outcome: Outcome} | {broken: Response}} Renewal broken: ask again later
 */

const REASONS = /** @type {const} */ ({ refused: "login-ended", untimely: "login-untimely" });

/** There is no login that is let in, and no renewal makes one. */
export class SignedOut extends Error {
  /**
   * @param {"login-ended" | "login-untimely" | "signed-out"} reason untimely: its token is refused for
   *   the time; signed-out: on purpose, in some tab
   */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** @param {string} url */
export const isOwn = (url) => new URL(url, self.location.href).origin === self.location.origin;

/**
 * Sends a request, and where it is refused once more after a renewal.
 *
 * That is safe for any call: the proxy asks for the login before it passes anything on, so nothing
 * of a call with a 401 was executed.
 * @param {string} url
 * @param {() => Promise<Response>} send
 * @param {AbortSignal} [signal] ends the wait, not the renewal, which others need too
 * @returns {Promise<Response>}
 * @throws {SignedOut}
 */
export async function withLogin(url, send, signal) {
  const sent = Date.now();
  const response = await send();
  if (response.status !== UNAUTHORIZED || !isOwn(url)) return response;
  const renewal = await unlessAborted(renew(sent, signal), signal);
  if ("broken" in renewal) return renewal.broken;
  if (renewal.outcome === "missing") return response;
  response.body?.cancel().catch(() => {});
  if (renewal.outcome !== "renewed") throw new SignedOut(REASONS[renewal.outcome]);
  const again = await send();
  if (again.status === UNAUTHORIZED) throw new SignedOut(REASONS[refusalOf(again)]);
  return again;
}

/**
 * Renews the login, if nobody has since then.
 * @param {number} since ms since 1970: when the call was sent that was refused
 * @param {AbortSignal} [signal] ends a wait for others
 * @returns {Promise<Renewal>}
 */
export async function renew(since, signal) {
  return await navigator.locks.request(LOCK, { signal }, async () => {
    const last = await lastOutcome();
    if (last && last.at + holdMs(last.outcome) > since) return { outcome: last.outcome };
    const response = await fetch(SESSION_PATH, {
      headers: { accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(RENEWAL_TIMEOUT_MS),
    });
    if (response.status >= SERVER_ERROR) return { broken: response };
    response.body?.cancel().catch(() => {});
    const outcome = outcomeOf(response);
    tell(outcome);
    return { outcome };
  });
}

/**
 * A cell goes on after a call that it did not need, and its next one would ask the same again. Who
 * has a new login is not refused, and so does not come here.
 * @param {Outcome} outcome
 */
const holdMs = (outcome) =>
  outcome === "refused" || outcome === "untimely" ? REFUSAL_HOLDS_MS : 0;

/** @param {Response} response @returns {Outcome} */
function outcomeOf(response) {
  const { ok, status, type, headers } = response;
  if (ok && (headers.get("content-type") ?? "").startsWith("application/json")) return "renewed";
  return status === UNAUTHORIZED || type === "opaqueredirect" ? refusalOf(response) : "missing";
}

/** @param {Response} response @returns {"refused" | "untimely"} */
function refusalOf({ headers }) {
  return headers.get(REFUSED_HEADER) === REFUSED_FOR_TIME ? "untimely" : "refused";
}

/** Ends the lock that this worker's outcome before was told by. */
let untell = () => {};

/**
 * By the name of a lock: the next holder of {@link LOCK} surely sees it, and nothing of it stays.
 * @param {Outcome} outcome
 */
function tell(outcome) {
  untell();
  const name = `${OUTCOME_LOCK} ${outcome} ${Date.now()}`;
  const held = new Promise((resolve) => (untell = () => resolve(undefined)));
  void navigator.locks.request(name, () => held);
}

/** @returns {Promise<{outcome: Outcome, at: number} | undefined>} the newest */
async function lastOutcome() {
  const { held = [], pending = [] } = await navigator.locks.query();
  const told = [...held, ...pending].map(({ name }) => (name ?? "").split(" "));
  return told
    .filter(([kind]) => kind === OUTCOME_LOCK)
    .map(([, outcome, at]) => ({ outcome: /** @type {Outcome} */ (outcome), at: Number(at) }))
    .sort((one, other) => other.at - one.at)[0];
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
function unlessAborted(promise, signal) {
  if (!signal) return promise;
  promise.catch(() => {});
  const aborted = new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  return Promise.race([promise, /** @type {Promise<never>} */ (aborted)]);
}

/**
 * Has the first call after a sign-out, in whatever tab, say so.
 * @returns {(url: string) => void} throws {@link SignedOut} once, for a call to the own origin
 */
export function hearSignOuts() {
  let signedOut = false;
  new BroadcastChannel(CHANNEL).onmessage = ({ data }) => {
    if (data?.type === SIGN_OUT) signedOut = true;
  };
  return (url) => {
    if (!signedOut || !isOwn(url)) return;
    signedOut = false;
    throw new SignedOut("signed-out");
  };
}
