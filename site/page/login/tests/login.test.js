import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** As the browser's, of one profile: exclusive locks, in the order in which they were asked for. */
class Locks {
  constructor() {
    this.queues = new Map();
  }
  async request(name, ...rest) {
    const [callback, { signal } = {}] = rest.reverse();
    const queue = this.queues.get(name) ?? [];
    this.queues.set(name, queue);
    const before = queue.at(-1);
    let release;
    const turn = new Promise((resolve) => (release = resolve));
    queue.push(turn);
    try {
      await before;
      signal?.throwIfAborted();
      return await callback({ name });
    } finally {
      queue.splice(queue.indexOf(turn), 1);
      release();
    }
  }
  async query() {
    const held = [...this.queues].filter(([, queue]) => queue.length).map(([name]) => ({ name }));
    return { held, pending: [] };
  }
}

const ORIGIN = "https://notebooks.example.org";
const CALL = `${ORIGIN}/spark.connect.SparkConnectService/Config`;

/** What the site answers: `valid` is whether the cookies are, `renewal` what a renewal is answered. */
let site;
let asked;
let modules = 0;

/** The module as one more worker of the profile has it. */
const worker = () => import(`../pcw_login.js?${modules++}`);

const json = (status) =>
  new Response("{}", { status, headers: { "content-type": "application/json" } });

beforeEach(() => {
  site = { valid: false, renewal: () => json(200) };
  asked = [];
  globalThis.self = { location: { href: `${ORIGIN}/lab/`, origin: ORIGIN } };
  Object.defineProperty(globalThis, "navigator", {
    value: { locks: new Locks() },
    configurable: true,
  });
  globalThis.fetch = async (path, options) => {
    asked.push({ path, ...options });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const answer = site.renewal();
    site.valid = answer.ok;
    return answer;
  };
});

/** A call as the proxy takes it; `sent` counts. */
function call(url = CALL) {
  const one = { sent: 0 };
  one.send = async () => {
    one.sent += 1;
    return new Response("", { status: site.valid ? 200 : 401 });
  };
  one.url = url;
  return one;
}

test("a call that is let in asks for nothing else", async () => {
  const { withLogin } = await worker();
  site.valid = true;
  const one = call();
  assert.equal((await withLogin(one.url, one.send)).status, 200);
  assert.deepEqual([one.sent, asked.length], [1, 0]);
});

test("a refused call is sent once more after one renewal, with the cookies and past every cache", async () => {
  const { withLogin } = await worker();
  const one = call();
  assert.equal((await withLogin(one.url, one.send)).status, 200);
  assert.equal(one.sent, 2);
  const [{ path, credentials, cache, redirect }] = asked;
  assert.deepEqual(
    [path, credentials, cache, redirect],
    ["/pcw/session", "same-origin", "no-store", "manual"],
  );
});

test("six refused calls of several workers share one renewal, and all go through", async () => {
  const workers = await Promise.all([worker(), worker(), worker()]);
  const calls = [0, 1, 2, 0, 1, 2].map((index) => ({ ...call(), module: workers[index] }));
  const answers = await Promise.all(
    calls.map(({ module, url, send }) => module.withLogin(url, send)),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200, 200],
  );
  assert.equal(asked.length, 1);
});

test("the next expiry is renewed again", async () => {
  const { withLogin } = await worker();
  for (const renewals of [1, 2]) {
    site.valid = false;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const one = call();
    await withLogin(one.url, one.send);
    assert.equal(asked.length, renewals);
  }
});

test("where nothing can be renewed all calls that wait end, after one question", async () => {
  const [first, second] = await Promise.all([worker(), worker()]);
  site.renewal = () => json(401);
  const [one, other] = [call(), call()];
  const ends = await Promise.allSettled([
    first.withLogin(one.url, one.send),
    second.withLogin(other.url, other.send),
  ]);
  assert.deepEqual(
    ends.map(({ reason }) => reason.reason),
    ["login-ended", "login-ended"],
  );
  assert.equal(asked.length, 1);
});

test("after a new login the next call goes through", async () => {
  const { withLogin } = await worker();
  site.renewal = () => json(401);
  const one = call();
  await assert.rejects(withLogin(one.url, one.send));
  await new Promise((resolve) => setTimeout(resolve, 5));
  site.valid = true;
  assert.equal((await withLogin(one.url, one.send)).status, 200);
});

