// @ts-check
/**
 * What a kernel has left with the page to be said to an endpoint when the kernel can no longer
 * speak: that its sessions end.
 */

/** The least that browsers keep a preflight for, if the endpoint allows it: Safari's ten minutes, halved. */
export const REHEARSAL_MS = 300_000;
const LATER = "/pcw/later";
const LATER_HEADER = "pcw-later-seconds";
const UNAUTHORIZED = 401;

/**
 * @typedef {object} Farewell
 * @property {string} url
 * @property {[string, string][]} headers
 * @property {Uint8Array<ArrayBuffer>} body of all of a page's farewells 64 KiB may be under way
 *   at once (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, "keepalive")
 * @property {number} notBefore ms since 1970; it must not be said earlier
 *
 * @typedef {(url: string, send: () => Promise<Response>) => Promise<Response>} WithLogin
 */

/** @param {Farewell} farewell @param {RequestInit} options */
const post = ({ url, headers, body }, options = {}) =>
  fetch(url, { method: "POST", headers, body, cache: "no-store", ...options });

/** @param {Farewell} farewell */
const originOf = ({ url }) => new URL(url, document.baseURI).origin;

/** A proxy's address that waits, and then passes on what it was told. @param {string} url */
const later = (url) => {
  const { origin, pathname } = new URL(url, document.baseURI);
  return origin + LATER + pathname;
};

/** What the page knows of endpoints, and its voice. */
export class Speaker {
  /**
   * @param {WithLogin} withLogin sends again what is refused, with a new login
   * @param {() => boolean} hasLogin whether people sign in at this site
   */
  constructor(withLogin, hasLogin) {
    this.withLogin = withLogin;
    this.hasLogin = hasLogin;
    /** Addresses that have been rehearsed, and since when. @type {Map<string, number>} */
    this.rehearsed = new Map();
    /** How long a proxy waits with what its {@link LATER} addresses are told, by origin. @type {Map<string, number>} */
    this.laterMs = new Map();
  }

  /**
   * Asks the endpoint what it can do while there is time, and so has the browser ask for the
   * preflight: from a page that goes it carries a request, but none that still needs one. A gRPC
   * call without a message runs nothing.
   * @param {Farewell} farewell
   */
  async rehearse(farewell) {
    const { url } = farewell;
    if (Date.now() - (this.rehearsed.get(url) ?? -Infinity) < REHEARSAL_MS) return;
    this.rehearsed.set(url, Date.now());
    try {
      const { headers } = await post({ ...farewell, body: new Uint8Array() });
      const seconds = Number(headers.get(LATER_HEADER) ?? 0);
      if (!seconds) return;
      this.laterMs.set(originOf(farewell), seconds * 1000);
      // On the page's own origin nothing asks for a preflight.
      if (originOf(farewell) !== location.origin) {
        await this.rehearse({ ...farewell, url: later(url) });
      }
    } catch (error) {
      this.rehearsed.delete(url);
      console.warn(`pcw: ${url}: ${error}`);
    }
  }

  /** @param {Farewell} farewell */
  async say(farewell) {
    const { url } = farewell;
    const send = () => post(farewell, { keepalive: true }); // it outlives the page
    try {
      let response = await send();
      if (response.status === UNAUTHORIZED && this.hasLogin()) {
        response = await this.withLogin(url, send);
      }
      const status = response.headers.get("grpc-status") ?? "0";
      if (!response.ok || status !== "0") {
        console.warn(`pcw: ${url}: HTTP ${response.status}, grpc-status ${status}`);
      }
    } catch (error) {
      console.warn(`pcw: ${url}: ${error}`);
    }
  }

  /** Says it from a page that goes, if it is time or a proxy waits. @param {Farewell} farewell */
  sayLeaving(farewell) {
    const wait = farewell.notBefore - Date.now();
    if (wait <= 0) void this.say(farewell);
    else if (wait <= (this.laterMs.get(originOf(farewell)) ?? 0)) {
      void this.say({ ...farewell, url: later(farewell.url) });
    }
  }
}

/** Those of one kernel, each by its key. */
export class Farewells {
  /** @param {Speaker} speaker */
  constructor(speaker) {
    this.speaker = speaker;
    /** @type {Map<string, Farewell>} */
    this.left = new Map();
  }

  get isEmpty() {
    return this.left.size === 0;
  }

  /** @param {string} key what it replaces, and is withdrawn by @param {Farewell} farewell */
  leave(key, farewell) {
    this.left.set(key, farewell);
    void this.speaker.rehearse(farewell);
  }

  /** @param {string} key */
  withdraw(key) {
    this.left.delete(key);
  }

  rehearse() {
    for (const farewell of this.left.values()) void this.speaker.rehearse(farewell);
  }

  take() {
    const taken = [...this.left.values()];
    this.left.clear();
    return taken;
  }

  /** The kernel is gone; the page stays, so that it can wait for the time of a farewell. */
  sayInTime() {
    for (const farewell of this.take()) {
      const delay = farewell.notBefore - Date.now();
      if (delay <= 0) void this.speaker.say(farewell);
      else setTimeout(() => void this.speaker.say(farewell), delay);
    }
  }

  /** Says all while the page and the kernel stay; settled when they have been heard. */
  async sayAll() {
    await Promise.all(
      this.take().map(async (farewell) => {
        const delay = farewell.notBefore - Date.now();
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
        await this.speaker.say(farewell);
      }),
    );
  }

  /**
   * The page goes and takes the kernel along. For what it is too early for, a proxy may wait in its
   * stead; else the server ends the query a little later.
   */
  sayLeaving() {
    for (const farewell of this.take()) this.speaker.sayLeaving(farewell);
  }
}
