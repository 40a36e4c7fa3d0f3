// @ts-check
/**
 * Splits a grpc-web body into its frames as the bytes arrive.
 *
 * A frame is one flag byte, a big-endian u32 length and the payload; flag 0x80 marks the trailers,
 * 0x01 a compressed payload. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */

const PREFIX_BYTES = 5;
export const TRAILERS_FLAG = 0x80;
export const COMPRESSED_FLAG = 0x01;

/**
 * @typedef {{type: "begin", flags: number, length: number}} FrameBegin
 * @typedef {{type: "data", bytes: Uint8Array}} FrameData
 */

export class FrameSplitter {
  constructor() {
    this.prefix = new Uint8Array(PREFIX_BYTES);
    this.prefixLength = 0;
    this.left = 0;
    this.trailersBegun = false;
  }

  /** True between frames: a body that ends elsewhere was cut. */
  get atBoundary() {
    return this.prefixLength === 0 && this.left === 0;
  }

  /** True after the trailers: the protocol has nothing that follows them. */
  get atEnd() {
    return this.trailersBegun && this.atBoundary;
  }

  /**
   * @param {Uint8Array} chunk
   * @returns {Generator<FrameBegin | FrameData>} data events are views on the chunk, never copies
   */
  *push(chunk) {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.left > 0) {
        const count = Math.min(this.left, chunk.length - offset);
        this.left -= count;
        yield { type: "data", bytes: chunk.subarray(offset, offset + count) };
        offset += count;
        continue;
      }
      this.prefix[this.prefixLength++] = chunk[offset++];
      if (this.prefixLength === PREFIX_BYTES) yield this.begin();
    }
  }

  /** @returns {FrameBegin} */
  begin() {
    const length = new DataView(this.prefix.buffer).getUint32(1);
    this.prefixLength = 0;
    this.left = length;
    this.trailersBegun ||= (this.prefix[0] & TRAILERS_FLAG) !== 0;
    return { type: "begin", flags: this.prefix[0], length };
  }
}
