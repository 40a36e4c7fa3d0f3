// @ts-check
/** One kernel worker and, once it has connected, its I/O worker and its control buffer. */

const IO_WORKER_URL = new URL("pcw_io_worker.js", import.meta.url);
/** How much later a press is felt whose ring was lost, or came where nothing may be raised. */
const RING_AGAIN_MS = 20;

/** @typedef {import("./layout.d.ts").Layout} Layout */

export class Kernel {
  /**
   * @param {typeof Worker} NativeWorker
   * @param {import("./pcw_farewells.js").Farewells} farewells
   */
  constructor(NativeWorker, farewells) {
    this.NativeWorker = NativeWorker;
    this.farewells = farewells;
    /** @type {Worker | undefined} */
    this.io = undefined;
    /** @type {Int32Array | undefined} */
    this.control = undefined;
    /** @type {Layout | undefined} */
    this.layout = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
  }

  /**
   * Hands port and buffer to an I/O worker; the page is then out of the data path.
   * @param {{port: MessagePort, sab: SharedArrayBuffer, layout: Layout}} message
   */
  connect({ port, sab, layout }) {
    this.io?.terminate();
    this.layout = layout;
    this.control = new Int32Array(sab);
    this.answer(layout.answers.heard);
    this.io = new this.NativeWorker(IO_WORKER_URL, { type: "module", name: "pcw-io" });
    this.io.onerror = (event) => {
      const reason = event.message ?? "not loaded";
      console.error(`pcw: the I/O worker ${IO_WORKER_URL} failed: ${reason}`);
      this.answer(layout.answers.dead);
    };
    this.io.postMessage({ port, sab, layout }, [port]);
  }

  /** @param {number} word */
  answer(word) {
    if (!this.control || !this.layout) return;
    Atomics.store(this.control, this.layout.control.answer, word);
    Atomics.notify(this.control, this.layout.control.answer);
  }

  /** Asks the kernel to raise KeyboardInterrupt in the cell that runs. */
  interrupt() {
    if (!this.control || !this.layout) return;
    const { idle, interrupt } = this.layout.control;
    if (Atomics.load(this.control, idle)) return;
    Atomics.store(this.control, interrupt, 1);
    Atomics.notify(this.control, interrupt);
    this.ring();
  }

  /**
   * Until the press is taken: Pyodide reads the doorbell and then empties it, and loses a ring that
   * comes in between (`_Py_CheckEmscriptenSignals_Helper` of CPython's emscripten_signal.c).
   */
  ring() {
    clearTimeout(this.again);
    if (!this.control || !this.layout) return;
    const { interrupt, doorbell } = this.layout.control;
    if (!Atomics.load(this.control, interrupt)) return;
    Atomics.store(this.control, doorbell, this.layout.ringing);
    this.again = setTimeout(() => this.ring(), RING_AGAIN_MS);
  }

  /** Its worker is terminated. */
  end() {
    clearTimeout(this.again);
    this.io?.terminate();
    this.io = undefined;
    this.farewells.sayInTime();
  }
}
