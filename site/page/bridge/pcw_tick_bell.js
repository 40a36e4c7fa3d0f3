// @ts-check
/**
 * The ticks that a kernel asks for while a cell computes: Python looks at the doorbell between two
 * bytecodes. Pyodide reads it and then empties it, and loses a ring that comes in between
 * (`_Py_CheckEmscriptenSignals_Helper` of CPython's emscripten_signal.c); so this one rings until the
 * kernel has emptied the word by which it asked.
 */
const AGAIN_MS = 50;

/** @typedef {Pick<import("./layout.d.ts").Layout, "ringing"> & {control: {doorbell: number, tick: number}}} BellLayout */

export class TickBell {
  /** @param {Int32Array} control @param {BellLayout} layout */
  constructor(control, layout) {
    this.control = control;
    this.layout = layout;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** A tick that is asked for again takes the place of the one before. @param {number} delayMs */
  ringLater(delayMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ring(), delayMs);
  }

  ring() {
    if (!Atomics.load(this.control, this.layout.control.tick)) return;
    Atomics.store(this.control, this.layout.control.doorbell, this.layout.ringing);
    this.ringLater(AGAIN_MS);
  }
}
