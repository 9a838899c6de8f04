/** Formats JSON documents for output. */

/** Two spaces and a newline at the end: for people, and for text tools that compare them. */
export function documentText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** To the millisecond. */
export function documentSeconds(seconds: number): number {
  return Number(seconds.toFixed(3));
}
