import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** The pages of one browser profile: their locks, their channel, and where they went. */
let locks;
let channels;
let went;
let log;
let modules = 0;

class Channel {
  constructor() {
    channels.push(this);
  }
  postMessage(data) {
    for (const other of channels)
      if (other !== this) queueMicrotask(() => other.onmessage?.({ data }));
  }
}

beforeEach(() => {
  [locks, channels, went, log] = [new Set(), [], [], []];
  globalThis.BroadcastChannel = Channel;
  globalThis.location = { assign: (path) => went.push(path) };
  globalThis.fetch = async (path) => {
    log.push(path);
    return new Response("{}", { headers: { "content-type": "application/json" } });
  };
  const request = async (name, ...rest) => {
    locks.add(name);
    const answer = await rest.at(-1)();
    locks.delete(name);
    return answer;
  };
  const query = async () => ({ held: [...locks].map((name) => ({ name })), pending: [] });
  Object.defineProperty(globalThis, "navigator", {
    value: { locks: { request, query } },
    configurable: true,
  });
});

/** A page of the profile; `end` is how its sessions end. */
async function page(name, end = async () => log.push(`${name} ends`)) {
  const { SignOuts } = await import(`../pcw_sign_out.js?${modules++}`);
  return new SignOuts(end);
}

test("who signs out alone has the sessions ended with a valid login, and goes", async () => {
  const one = await page("one");
  await one.signOut();
  assert.deepEqual(log, ["/pcw/session", "one ends"]);
  assert.deepEqual(went, ["/pcw/sign-out"]);
});

test("the sessions of other pages are waited for", async () => {
  const one = await page("one");
  let finish;
  await page("other", () => new Promise((resolve) => (finish = resolve)));
  const left = one.signOut();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(went, []);
  finish();
  await left;
  assert.deepEqual(went, ["/pcw/sign-out"]);
});

test("what is open is saved first, and a page that cannot save signs out all the same", async () => {
  const one = await page("one");
  const commands = {
    execute: async (command) => {
      log.push(command);
      throw new Error("no such command");
    },
  };
  await one.signOut({ commands });
  assert.equal(log[0], "docmanager:save-all");
  assert.deepEqual(went, ["/pcw/sign-out"]);
});

test("the command is in the palette and in the File menu", async () => {
  const one = await page("one");
  const offered = [];
  const services = new Map([
    [
      { name: "@jupyterlab/apputils:ICommandPalette" },
      { addItem: ({ command }) => offered.push(command) },
    ],
    [
      { name: "@jupyterlab/mainmenu:IMainMenu" },
      { fileMenu: { addGroup: ([{ command }]) => offered.push(command) } },
    ],
  ]);
  const pluginRegistry = {
    _services: services,
    resolveOptionalService: async (token) => services.get(token),
  };
  const added = {};
  await one.offer({
    pluginRegistry,
    started: Promise.resolve(),
    commands: { addCommand: (id, how) => (added[id] = how) },
  });
  assert.deepEqual(offered, ["pcw:sign-out", "pcw:sign-out"]);
  await added["pcw:sign-out"].execute();
  assert.deepEqual(went, ["/pcw/sign-out"]);
});

test("an app without a palette or a menu of that kind keeps the command", async () => {
  const one = await page("one");
  const added = [];
  await one.offer({ started: Promise.resolve(), commands: { addCommand: (id) => added.push(id) } });
  assert.deepEqual(added, ["pcw:sign-out"]);
});
