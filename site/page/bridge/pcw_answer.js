// @ts-check
/**
 * Writes an answer into its ring as records, and wakes the kernel as seldom as that can be: a small
 * answer comes at once, with its end.
 */
import { COMPRESSED_FLAG, FrameSplitter, TRAILERS_FLAG } from "./pcw_frames.js";

/**
 * @typedef {import("./layout.d.ts").Layout} Layout
 * @typedef {import("./pcw_ring.js").RingWriter} RingWriter
 * @typedef {ReadableStreamDefaultReader<Uint8Array>} Reader
 */

/** How long a head may wait for the first bytes of its body, which come with it as a rule. */
const HEAD_WAITS_MS = 4;

export class BodyCut extends Error {}
export class BodyCompressed extends Error {}

/**
 * Writes head, body and end, or throws why there is no end.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>> | null} body
 * @param {Uint8Array} head
 * @param {boolean} framed split the body into grpc-web frames
 * @param {RingWriter} ring
 * @param {Layout} layout
 * @param {AbortSignal} signal
 */
export async function copyAnswer(body, head, framed, ring, layout, signal) {
  await ring.writeRecord(layout.kinds.head, head);
  const headAlone = setTimeout(() => ring.flush(), HEAD_WAITS_MS);
  const reader = body?.getReader();
  try {
    if (reader) {
      await copyBody(reader, framed ? new FrameSplitter() : null, ring, layout, signal, headAlone);
    }
    await ring.writeRecord(layout.kinds.end, new Uint8Array());
    ring.close(layout.states.closed);
    // What is read to its end leaves its connection to the next call.
    await reader?.read().catch(() => {});
  } finally {
    clearTimeout(headAlone);
    reader?.cancel().catch(() => {});
  }
}

/**
 * @param {Reader} reader
 * @param {FrameSplitter | null} splitter
 * @param {RingWriter} ring
 * @param {Layout} layout
 * @param {AbortSignal} signal
 * @param {ReturnType<typeof setTimeout>} headAlone ends with the first bytes
 */
async function copyBody(reader, splitter, ring, layout, signal, headAlone) {
  while (!splitter?.atEnd) {
    const { done, value } = await read(reader, signal);
    clearTimeout(headAlone);
    if (done) {
      if (splitter && !splitter.atBoundary) {
        throw new BodyCut("the response ended inside a grpc-web frame");
      }
      return;
    }
    if (splitter) await copyFrames(splitter, value, ring, layout);
    else await ring.writeRecord(layout.kinds.data, value);
    if (!splitter?.atEnd) ring.flush();
  }
}

/**
 * @param {Reader} reader
 * @param {AbortSignal} signal
 */
async function read(reader, signal) {
  try {
    return await reader.read();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new BodyCut(String(error));
  }
}

/**
 * @param {FrameSplitter} splitter
 * @param {Uint8Array} chunk
 * @param {RingWriter} ring
 * @param {Layout} layout
 */
async function copyFrames(splitter, chunk, ring, { kinds }) {
  for (const event of splitter.push(chunk)) {
    if (event.type === "data") {
      await ring.writeRecord(kinds.data, event.bytes);
    } else {
      if (event.flags & COMPRESSED_FLAG) throw new BodyCompressed();
      const kind = event.flags & TRAILERS_FLAG ? kinds.trailers : kinds.message;
      await ring.writeHeader(kind, event.length);
    }
  }
}
