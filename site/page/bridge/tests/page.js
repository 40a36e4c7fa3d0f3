/** A page for the tests of what runs in one: its globals are stand-ins that note what they are asked. */

/** The workers of a page, which note what they are sent. */
export class FakeWorker {
  constructor(url, options) {
    Object.assign(this, { url, options, sent: [], listeners: {}, terminated: 0 });
  }
  addEventListener(type, listener) {
    this.listeners[type] = listener;
  }
  terminate() {
    this.terminated += 1;
  }
  dispatchEvent(event) {
    this.listeners.message?.({ data: event.data, stopImmediatePropagation() {} });
    this.coincident?.(event.data);
  }
  postMessage(...message) {
    this.sent.push(message);
  }
}

/**
 * Gives this process the globals of a page until the test ends.
 * @param {import("node:test").TestContext} t
 * @param {object} options `now`, ms since 1970; `answers`, headers by address; `statuses` of the next answers
 */
export function standInPage(t, { now = 0, answers = {}, statuses = [] } = {}) {
  const page = {
    clock: { now },
    fetched: [],
    timers: [],
    intervals: [],
    listeners: {},
    reloads: 0,
  };
  const globals = {
    document: { baseURI: "http://localhost/lab/" },
    location: { origin: "http://localhost", reload: () => (page.reloads += 1) },
    addEventListener: (type, listener) => (page.listeners[type] = listener),
    setInterval: (callback) => page.intervals.push(callback),
    setTimeout: (callback, delay) => page.timers.push({ delay, run: callback }),
    clearTimeout: (number) => number && page.timers.splice(number - 1, 1, { delay: 0, run() {} }),
    fetch: async (url, options) => {
      page.fetched.push({ url, ...options });
      const status = statuses.shift() ?? 200;
      return { ok: status === 200, status, headers: new Headers(answers[url]) };
    },
  };
  const before = Object.keys(globals).map((name) => [name, globalThis[name]]);
  Object.assign(globalThis, globals);
  t.after(() => Object.assign(globalThis, Object.fromEntries(before)));
  t.mock.method(Date, "now", () => page.clock.now);
  return page;
}

/** Lets whatever is under way go on. */
export const settled = async (turns = 1) => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export const farewell = (url, notBefore = 0) => ({
  url,
  headers: [["a", "b"]],
  body: new Uint8Array([1]),
  notBefore,
});

/** Where farewells went, and what was rehearsed. */
export const said = ({ fetched }) =>
  fetched.filter(({ keepalive }) => keepalive).map(({ url }) => url);
export const rehearsed = ({ fetched }) =>
  fetched.filter(({ keepalive }) => !keepalive).map(({ url }) => url);
