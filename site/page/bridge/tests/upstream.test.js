/**
 * Whether JupyterLite's pyodide kernel still needs the mends of `pcw_coincident.js`: its own
 * coincident, from the installed extension (`make env`), is run without them and with them.
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { answerAtOnce } from "../pcw_coincident.js";
import { settled } from "./page.js";

const EXTENSION = new URL(
  "../../../../.venv/share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/",
  import.meta.url,
);
const PACKAGE = "node_modules/coincident/esm/";
/** Constants that a minifier leaves nothing of. */
const INLINED = { "shared/traps.js": 'export const GET = "get", HAS = "has", SET = "set";' };
const TEXT = '{"a":"a text of some length"}';

/** @type {{coincident: any, CHANNEL: string}} */
let upstream;
/** What a kernel would see in its buffer after each letter that coincident writes. */
let look = () => {};

/** Like the real one, but somebody looks after each write. */
const WatchedLetters = new Proxy(Uint16Array, {
  construct(Letters, [buffer]) {
    const set = (letters, index, letter) => {
      letters[index] = letter;
      look();
      return true;
    };
    return new Proxy(new Letters(buffer), { set });
  },
});

/** The modules of coincident, by their paths, as the extension's source maps have them. */
async function sources() {
  const found = { ...INLINED };
  for (const name of await readdir(EXTENSION)) {
    if (!name.endsWith(".js.map")) continue;
    const map = JSON.parse(await readFile(new URL(name, EXTENSION), "utf-8"));
    map.sources.forEach((source, index) => {
      const path = source.split(PACKAGE)[1];
      if (path) found[path] = map.sourcesContent[index].replace("proxy-target/types", "./types.js");
      if (source.endsWith("proxy-target/esm/types.js"))
        found["types.js"] = map.sourcesContent[index];
    });
  }
  return found;
}

before(async () => {
  const found = await sources();
  assert.ok(
    found["index.js"],
    "JupyterLite's kernel has no coincident any more, or hides it: see whether the mends of " +
      "pcw_coincident.js are needed for what it has",
  );
  const folder = await mkdtemp(join(tmpdir(), "pcw-coincident-"));
  await writeFile(join(folder, "package.json"), '{"type": "module"}');
  for (const [path, text] of Object.entries(found)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { Uint16Array: Letters } = globalThis;
  globalThis.Uint16Array = WatchedLetters; // coincident takes it when it is loaded
  const { default: coincident } = await import(pathToFileURL(join(folder, "index.js")).href);
  globalThis.Uint16Array = Letters;
  const { CHANNEL } = await import(pathToFileURL(join(folder, "channel.js")).href);
  upstream = { coincident, CHANNEL };
  await rm(folder, { recursive: true });
});

test("the kernel's coincident is the one that the mends were made for", async () => {
  const licences = await readFile(new URL("third-party-licenses.json", EXTENSION), "utf-8");
  const used = JSON.parse(licences).packages.find(({ name }) => name === "coincident");
  assert.equal(used.versionInfo, "1.2.3", "read its changes, and pcw_coincident.js");
});

/** A worker that has answered a call before its sender goes on. */
class QuickWorker {
  addEventListener() {}
  terminate() {}
  postMessage({ [upstream.CHANNEL]: [, words] }) {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  }
}

/** @returns {Promise<string>} what becomes of a call to a worker */
async function call(worker) {
  const answered = async () => await upstream.coincident(worker).greet();
  const outcome = answered().then(
    () => "answered",
    () => "failed",
  );
  return await Promise.race([outcome, settled(10).then(() => "waits")]);
}

test("a worker that is quicker than the page's wait needs the mend of pcw_kernel_bridge.js", async () => {
  assert.notEqual(
    await call(new QuickWorker()),
    "answered",
    "coincident answers without it: let postMessage of pcw_kernel_bridge.js send at once where the " +
      "page half is there, and take the words on it out of pcw_coincident.js",
  );
  const script = new URL("../pcw_kernel_bridge.js", import.meta.url);
  const source = await readFile(script, "utf-8");
  const page = vm.createContext({
    document: { baseURI: "http://localhost/lab/", currentScript: null, querySelector: () => null },
    URL,
    Worker: QuickWorker,
    HTMLScriptElement: class {},
    load: async () => ({ PageHalf: class {} }),
  });
  vm.runInContext(source.replace(" import(", " load("), page);
  assert.equal(await call(new page.Worker("kernel.js")), "answered");
});

/** A page's worker whose kernel asks for {@link TEXT}; `deliver` brings each of its messages. */
async function askForText(deliver) {
  const listeners = [];
  const worker = {
    addEventListener: (_type, listener) => listeners.push(listener),
    dispatchEvent: (event) => listeners.forEach((listener) => listener(event)),
    postMessage() {},
  };
  upstream.coincident(worker).text = () => JSON.parse(TEXT);
  const say = (...details) => {
    const event = { data: { [upstream.CHANNEL]: details }, stopImmediatePropagation() {} };
    deliver(worker, event);
  };
  say(1, new Int32Array(new SharedArrayBuffer(8)), "text", []);
  await settled();
  const words = new Int32Array(new SharedArrayBuffer(4 * Math.ceil(TEXT.length / 2)));
  const read = () => String.fromCharCode(...new Uint16Array(words.buffer).slice(0, TEXT.length));
  const torn = [];
  look = () => {
    // The kernel waits for the first word to change, and reads then.
    if (words[0] !== 0 && read() !== TEXT) torn.push(read());
  };
  say(1, words);
  await settled();
  look = () => {};
  assert.equal(read(), TEXT);
  return torn;
}

test("a text that coincident writes letter by letter needs the mend `answerAtOnce`", async () => {
  const torn = await askForText((worker, event) => worker.dispatchEvent(event));
  assert.ok(
    torn.length > 0,
    "coincident's text is whole without it: take answerAtOnce out of pcw_coincident.js, and " +
      "`pass` out of pcw_page_half.js and pcw_kernel_bridge.js",
  );
  const mended = await askForText((worker, event) => {
    let stopped = false;
    answerAtOnce(worker, { ...event, stopImmediatePropagation: () => (stopped = true) });
    if (!stopped) worker.dispatchEvent(event);
  });
  assert.deepEqual(mended, []);
});
