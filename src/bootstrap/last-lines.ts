/** Lines that are kept of what a command says, for when it fails. */
const MAX_LINES = 25;
/** Characters that are kept of a line; the rest of a longer one is lost. */
const MAX_LINE = 2000;

/** The last lines of a stream, in bounded memory. A carriage return, with which progress is drawn, ends a line too. */
export class LastLines {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #lines: string[] = [];
  #open = '';

  /** @param onLine is told every line */
  constructor(onLine: (line: string) => void = () => {}) {
    this.#onLine = onLine;
  }

  add(bytes: Uint8Array): void {
    const pieces = this.#decoder.decode(bytes, { stream: true }).split(/[\r\n]/);
    pieces.forEach((piece, i) => {
      if (i > 0) this.#end();
      if (this.#open.length < MAX_LINE) this.#open = (this.#open + piece).slice(0, MAX_LINE);
    });
  }

  /** Takes what follows the last end of a line for a line as well. */
  finish(): readonly string[] {
    this.#end();
    return this.#lines;
  }

  #end(): void {
    if (this.#open.trim() === '') {
      this.#open = '';
      return;
    }
    this.#onLine(this.#open);
    this.#lines.push(this.#open);
    if (this.#lines.length > MAX_LINES) this.#lines = this.#lines.slice(-MAX_LINES);
    this.#open = '';
  }
}
