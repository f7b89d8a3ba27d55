/** What the watches have said and nobody has taken in yet, in the order in which it was said. */
export class Inbox {
  #items: Iterator<() => void>[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** @param parts taken in one per step; what is added later waits for the last of them */
  add(parts: Iterable<() => void>): void {
    this.#items.push(parts[Symbol.iterator]());
  }

  /** Takes the next part in. Returns false when there is none. */
  step(): boolean {
    const item = this.#items[this.#head];
    if (!item) return false;
    const part = item.next();
    if (part.done) this.#head++;
    else part.value();
    // What was taken in is let go in large pieces: to shift an array is work in proportion to its length.
    if (this.#head === this.#items.length || this.#head > 1000) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return true;
  }
}
