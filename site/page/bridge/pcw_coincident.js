// @ts-check
/**
 * Mends of two races in coincident 1.2.3, which pages and workers of JupyterLite's pyodide kernel
 * talk by. `tests/upstream.test.js` says when a kernel does without them.
 *
 * The first is mended where a worker is made, in `pcw_kernel_bridge.js`: each message leaves after
 * the sender's own synchronous code. coincident posts a buffer to the worker and only then waits
 * for its first word to change. When the worker is quicker, `Atomics.waitAsync` answers
 * `{async: false}`: coincident does not expect that and waits forever; and to go on at once
 * instead would read a text that the worker is still writing. If the wait stands before the
 * message leaves, neither can happen. https://tc39.es/proposal-atomics-wait-async/
 */

/**
 * Has the text of an answer appear in the kernel's buffer all at once.
 *
 * coincident writes it, letter by letter, over the very word that the kernel waits for to change.
 * A kernel that begins to wait in the middle reads half a text, and does not start. So coincident
 * is given a buffer of its own to write to, which it does before `dispatchEvent` returns, and the
 * word is set last. Its request for the text is `{channel: [number, words]}`.
 * @param {Worker} worker
 * @param {MessageEvent} event any other message passes
 */
export function answerAtOnce(worker, event) {
  const { data } = event;
  if (typeof data !== "object" || data === null) return;
  if (Array.isArray(data) || ArrayBuffer.isView(data)) return;
  const [channel, ...others] = Object.keys(data);
  const request = others.length === 0 ? data[channel] : undefined;
  if (!Array.isArray(request) || request.length !== 2) return;
  const [number, words] = request;
  if (words?.[Symbol.toStringTag] !== "Int32Array") return;
  if (words.buffer[Symbol.toStringTag] !== "SharedArrayBuffer") return;
  event.stopImmediatePropagation();
  const copy = new Int32Array(words.length);
  worker.dispatchEvent(new MessageEvent("message", { data: { [channel]: [number, copy] } }));
  words.set(copy.subarray(1), 1);
  Atomics.store(words, 0, copy[0]);
  Atomics.notify(words, 0);
}
