/**
 * The layout as `as_dict()` of `pyspark_connect_web/bridge/layout.py` has it, which says what each
 * means. A test compares the two.
 */
export interface Layout {
  version: number;
  controlWords: number;
  control: {
    answer: number;
    interrupt: number;
    idle: number;
    doorbell: number;
    tick: number;
  };
  ringing: number;
  answers: {
    none: number;
    heard: number;
    ready: number;
    dead: number;
    mismatch: number;
  };
  ring: {
    headerBytes: number;
    dataBytes: number;
    recordHeaderBytes: number;
    written: number;
    read: number;
    state: number;
  };
  states: {
    idle: number;
    open: number;
    closed: number;
  };
  kinds: {
    head: number;
    message: number;
    data: number;
    trailers: number;
    end: number;
    failure: number;
  };
  wakes: {
    timeout: number;
    interrupted: number;
    dead: number;
    too_large: number;
    tick: number;
  };
  interruptPollMs: number;
}