test("a redirect to a provider is no renewal", async () => {
  const { withLogin } = await worker();
  site.renewal = () => ({
    ok: false,
    status: 0,
    type: "opaqueredirect",
    headers: new Headers(),
    body: null,
  });
  const one = call();
  await assert.rejects(withLogin(one.url, one.send), { reason: "login-ended" });
});

test("a call that is still refused after a renewal is not sent a third time", async () => {
  const { withLogin } = await worker();
  const one = call();
  const refuse = async () => (await one.send(), new Response("", { status: 401 }));
  await assert.rejects(withLogin(one.url, refuse), { reason: "login-ended" });
  assert.equal(one.sent, 2);
});

test("a login that is refused for the time is not renewed again and again, and it is said why", async () => {
  const { withLogin } = await worker();
  const untimely = () => new Response("", { status: 401, headers: { "pcw-refused": "time" } });
  const one = call();
  const refuse = async () => (await one.send(), untimely());
  await assert.rejects(withLogin(one.url, refuse), { reason: "login-untimely" });
  assert.deepEqual([one.sent, asked.length], [2, 1]);
  site = { valid: false, renewal: untimely };
  await new Promise((resolve) => setTimeout(resolve, 5));
  const other = call();
  await assert.rejects(withLogin(other.url, other.send), { reason: "login-untimely" });
  assert.deepEqual([other.sent, asked.length], [1, 2]);
});

test("a call right after a refusal asks nothing again, a later one does", async (context) => {
  const [first, second] = await Promise.all([worker(), worker()]);
  site.renewal = () => json(401);
  const one = call();
  await assert.rejects(first.withLogin(one.url, one.send), { reason: "login-ended" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await assert.rejects(second.withLogin(one.url, one.send), { reason: "login-ended" });
  assert.deepEqual([one.sent, asked.length], [2, 1]);
  const later = Date.now() + 1500;
  context.mock.method(Date, "now", () => later);
  await assert.rejects(second.withLogin(one.url, one.send), { reason: "login-ended" });
  assert.equal(asked.length, 2);
});

for (const [what, answer] of [
  ["no such path", () => json(404)],
  [
    "a page for every path",
    () => new Response("<p>", { headers: { "content-type": "text/html" } }),
  ],
]) {
  test(`where nobody signs in (${what}), the refusal is the answer`, async () => {
    const { withLogin } = await worker();
    site.renewal = answer;
    const one = call();
    assert.equal((await withLogin(one.url, one.send)).status, 401);
    assert.equal(one.sent, 1);
  });
}

test("a proxy that cannot renew just now gives its own answer", async () => {
  const { withLogin } = await worker();
  site.renewal = () => json(503);
  const one = call();
  assert.equal((await withLogin(one.url, one.send)).status, 503);
});

test("another origin's refusal is its own affair", async () => {
  const { withLogin } = await worker();
  const one = call("https://spark.example.org/x");
  assert.equal((await withLogin(one.url, one.send)).status, 401);
  assert.equal(asked.length, 0);
});

test("a call that is given up does not wait, and does not stop the renewal", async () => {
  const { withLogin } = await worker();
  const abort = new AbortController();
  const one = call();
  const end = withLogin(one.url, one.send, abort.signal);
  setTimeout(() => abort.abort(new Error("given up")), 1);
  await assert.rejects(end, /given up/);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(site.valid, true);
});

test("the first call after a sign-out in another tab says so, once", async () => {
  const { CHANNEL, hearSignOuts, SIGN_OUT } = await worker();
  const channels = [];
  const Real = globalThis.BroadcastChannel;
  globalThis.BroadcastChannel = class {
    constructor(name) {
      channels.push([name, this]);
    }
  };
  const refuse = hearSignOuts();
  globalThis.BroadcastChannel = Real;
  const [[name, channel]] = channels;
  assert.equal(name, CHANNEL);
  refuse(CALL);
  channel.onmessage({ data: { type: SIGN_OUT } });
  refuse("https://spark.example.org/x");
  assert.throws(() => refuse(CALL), { reason: "signed-out" });
  refuse(CALL);
});
