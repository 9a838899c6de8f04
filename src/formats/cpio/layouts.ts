/** The formats that are read, told apart by their magic. */
import { StillrootError } from '../../errors.ts';
import { showPath } from '../../tree/path.ts';
import { BINARY_BIG_LAYOUT, BINARY_LITTLE_LAYOUT } from './binary.ts';
import { type HeaderLayout, MAGIC_SIZE } from './header.ts';
import { NEWC_LAYOUT } from './newc.ts';
import { ODC_LAYOUT } from './odc.ts';

const LAYOUTS: readonly HeaderLayout[] = [NEWC_LAYOUT, ODC_LAYOUT, BINARY_LITTLE_LAYOUT, BINARY_BIG_LAYOUT];

/** Formats of other programs that borrowed the magic. */
const RELATIVES: Readonly<Record<string, string>> = {
  '070703': 'the newc format with extended attributes, a proposal that Linux never adopted',
  '070727': "afio's large-file format",
  '07070X': 'the payload of an RPM package, whose metadata is in the package header',
};

/** True where a file that begins so is a cpio archive, be it one of a format that is not read. */
export function startsCpio(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).subarray(0, MAGIC_SIZE);
  if (head.toString('latin1', 0, 4) === '0707') return true;
  return head.length === MAGIC_SIZE && findLayout(head) !== undefined;
}

/** @param head the first MAGIC_SIZE bytes of an entry */
export function findLayout(head: Buffer): HeaderLayout | undefined {
  return LAYOUTS.find((layout) => layout.matches(head));
}

/**
 * The error for an entry whose magic is not the wanted one.
 *
 * @param before the layout of the entries before it; undefined for the first entry
 */
export function wrongMagic(head: Buffer, before: HeaderLayout | undefined, where: string): StillrootError {
  const magic = head.toString('latin1', 0, MAGIC_SIZE);
  const relative = RELATIVES[magic];
  if (relative !== undefined && before === undefined) {
    return new StillrootError('archive-not-supported', `cpio magic is "${magic}": ${relative}`, {
      where,
      hint: 'Supported formats: newc, crc, odc and old binary.',
    });
  }
  const wanted =
    before === undefined ? LAYOUTS.map((layout) => layout.magic).join(', ') : `${before.magic} as before`;
  return new StillrootError('archive-malformed', `cpio magic is "${showPath(magic)}", wanted ${wanted}`, {
    where,
    hint: 'The archive is damaged or incomplete.',
  });
}
