/** Reads that several callers may share. */

/**
 * Of each key at most one read is under way and one is waiting to be sent; who asks joins the waiting one.
 *
 * So everybody gets an answer to a read that was sent after they asked, however many ask.
 */
export class SharedReads<T> {
  #waiting = new Map<string, Promise<T>>();
  #underWay = new Map<string, Promise<T>>();

  /** @param read reports by `sent` the moment from which nobody may join any more; never rejects */
  get(key: string, read: (sent: () => void) => Promise<T>): Promise<T> {
    const joined = this.#waiting.get(key);
    if (joined) return joined;
    const answer = this.#read(key, read);
    this.#waiting.set(key, answer);
    return answer;
  }

  async #read(key: string, read: (sent: () => void) => Promise<T>): Promise<T> {
    await this.#underWay.get(key);
    const answer = read(() => this.#waiting.delete(key));
    this.#underWay.set(key, answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(key);
    }
  }
}
