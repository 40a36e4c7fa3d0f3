// @ts-check
/**
 * Pyodide as a kernel of this site starts it: JupyterLite's `pyodideUrl` names this module.
 *
 * Its Python is prepared before the kernel's own imports, so that output, interrupts and imports are
 * the same in every notebook, with or without `pcw.install()`.
 */

import { fillWhenOpened } from "./pcw_lazy_files.js";

const real = new URL("./pyodide/pyodide.mjs", import.meta.url);
/** What JupyterLite imports first, and the packages that it must have been told of for that. */
const KERNEL_MODULES = ["piplite.piplite", "pyodide_kernel"];
const KERNEL_PACKAGES = ["piplite", "pyodide-kernel"];
/** Where JupyterLite mounts its files, and is, when it imports these. */
const DRIVE = "/drive";

/** @typedef {{packages?: string[], stdout?: Function, stderr?: Function, [other: string]: unknown}} Options */

/** @type {Promise<{packages: string[], pyodide: any} | undefined> | undefined} */
let early;

/**
 * Starts Python before JupyterLite asks for it.
 * @param {Promise<string[]>} packages that it will ask for
 */
export function startEarly(packages) {
  early = packages
    .then(async (packages) => ({ packages, pyodide: await start({ packages }) }))
    .catch((error) => void console.warn(`pcw: Python starts when a kernel asks for it: ${error}`));
}

/** @param {Options} options */
export async function loadPyodide(options) {
  const started = await early;
  early = undefined;
  if (!started || !areAllIn(options, started.packages)) return start(options);
  const { pyodide } = started;
  pyodide.setStdout({ batched: options.stdout });
  pyodide.setStderr({ batched: options.stderr });
  return pyodide;
}

/** Whether nothing is asked for that the Python started early has not. @param {Options} options @param {string[]} packages */
function areAllIn({ packages: wanted = [], indexURL, stdout, stderr, ...others }, packages) {
  return Object.keys(others).length === 0 && wanted.every((name) => packages.includes(name));
}

/** @param {Options} options */
async function start(options) {
  const pyodide = await (await import(real.href)).loadPyodide({
    ...options,
    indexURL: new URL(".", real).href,
  });
  fillWhenOpened(pyodide);
  try {
    pyodide.pyimport("pyspark_connect_web.kernel").start();
    if (KERNEL_PACKAGES.every((name) => options.packages?.includes(name))) importKernel(pyodide);
  } catch (error) {
    // A kernel that starts without it can say more than one that does not start.
    console.error(`pcw: this kernel is not prepared: ${error}`);
  }
  return pyodide;
}

/**
 * Before the drive is mounted: every import looks into the folder that Python is in, and a look into
 * the drive is answered by the page.
 * @param {any} pyodide
 */
function importKernel(pyodide) {
  const { FS } = pyodide;
  const before = FS.cwd();
  FS.mkdirTree(DRIVE);
  FS.chdir(DRIVE);
  try {
    for (const name of KERNEL_MODULES) pyodide.pyimport(name).destroy();
  } finally {
    FS.chdir(before);
  }
}
