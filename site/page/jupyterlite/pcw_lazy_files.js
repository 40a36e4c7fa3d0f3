// @ts-check
/**
 * Files that are fetched when something opens them.
 *
 * The site's wheels have bytecode; in the place of sources, which imports do not read, they have
 * stubs of one length that say where the file is: which bundle of the site, from where, how many
 * bytes. Here the tab's file system tells the sizes of the files themselves, and puts a file in the
 * place of its stub before it is read. `site/builder/lazy_files.py` writes both.
 */

const STUB = /^raise ImportError\(".*: ([0-9a-f]{16}) (\d{10}) (\d{10})"\)\n$/;
const STUB_SIZE = 157;
const EIO = 29;

/** A host that takes a request and never answers must not stop the cell, */
const ANSWER_MS = 5_000;
/** though a slow link may need long for what it answers with, */
const CONTENT_MS = 120_000;
/** and a traceback has many files, for each of which nobody wants to wait anew. */
const LEFT_ALONE_MS = 30_000;

/** @typedef {{bundle: string, offset: number, size: number}} Place */
/** @typedef {{contents: Uint8Array, usedBytes: number}} FileNode */

/**
 * @param {FileNode} node
 * @returns {Place | undefined} where its content is, if it is a stub
 */
function placeOf(node) {
  if (node.usedBytes !== STUB_SIZE) return undefined;
  const text = new TextDecoder().decode(node.contents.subarray(0, STUB_SIZE));
  const match = STUB.exec(text);
  return match ? { bundle: match[1], offset: Number(match[2]), size: Number(match[3]) } : undefined;
}

/**
 * Blocks: whoever opens a file waits for it.
 *
 * @param {string} url
 * @returns {Uint8Array}
 */
function fetchNow(url) {
  ask("HEAD", url, ANSWER_MS);
  const request = ask("GET", url, CONTENT_MS);
  if (request.status !== 200) throw new Error(`HTTP ${request.status}`);
  return new Uint8Array(request.response);
}

/**
 * @param {"GET" | "HEAD"} method
 * @param {string} url
 * @param {number} limit in ms
 */
function ask(method, url, limit) {
  const request = new XMLHttpRequest();
  request.open(method, url, false);
  request.responseType = "arraybuffer";
  request.timeout = limit;
  request.send();
  return request;
}

/**
 * From now on.
 *
 * @param {{FS: any}} pyodide
 * @param {(url: string) => Uint8Array} fetch
 * @param {string | URL} folder
 */
export function fillWhenOpened(
  pyodide,
  fetch = fetchNow,
  folder = new URL("./pcw-lazy/", import.meta.url),
) {
  const { FS } = pyodide;
  /** @type {Map<string, Uint8Array>} */
  const bundles = new Map();
  /** @type {Map<string, number>} when each was asked for in vain */
  const lost = new Map();

  /** @param {string} name */
  const read = (name) => {
    const known = bundles.get(name);
    if (known) return known;
    if (Date.now() - (lost.get(name) ?? -Infinity) < LEFT_ALONE_MS) throw new FS.ErrnoError(EIO);
    const { href } = new URL(`${name}.txt`, folder);
    try {
      const content = fetch(href);
      bundles.set(name, content);
      return content;
    } catch (error) {
      lost.set(name, Date.now());
      console.error(
        `pcw: ${href} could not be fetched: ${error}; where the site is reached, rebuild the site.`,
      );
      throw new FS.ErrnoError(EIO);
    }
  };

  /** @param {FileNode} node */
  const fill = (node) => {
    const place = placeOf(node);
    if (!place) return;
    // A copy: who writes to the file must not write into the bundle.
    node.contents = read(place.bundle).slice(place.offset, place.offset + place.size);
    node.usedBytes = place.size;
  };

  // All files of this file system have the same two objects of operations.
  const name = `/tmp/pcw-${Math.random()}`;
  FS.writeFile(name, "");
  const { stream_ops: streams, node_ops: nodes } = FS.lookupPath(name).node;
  FS.unlink(name);
  const { getattr } = nodes;
  streams.open = (/** @type {{node: FileNode}} */ stream) => fill(stream.node);
  nodes.getattr = (/** @type {FileNode} */ node) => {
    const facts = getattr(node);
    facts.size = placeOf(node)?.size ?? facts.size;
    return facts;
  };
}
