// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameSplitter } from "../pcw_frames.js";

/** @param {number} flags @param {number[]} payload */
const frame = (flags, payload) => [flags, 0, 0, 0, payload.length, ...payload];

/** @param {number[]} bytes @param {number} chunkLength */
function split(bytes, chunkLength) {
  const splitter = new FrameSplitter();
  /** @type {{flags: number, length: number, bytes: number[]}[]} */
  const frames = [];
  for (let start = 0; start < bytes.length; start += chunkLength) {
    for (const event of splitter.push(Uint8Array.from(bytes.slice(start, start + chunkLength)))) {
      if (event.type === "begin")
        frames.push({ flags: event.flags, length: event.length, bytes: [] });
      else frames[frames.length - 1].bytes.push(...event.bytes);
    }
  }
  return { frames, atBoundary: splitter.atBoundary };
}

const body = [...frame(0, [1, 2, 3]), ...frame(0, []), ...frame(0x80, [9, 8])];

for (let length = 1; length <= body.length; length++) {
  test(`frames are the same when the body arrives ${length} bytes at a time`, () => {
    const { frames, atBoundary } = split(body, length);
    assert.deepEqual(frames, [
      { flags: 0, length: 3, bytes: [1, 2, 3] },
      { flags: 0, length: 0, bytes: [] },
      { flags: 0x80, length: 2, bytes: [9, 8] },
    ]);
    assert.equal(atBoundary, true);
  });
}

for (const missing of [1, 2, 3, 6]) {
  test(`a body that lacks its last ${missing} bytes does not end at a boundary`, () => {
    assert.equal(split(body.slice(0, -missing), 4).atBoundary, false);
  });
}

test("the trailers end a body, and nothing before their last byte does", () => {
  const splitter = new FrameSplitter();
  const ends = body.map((byte) => {
    for (const _ of splitter.push(Uint8Array.of(byte)));
    return splitter.atEnd;
  });
  assert.equal(ends.indexOf(true), body.length - 1);
});

test("a length above 2^31 is read as unsigned", () => {
  const [begin] = new FrameSplitter().push(Uint8Array.from([0, 0xff, 0xff, 0xff, 0xff]));
  assert.deepEqual(begin, { type: "begin", flags: 0, length: 2 ** 32 - 1 });
});
