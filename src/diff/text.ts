/** What can be told of bytes that may be text. */

const TEXT_CHECK_BYTES = 64 * 1024;

/** Whether people can read it: no NUL and hardly any control characters in its beginning. */
export function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, TEXT_CHECK_BYTES);
  let odd = 0;
  for (const byte of head) {
    if (byte === 0) return false;
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) odd += 1;
  }
  return odd * 100 <= head.length;
}

/** Whether two texts have the same lines, each as often, in another order. */
export function haveSameLines(a: string, b: string): boolean {
  // The last line may have its end on one side only.
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  const sorted = (text: string): string => text.replace(/\n$/, '').split('\n').sort().join('\n');
  return sorted(a) === sorted(b);
}

/** Whether two JSON documents differ only in the order of keys and array elements. */
export function haveSameJson(a: string, b: string): boolean {
  if (!/^\s*[[{]/.test(a) || !/^\s*[[{]/.test(b)) return false;
  try {
    return canonical(JSON.parse(a)) === canonical(JSON.parse(b));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return false;
    throw error;
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`);
  return `{${members.sort().join(',')}}`;
}
