/** From bytes to lines of text. */

/** Objects are limited to 1.5 MiB by etcd; what is longer is no line of an API server. */
const LONGEST = 16 * 2 ** 20;

/**
 * The lines of a stream, without their ends, wherever the chunks are cut; what follows the last line end is dropped.
 *
 * @throws RangeError when a line has over 16 Mi characters; whatever `chunks` throws
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Grows by appending only: looking for the line's end in all of it would be quadratic in its length.
  let begun = "";
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      const line = begun + text.slice(from, end);
      begun = "";
      from = end + 1;
      yield line;
    }
    begun += text.slice(from);
    if (begun.length > LONGEST) throw new RangeError(`a line without end: ${begun.slice(0, 100)}`);
  }
}
