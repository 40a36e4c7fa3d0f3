// @ts-check
/**
 * The kernel's half of the bridge: one expression, evaluated in the kernel worker by Python.
 *
 * It waits inside one call from Python, so that no Python code runs per chunk and nothing but the
 * finished message crosses into Python memory. The layout comes from `layout.py`.
 */
(/** @type {string} */ layoutJson) => {
  "use strict";
  /** @type {import("../../page/bridge/layout.d.ts").Layout} */
  const layout = JSON.parse(layoutJson);
  const { control: controlWords, answers, ring: ringLayout, states, kinds, wakes } = layout;
  const decoder = new TextDecoder();

  const control = new Int32Array(new SharedArrayBuffer(layout.controlWords * 4));
  const { port1: port, port2: ioPort } = new MessageChannel();

  class Interrupted extends Error {}
  class TimedOut extends Error {}
  class Dead extends Error {}

  /** Whether the page asks for an interrupt; it is taken then. */
  const isInterrupted = () => Atomics.exchange(control, controlWords.interrupt, 0) !== 0;

  /**
   * Parks until the word differs from `seen`.
   * @param {Int32Array} words
   * @param {number} index
   * @param {number} seen
   * @param {number} until `performance.now()` of the time-out
   */
  const park = (words, index, seen, until) => {
    if (isInterrupted()) throw new Interrupted();
    if (Atomics.load(control, controlWords.answer) === answers.dead) throw new Dead();
    const left = until - performance.now();
    if (left <= 0) throw new TimedOut();
    Atomics.wait(words, index, seen, Math.min(left, layout.interruptPollMs));
  };

  class RingReader {
    constructor() {
      this.sab = new SharedArrayBuffer(ringLayout.headerBytes + ringLayout.dataBytes);
      this.words = new Int32Array(this.sab, 0, ringLayout.headerBytes / 4);
      this.data = new Uint8Array(this.sab, ringLayout.headerBytes);
      this.owned = false;
    }

    free() {
      return !this.owned && Atomics.load(this.words, ringLayout.state) !== states.open;
    }

    take() {
      this.owned = true;
      this.words.fill(0);
      Atomics.store(this.words, ringLayout.state, states.open);
      return this;
    }

    available() {
      const { written, read } = ringLayout;
      return (Atomics.load(this.words, written) - Atomics.load(this.words, read)) >>> 0;
    }

    /** @param {Uint8Array} target filled, however long it takes; @param {number} until */
    fill(target, until) {
      let offset = 0;
      while (offset < target.length) {
        const written = Atomics.load(this.words, ringLayout.written);
        const count = Math.min(this.available(), target.length - offset);
        if (count === 0) {
          park(this.words, ringLayout.written, written, until);
          continue;
        }
        this.copy(target, offset, count);
        offset += count;
      }
    }

    /** @param {Uint8Array} target @param {number} offset @param {number} count */
    copy(target, offset, count) {
      const position = Atomics.load(this.words, ringLayout.read) & (ringLayout.dataBytes - 1);
      const first = Math.min(count, ringLayout.dataBytes - position);
      target.set(this.data.subarray(position, position + first), offset);
      target.set(this.data.subarray(0, count - first), offset + first);
      Atomics.add(this.words, ringLayout.read, count);
      Atomics.notify(this.words, ringLayout.read);
    }
  }

  /** @type {RingReader[]} */
  const rings = [];
  const freeRing = () => {
    let ring = rings.find((candidate) => candidate.free());
    if (!ring) rings.push((ring = new RingReader()));
    return ring.take();
  };

  /**
   * One call's answer. After any wake but a tick it cannot go on: the caller cancels it.
   */
  class Exchange {
    /** @param {number} id @param {RingReader} ring @param {number} maxMessageBytes */
    constructor(id, ring, maxMessageBytes) {
      this.id = id;
      this.ring = ring;
      this.maxMessageBytes = maxMessageBytes;
      this.header = new Uint8Array(ringLayout.recordHeaderBytes);
      this.payload = new Uint8Array();
    }

    /** @param {number} until */
    readHeader(until) {
      this.ring.fill(this.header, until);
      const view = new DataView(this.header.buffer);
      return { kind: view.getInt32(0, true), length: view.getUint32(4, true) };
    }

    /** @param {number} length @param {number} until */
    readPayload(length, until) {
      this.payload = new Uint8Array(length);
      this.ring.fill(this.payload, until);
    }

    /**
     * Gathers a message from its data records.
     * @param {number} kind @param {number} length @param {number} until
     * @returns {number} `kind`, or that of the record which came instead of more data
     */
    readParts(kind, length, until) {
      const whole = new Uint8Array(length);
      let offset = 0;
      while (offset < length) {
        const part = this.readHeader(until);
        if (part.kind !== kinds.data) {
          this.readPayload(part.length, until);
          return part.kind;
        }
        this.ring.fill(whole.subarray(offset, offset + part.length), until);
        offset += part.length;
      }
      this.payload = whole;
      return kind;
    }

    /** Waits for the first byte of a record and takes none. @param {number} until */
    arrives(until) {
      try {
        for (;;) {
          const written = Atomics.load(this.ring.words, ringLayout.written);
          if (this.ring.available() > 0) return true;
          park(this.ring.words, ringLayout.written, written, until);
        }
      } catch (error) {
        if (error instanceof TimedOut) return false;
        throw error;
      }
    }

    /**
     * Blocks for the next record; its bytes are then in `payload`.
     * @param {number} timeoutMs
     * @param {number} tickMs after which a wait may be asked for again: nothing is lost
     * @returns {number} a record kind or a wake
     */
    next(timeoutMs, tickMs) {
      const until = performance.now() + timeoutMs;
      try {
        const tick = performance.now() + tickMs;
        if (tick < until && !this.arrives(tick)) return wakes.tick;
        const { kind, length } = this.readHeader(until);
        if (kind === kinds.message || kind === kinds.trailers) {
          if (length > this.maxMessageBytes) {
            this.payload = new TextEncoder().encode(String(length));
            return wakes.too_large;
          }
          return this.readParts(kind, length, until);
        }
        this.readPayload(length, until);
        return kind;
      } catch (error) {
        if (error instanceof Interrupted) return wakes.interrupted;
        if (error instanceof TimedOut) return wakes.timeout;
        if (error instanceof Dead) return wakes.dead;
        throw error;
      }
    }

    text() {
      return decoder.decode(this.payload);
    }

    cancel() {
      port.postMessage({ type: "cancel", id: this.id });
    }

    /** The ring goes back to the pool, and is used again once its producer has closed it. */
    release() {
      this.ring.owned = false;
    }
  }

  let lastId = 0;

  /** A request body that the I/O worker gathers part by part, and keeps until it is dropped. */
  class Upload {
    constructor() {
      this.id = ++lastId;
    }

    /**
     * @param {Uint8Array} bytes their buffer is transferred
     * @returns {boolean} whether the page asks for an interrupt
     */
    add(bytes) {
      port.postMessage({ type: "part", id: this.id, bytes }, [bytes.buffer]);
      return isInterrupted();
    }

    drop() {
      port.postMessage({ type: "drop", id: this.id });
    }
  }

  /**
   * @param {string} requestJson url, method, headers, deadlineMs, framed, delayMs, upload
   * @param {Uint8Array | undefined} body its buffer is transferred
   * @param {RingReader | null} ring
   */
  const post = (requestJson, body, ring) => {
    const id = ++lastId;
    const message = {
      type: "call",
      id,
      ...JSON.parse(requestJson),
      body: body ?? null,
      ring: ring?.sab ?? null,
    };
    port.postMessage(message, body ? [body.buffer] : []);
    return id;
  };

  return {
    /** Tells the page of this kernel, which then starts its I/O worker; once. */
    announce() {
      const envelope = { type: "connect", port: ioPort, sab: control.buffer, layout };
      self.postMessage({ __pcw__: envelope }, { transfer: [ioPort] });
    },

    /**
     * Waits for the I/O worker.
     * @param {number} timeoutMs
     * @returns {number} the answer word: `ready`, or what stands in its way
     */
    connect(timeoutMs) {
      const until = performance.now() + timeoutMs;
      for (;;) {
        const answer = Atomics.load(control, controlWords.answer);
        const left = until - performance.now();
        if ((answer !== answers.none && answer !== answers.heard) || left <= 0) return answer;
        Atomics.wait(control, controlWords.answer, answer, left);
      }
    },

    /** @param {string} requestJson @param {Uint8Array | undefined} body @param {number} maxMessageBytes */
    open(requestJson, body, maxMessageBytes) {
      const ring = freeRing();
      return new Exchange(post(requestJson, body, ring), ring, maxMessageBytes);
    },

    /**
     * Whether no cell runs. A request to interrupt is of one cell: it ends with it.
     * @param {boolean} idle
     */
    setIdle(idle) {
      Atomics.store(control, controlWords.idle, idle ? 1 : 0);
      Atomics.store(control, controlWords.interrupt, 0);
      Atomics.store(control, controlWords.tick, 0);
    },

    /** What Pyodide looks at between bytecodes, if it is told to. */
    doorbell: control.subarray(controlWords.doorbell, controlWords.doorbell + 1),

    /** Whether the page asks for an interrupt; it still does then. */
    isPressed: () => Atomics.load(control, controlWords.interrupt) !== 0,

    takePress: isInterrupted,

    /** Whether a tick was due or about to be: it is heard now. */
    takeTick: () => Atomics.exchange(control, controlWords.tick, 0) !== 0,

    /** Has the doorbell ring after a while. @param {number} delayMs */
    ringLater(delayMs) {
      Atomics.store(control, controlWords.tick, 1);
      port.postMessage({ type: "ring", delayMs });
    },

    /** @param {number} ms @returns {boolean} whether it ended early, by an interrupt */
    sleep(ms) {
      const until = performance.now() + ms;
      for (;;) {
        if (isInterrupted()) return true;
        const left = until - performance.now();
        if (left <= 0) return false;
        Atomics.wait(control, controlWords.interrupt, 0, left);
      }
    },

    upload() {
      return new Upload();
    },

    /**
     * Leaves a request with the page, which sends it when this kernel or the page itself is gone.
     * @param {string} key what it replaces, and is withdrawn by
     * @param {string} requestJson url, headers
     * @param {Uint8Array} body
     * @param {number} notBefore ms since 1970
     */
    leaveFarewell(key, requestJson, body, notBefore) {
      const farewell = { ...JSON.parse(requestJson), body, notBefore };
      self.postMessage({ __pcw__: { type: "farewell", key, farewell } });
    },

    /** @param {string} key */
    withdrawFarewell(key) {
      self.postMessage({ __pcw__: { type: "no-farewell", key } });
    },

    signOut() {
      self.postMessage({ __pcw__: { type: "sign-out" } });
    },

    /** Sends a call whose answer nobody reads. @param {string} requestJson @param {Uint8Array | undefined} body */
    send(requestJson, body) {
      post(requestJson, body, null);
    },
  };
};
