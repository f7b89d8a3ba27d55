/** What the watches have said and nobody has taken in yet, in the order in which it was said. */
export class Inbox {
  #items: Iterator<void>[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** @param parts each step takes a part of it in; what was added later waits for its end */
  add(parts: Iterator<void>): void {
    this.#items.push(parts);
  }

  /** Takes the next part in. Returns false when there is none. */
  step(): boolean {
    const item = this.#items[this.#head];
    if (!item) return false;
    if (item.next().done) this.#head++;
    // What was taken in is let go in large pieces: to shift an array is work in proportion to its length.
    if (this.#head === this.#items.length || this.#head > 1000) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return true;
  }
}
