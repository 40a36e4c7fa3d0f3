// @ts-check
/**
 * The producer's side of a ring buffer in a SharedArrayBuffer.
 *
 * Layout (words and record kinds) is described once, in the Python package's `bridge/layout.py`, and
 * arrives with the connect message. Positions are running byte counts modulo 2^32.
 */

/** @typedef {import("./layout.d.ts").Layout["ring"]} RingLayout */

/** How long the producer sleeps where `Atomics.waitAsync` is missing. */
const ROOM_POLL_MS = 4;

/** So much is not held back: the reader may copy it while more is written. */
const HELD_BACK_BYTES = 1 << 17;

export class Abandoned extends Error {}

export class RingWriter {
  /**
   * @param {SharedArrayBuffer} sab
   * @param {RingLayout} layout
   * @param {AbortSignal} signal aborted when the reader is gone: nobody will make room
   */
  constructor(sab, layout, signal) {
    this.words = new Int32Array(sab, 0, layout.headerBytes / 4);
    this.data = new Uint8Array(sab, layout.headerBytes, layout.dataBytes);
    this.layout = layout;
    this.signal = signal;
    /** Bytes in the ring that the reader does not know of yet: each time it is woken costs. */
    this.heldBack = 0;
    this.closed = false;
  }

  free() {
    const { written, read, dataBytes } = this.layout;
    const used = (Atomics.load(this.words, written) - Atomics.load(this.words, read)) >>> 0;
    return dataBytes - used - this.heldBack;
  }

  /** Resolves when the reader has moved, or rejects with Abandoned. */
  async moved() {
    const seen = Atomics.load(this.words, this.layout.read);
    if (this.free() > 0) return;
    if (typeof Atomics.waitAsync !== "function") {
      await new Promise((resolve) => setTimeout(resolve, ROOM_POLL_MS));
      return;
    }
    const wait = Atomics.waitAsync(this.words, this.layout.read, seen);
    if (wait.async) await Promise.race([wait.value, aborted(this.signal)]);
  }

  /** The reader may have them at once, and has them after `flush`. @param {Uint8Array} bytes */
  async write(bytes) {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.signal.aborted) throw new Abandoned();
      const count = Math.min(this.free(), bytes.length - offset);
      if (count === 0) {
        this.flush();
        await this.moved();
        continue;
      }
      this.put(bytes.subarray(offset, offset + count));
      offset += count;
    }
  }

  /** @param {Uint8Array} bytes not more than `free()` */
  put(bytes) {
    const { written, dataBytes } = this.layout;
    const position = (Atomics.load(this.words, written) + this.heldBack) & (dataBytes - 1);
    const first = Math.min(bytes.length, dataBytes - position);
    this.data.set(bytes.subarray(0, first), position);
    this.data.set(bytes.subarray(first), 0);
    this.heldBack += bytes.length;
    if (this.heldBack >= Math.min(HELD_BACK_BYTES, dataBytes)) this.flush();
  }

  /** Tells the reader of all that is written. */
  flush() {
    if (this.heldBack === 0) return;
    Atomics.add(this.words, this.layout.written, this.heldBack);
    this.heldBack = 0;
    Atomics.notify(this.words, this.layout.written);
  }

  /**
   * @param {number} kind a record kind of the layout
   * @param {number} length bytes; of a message or trailers the whole, which data records then carry
   */
  async writeHeader(kind, length) {
    const header = new DataView(new ArrayBuffer(this.layout.recordHeaderBytes));
    header.setUint32(0, kind, true);
    header.setUint32(4, length, true);
    await this.write(new Uint8Array(header.buffer));
  }

  /**
   * @param {number} kind
   * @param {Uint8Array} payload
   */
  async writeRecord(kind, payload) {
    await this.writeHeader(kind, payload.length);
    await this.write(payload);
  }

  /**
   * Another call may have the ring then: again does nothing.
   * @param {number} state the word for "no more bytes will come, the ring may be used again"
   */
  close(state) {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    Atomics.store(this.words, this.layout.state, state);
    Atomics.notify(this.words, this.layout.written);
  }
}

/** @type {WeakMap<AbortSignal, Promise<never>>} */
const abortions = new WeakMap();

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>} one promise per signal, however often it is asked for
 */
function aborted(signal) {
  let promise = abortions.get(signal);
  if (!promise) {
    promise = new Promise((_, reject) => {
      if (signal.aborted) reject(new Abandoned());
      signal.addEventListener("abort", () => reject(new Abandoned()), { once: true });
    });
    promise.catch(() => {});
    abortions.set(signal, promise);
  }
  return promise;
}
