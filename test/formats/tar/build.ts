/** Builds archives block by block, including what no tool writes. Shares no code with src. */

export interface HeaderFields {
  readonly name?: string;
  readonly mode?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** A number is written in octal; text as it is. */
  readonly size?: number | string;
  readonly mtime?: string;
  readonly type?: string;
  readonly linkName?: string;
  /** Eight bytes at 257; ustar by default. */
  readonly magic?: string;
  readonly major?: string;
  readonly minor?: string;
  readonly prefix?: string;
  /** Written over everything else, by offset, before the checksum. */
  readonly at?: Readonly<Record<number, string>>;
  /** Instead of the right one. */
  readonly checksum?: string;
}

export const USTAR = 'ustar\x0000';
export const GNU = 'ustar  \0';
export const V7 = '\0\0\0\0\0\0\0\0';

export function header(fields: HeaderFields = {}): Buffer {
  const block = Buffer.alloc(512);
  const size = fields.size ?? 0;
  const values: Record<number, string> = {
    0: fields.name ?? 'file',
    100: fields.mode ?? '0000644\0',
    108: fields.uid ?? '0000000\0',
    116: fields.gid ?? '0000000\0',
    124: typeof size === 'number' ? `${size.toString(8).padStart(11, '0')}\0` : size,
    136: fields.mtime ?? '00000000000\0',
    148: ' '.repeat(8),
    156: fields.type ?? '0',
    157: fields.linkName ?? '',
    257: fields.magic ?? USTAR,
    329: fields.major ?? '',
    337: fields.minor ?? '',
    345: fields.prefix ?? '',
    ...fields.at,
  };
  for (const [offset, value] of Object.entries(values)) block.write(value, Number(offset), 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(fields.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Bytes padded to a block. */
export function padded(data: Uint8Array | string): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

export function member(fields: HeaderFields, data: string = ''): Buffer {
  return Buffer.concat([header({ size: data.length, ...fields }), padded(data)]);
}

/** Records of a pax header, each with its length in front. */
export function records(...pairs: readonly (readonly [keyword: string, value: string])[]): string {
  return pairs.map(([keyword, value]) => record(keyword, value)).join('');
}

function record(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

export function pax(...pairs: readonly (readonly [keyword: string, value: string])[]): Buffer {
  return member({ name: 'pax', type: 'x' }, records(...pairs));
}

export function globalPax(...pairs: readonly (readonly [keyword: string, value: string])[]): Buffer {
  return member({ name: 'global', type: 'g' }, records(...pairs));
}

/** A GNU header of type `L` or `K`. */
export function longName(type: 'L' | 'K', name: string): Buffer {
  return member({ name: '././@LongLink', type, magic: GNU }, `${name}\0`);
}

export const END: Buffer = Buffer.alloc(1024);

/** With the two zero blocks at the end. */
export function archive(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...parts, END]);
}

/** A number in base-256, in a field of this length. */
export function base256(value: bigint, length: number): string {
  const bits = BigInt(8 * length - 1);
  const bytes = (((value + (1n << bits)) % (1n << bits)) | (1n << bits)).toString(16);
  return Buffer.from(bytes.padStart(2 * length, '0'), 'hex').toString('latin1');
}
