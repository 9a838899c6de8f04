/** Extended attributes of two entries: labels, capabilities, access lists, and what users write there. */
import type { Source } from '../source/source.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';

/** Where one side can hold none, what the other side has is a difference too. */
export function haveSameAttributes(a: Source, left: Entry, b: Source, right: Entry): boolean {
  const [x, y] = [attributesOf(a, left), attributesOf(b, right)];
  if (x.size !== y.size) return false;
  for (const [name, value] of x) if (y.get(name) !== value) return false;
  return true;
}

/** Names that differ, sorted. */
export function differingAttributes(a: Source, left: Entry, b: Source, right: Entry): string[] {
  const [x, y] = [attributesOf(a, left), attributesOf(b, right)];
  return [...new Set([...x.keys(), ...y.keys()])].filter((name) => x.get(name) !== y.get(name)).sort();
}

/** As lines of an example: values of the system, and of others that they differ, since users may keep secrets there. */
export function attributeLines(a: Source, left: Entry, b: Source, right: Entry): string[] {
  const [x, y] = [attributesOf(a, left), attributesOf(b, right)];
  return differingAttributes(a, left, b, right).flatMap((name) => [
    ...(x.has(name) ? [`-${name} ${valueText(name, x.get(name) ?? '')}`.trimEnd()] : []),
    ...(y.has(name) ? [`+${name} ${valueText(name, y.get(name) ?? '')}`.trimEnd()] : []),
  ]);
}

function attributesOf({ attributesOf: read }: Source, entry: Entry): Attributes {
  return read?.(entry) ?? NO_ATTRIBUTES;
}

function valueText(name: string, value: string): string {
  if (name === 'security.capability') return capabilityText(Buffer.from(value.slice(1), 'latin1'));
  if (name === 'security.selinux' || name.startsWith('system.posix_acl_')) return value.slice(1);
  return '(value not shown)';
}

/** capabilities(7), linux/capability.h: magic with the bit of `effective`, then permitted and inheritable, each u32, twice. */
function capabilityText(bytes: Buffer): string {
  if (bytes.length < 20) return bytes.toString('hex');
  const mask = (at: number): string =>
    ((BigInt(bytes.readUInt32LE(at + 8)) << 32n) | BigInt(bytes.readUInt32LE(at))).toString(16);
  const user = bytes.length >= 24 ? `, root of the namespace ${bytes.readUInt32LE(20)}` : '';
  const effective = (bytes.readUInt8(0) & 1) === 1 ? ', effective' : '';
  return `permitted 0x${mask(4)}, inheritable 0x${mask(8)}${effective}${user}`;
}
