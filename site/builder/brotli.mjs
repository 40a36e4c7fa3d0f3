/**
 * Compresses files with Brotli, which Node has and Python has not.
 *
 *     node brotli.mjs < jobs.json
 *
 * A job is {source, result, quality}, two paths and a number up to 11.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const compress = promisify(brotliCompress);
/** The most that every browser decodes: 16 MiB. */
const WINDOW_BITS = 24;

await Promise.all(
  JSON.parse(readFileSync(0, "utf-8")).map(async ({ source, result, quality }) => {
    const data = readFileSync(source);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
    };
    writeFileSync(result, await compress(data, { params }));
  }),
);
