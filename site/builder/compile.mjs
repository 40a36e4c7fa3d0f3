/**
 * Compiles the Python files of archives with the Pyodide that will run them.
 *
 *     node compile.mjs CORE FOLDER < jobs.json
 *
 * CORE has Pyodide's core files. A job is {source, result, prefix}: two file names in FOLDER, and where
 * the members will lie in the tab, which code objects carry. A result has a `.pyc` under the name of
 * each member that could be compiled, made for no check of its source (PEP 552).
 */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [core, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${core}/pyodide.mjs`).href);

const COMPILE = `
import _imp
import json
import warnings
from importlib._bootstrap_external import _code_to_hash_pyc
from zipfile import ZipFile, ZipInfo

# Whoever wrote them heard of these; a tab would print them again at each start.
warnings.simplefilter("ignore")

def compile_all(source, result, prefix):
    with ZipFile(source) as files, ZipFile(result, "w") as compiled:
        for name in sorted(files.namelist()):
            if not name.endswith(".py"):
                continue
            text = files.read(name)
            try:
                code = compile(text, prefix + name, "exec", dont_inherit=True, optimize=0)
            except (SyntaxError, ValueError):
                continue  # not Python of this version: it stays as it is
            fingerprint = _imp.source_hash(_imp.pyc_magic_number_token, text)
            compiled.writestr(ZipInfo(name), _code_to_hash_pyc(code, fingerprint, False))

for job in json.loads(jobs):
    compile_all("/work/" + job["source"], "/work/" + job["result"], job["prefix"])
`;

const pyodide = await loadPyodide({ indexURL: `${core}/` });
pyodide.mountNodeFS("/work", folder);
pyodide.globals.set("jobs", readFileSync(0, "utf-8"));
pyodide.runPython(COMPILE);
