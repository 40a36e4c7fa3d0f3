// @ts-check
/**
 * Pyodide as a kernel of this site starts it: JupyterLite's `pyodideUrl` names this module.
 *
 * Its Python is prepared before the kernel's own imports, so that output, interrupts and imports are
 * the same in every notebook, with or without `pcw.install()`.
 */

const real = new URL("./pyodide/pyodide.mjs", import.meta.url);

/** @param {Record<string, unknown>} options */
export async function loadPyodide(options) {
  const pyodide = await (await import(real.href)).loadPyodide({
    ...options,
    indexURL: new URL(".", real).href,
  });
  try {
    pyodide.pyimport("pyspark_connect_web.kernel").start();
  } catch (error) {
    // A kernel that starts without it can say more than one that does not start.
    console.error(`pcw: this kernel is not prepared: ${error}`);
  }
  return pyodide;
}
