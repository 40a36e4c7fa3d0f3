import assert from "node:assert/strict";
import { test } from "node:test";
import { PageHalf } from "../pcw_page_half.js";
import { FakeWorker, farewell, rehearsed, said, settled, standInPage } from "./page.js";

const LAYOUT = { control: { answer: 0 }, answers: { heard: 1, dead: 3 } };
const ELSEWHERE = "http://elsewhere/release";

/** A page half with a connected kernel, which has left a farewell. */
function pageWithKernel(
  t,
  { now = 1000, notBefore = 0, login = false, modules = {}, ...site } = {},
) {
  const page = standInPage(t, { now, ...site });
  const half = new PageHalf(
    FakeWorker,
    () => login,
    async (file) => modules[file],
  );
  const worker = new FakeWorker("kernel.js");
  const kernel = {
    says: (message) => half.hear(worker, message),
    terminate: () => half.end(worker),
  };
  kernel.says({ type: "connect", port: {}, sab: new SharedArrayBuffer(16), layout: LAYOUT });
  kernel.says({ type: "farewell", key: "session", farewell: farewell("/release", notBefore) });
  return Object.assign(page, { half, kernel });
}

test("when the page goes, its kernels' farewells are sent, and outlive it", (t) => {
  const { listeners, fetched } = pageWithKernel(t);
  listeners.pagehide({ persisted: false });
  const [{ url, method, headers, keepalive }] = fetched.filter((one) => one.keepalive);
  assert.deepEqual([url, method, headers, keepalive], ["/release", "POST", [["a", "b"]], true]);
});

test("when a kernel is terminated, its farewells are sent, once", (t) => {
  const { kernel, listeners, fetched } = pageWithKernel(t);
  kernel.terminate();
  kernel.terminate();
  listeners.pagehide({ persisted: false });
  assert.deepEqual(said({ fetched }), ["/release"]);
});

test("a page that comes back after it has taken leave starts anew", (t) => {
  const page = pageWithKernel(t);
  page.listeners.pageshow({ persisted: false });
  page.listeners.pagehide({ persisted: true });
  assert.deepEqual([said(page), page.reloads], [["/release"], 0]);
  page.listeners.pageshow({ persisted: true });
  assert.equal(page.reloads, 1);
});

test("a page that comes back and had nothing on the server goes on", (t) => {
  const page = pageWithKernel(t);
  page.kernel.says({ type: "no-farewell", key: "session" });
  page.listeners.pagehide({ persisted: true });
  page.listeners.pageshow({ persisted: true });
  assert.equal(page.reloads, 0);
});

test("preflights are asked for again before the browser forgets them", (t) => {
  const { kernel, fetched, intervals, clock } = pageWithKernel(t);
  kernel.says({ type: "no-farewell", key: "session" });
  kernel.says({ type: "farewell", key: "other", farewell: farewell(ELSEWHERE) });
  clock.now += 300_000;
  intervals[0]();
  assert.deepEqual(rehearsed({ fetched }), ["/release", ELSEWHERE, ELSEWHERE]);
  kernel.says({ type: "no-farewell", key: "other" });
  clock.now += 300_000;
  intervals[0]();
  assert.equal(fetched.length, 3);
});

test("a kernel that signs out has the page end all sessions, each when its time has come", async (t) => {
  let signedOut = 0;
  class SignOuts {
    constructor(endSessions) {
      this.endSessions = endSessions;
    }
    async signOut() {
      await this.endSessions();
      signedOut += 1;
    }
  }
  const modules = { "pcw_sign_out.js": { SignOuts } };
  const context = pageWithKernel(t, { login: true, modules });
  context.kernel.says({ type: "farewell", key: "late", farewell: farewell("/late", 3000) });
  context.kernel.says({ type: "sign-out" });
  await settled(5);
  assert.deepEqual(said(context), ["/release"]);
  assert.equal(signedOut, 0);
  const [wait] = context.timers.filter(({ delay }) => delay === 2000);
  wait.run();
  await settled(5);
  assert.deepEqual(said(context), ["/release", "/late"]);
  assert.equal(signedOut, 1);
  context.listeners.pagehide();
  assert.equal(said(context).length, 2);
});

test("a page with a kernel hears of a sign-out elsewhere, whether JupyterLab is in it or not", async (t) => {
  let hear;
  class SignOuts {
    constructor(endSessions) {
      hear = endSessions;
    }
  }
  const modules = { "pcw_sign_out.js": { SignOuts } };
  const context = pageWithKernel(t, { login: true, modules });
  await settled();
  await hear();
  assert.deepEqual(said(context), ["/release"]);
});

test("where people sign in JupyterLab is given the command, with the one part of this page", async (t) => {
  const offered = [];
  let made = 0;
  class SignOuts {
    constructor() {
      made += 1;
    }
    offer(app) {
      offered.push(app);
    }
  }
  const colours = { colourSql: async () => {} };
  const modules = { "pcw_sign_out.js": { SignOuts }, "pcw_sql_colours.js": colours };
  const { half } = pageWithKernel(t, { login: true, modules });
  const app = { shell: {} };
  half.meet(app);
  await settled(2);
  assert.deepEqual([offered, made], [[app], 1]);
});

test("where nobody signs in a sign-out does nothing", async (t) => {
  const context = pageWithKernel(t);
  context.kernel.says({ type: "sign-out" });
  await settled();
  assert.deepEqual(said(context), []);
});

test("JupyterLab gets colours for SQL; an app without a shell has no cells", async (t) => {
  const coloured = [];
  const modules = { "pcw_sql_colours.js": { colourSql: async (app) => coloured.push(app) } };
  const { half } = pageWithKernel(t, { modules });
  half.meet({});
  half.meet({ shell: {} });
  await settled();
  assert.deepEqual(coloured, [{ shell: {} }]);
});
