/**
 * What a snapshot of Python's memory would give the start of a tab, and what it would get wrong.
 *
 *     node e2e/bench/memory_snapshot.mjs [site/dist]
 *
 * Starts the built site's Pyodide under Node, each start in a process of its own: in the ordinary
 * way, and from a snapshot that another process made after the imports. No site has one:
 * `docs/performance.md` says why.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const SITE_PACKAGES = "/lib/python3.14/site-packages";
const HERE = fileURLToPath(import.meta.url);

// As `install()` has it, but for what needs a page.
const CONNECT = `
import importlib, sys, __main__
__main__.__file__ = "<cell>"
import pyspark_connect_web.kernel, pyspark_connect_web.install
install = sys.modules["pyspark_connect_web.install"]
install.client.adapt(install.packages.SiteLock.of_this_kernel().versions("numpy", "pandas"))
install._publish_modules()
import pyspark.sql.connect.session, pyspark.sql.connect.dataframe
`;

const STARTS = {
  "the harness, with PySpark": { setting: "pcw-site.json", python: CONNECT },
  "a notebook's kernel, with PySpark": {
    setting: "jupyter-lite.json",
    python: `import micropip, piplite, pyodide_kernel\n${CONNECT}`,
  },
};

const PROBE = `
import json, random, time
json.dumps({"time.timezone": time.timezone, "random()": random.random()})
`;

/** The wheels that a start needs, by the site's own settings and its lock. */
function wheels(site, setting) {
  const lock = JSON.parse(readFileSync(join(site, "pyodide/pyodide-lock.json"), "utf8")).packages;
  const told = JSON.parse(readFileSync(join(site, setting), "utf8"));
  const kernel = told["jupyter-config-data"]?.litePluginSettings;
  const wanted = kernel
    ? kernel["@jupyterlite/pyodide-kernel-extension:kernel"].loadPyodideOptions.packages
    : told.preload;
  const all = new Set(wanted);
  for (const name of all) for (const needed of lock[name].depends) all.add(needed);
  return [...all].map((name) => join(site, "pyodide", lock[name].file_name));
}

/** One start, in this process; tells what it cost. */
async function start(way, site, setting, python, image) {
  const began = process.cpuUsage();
  const pyodide = await (way === "restore" ? restored(site, image) : ordinary(site, way));
  if (way !== "restore") {
    for (const wheel of wheels(site, setting)) {
      pyodide.FS.writeFile("/tmp/wheel", readFileSync(wheel));
      pyodide.runPython(
        `import zipfile; zipfile.ZipFile("/tmp/wheel").extractall("${SITE_PACKAGES}")`,
      );
    }
    pyodide.runPython(`import importlib; importlib.invalidate_caches()\n${python}`);
  }
  const spent = process.cpuUsage(began);
  if (way === "make") {
    const standIn = () => ({}); // for JavaScript's objects, of which this measures none
    writeFileSync(image, pyodide.makeMemorySnapshot({ serializer: standIn }));
  }
  const cpu_s = (spent.user + spent.system) / 1e6;
  return { cpu_s, ...JSON.parse(pyodide.runPython(PROBE)) };
}

async function ordinary(site, way) {
  const indexURL = join(site, "pyodide/");
  const { loadPyodide } = await import(pathToFileURL(join(indexURL, "pyodide.mjs")).href);
  return loadPyodide({ indexURL, _makeSnapshot: way === "make" });
}

async function restored(site, image) {
  const indexURL = join(site, "pyodide/");
  const { loadPyodide } = await import(pathToFileURL(join(indexURL, "pyodide.mjs")).href);
  const create = (await import(pathToFileURL(join(indexURL, "pyodide.asm.mjs")).href)).default;
  const snapshot = new Uint8Array(readFileSync(image));
  return loadPyodide({
    indexURL,
    _loadSnapshot: snapshot,
    _snapshotDeserializer: () => ({}),
    // Pyodide 314.0.4 copies the snapshot into a memory that may be smaller than it.
    createPyodideModule: async (settings) => {
      const module = await create(settings);
      module.growMemory(snapshot.length);
      return module;
    },
  });
}

/** A start in a process of its own, in a time zone. */
function run(zone, ...job) {
  const options = { encoding: "utf8", env: { ...process.env, TZ: zone }, timeout: 120_000 };
  const { status, stdout } = spawnSync(process.execPath, [HERE, "start", ...job], options);
  if (status !== 0) throw new Error(`${job[0]}: ${stdout.slice(-2000)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const MB = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

if (process.argv[2] === "start") {
  const [way, site, setting, python, image] = process.argv.slice(3);
  try {
    console.log(JSON.stringify(await start(way, site, setting, python, image)));
  } catch (error) {
    // Node itself would repeat the line where it failed, and Pyodide's file is all one line.
    console.log(String(error));
    process.exitCode = 1;
  }
} else {
  const site = resolve(process.argv[2] ?? "site/dist");
  const folder = mkdtempSync(join(tmpdir(), "snapshot-"));
  const image = join(folder, "image");
  try {
    for (const [name, { setting, python }] of Object.entries(STARTS)) {
      run("UTC", "make", site, setting, python, image);
      const bytes = readFileSync(image);
      console.log(
        `\n${name}: ${MB(bytes.length)}, by gzip ${MB(gzipSync(bytes, { level: 9 }).length)}`,
      );
      for (const way of ["ordinary", "restore", "ordinary", "restore"]) {
        console.log(way, run("America/New_York", way, site, setting, python, image));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
