/** What `stillroot list --json` prints. */
import {
  constrained,
  type Infer,
  implication,
  listOf,
  object,
  oneOf,
  optional,
  text,
  textLike,
  whole,
} from '../json/shape.ts';
import { archivePath, archiveWarning, ENTRY_TYPES, jsonDocument, refusal, seconds } from './common.ts';

const entry = constrained(
  {
    allOf: [
      implication({ properties: { type: { const: 'symlink' } } }, { required: ['target'] }),
      implication({ properties: { type: { enum: ['character', 'block'] } } }, { required: ['device'] }),
    ],
  },
  object({
    path: archivePath,
    type: oneOf([...ENTRY_TYPES, 'unknown']),
    mode: textLike(/^0[0-7]{1,4}$/, 'octal digits with a 0 in front', 'Permission bits in octal.'),
    uid: whole(),
    gid: whole(),
    size: whole(
      'Bytes of data that the archive has for this name: in cpio 0 for all names of a hard-link group but one.',
    ),
    mtime: whole('Seconds since 1970, negative before it.'),
    nanoseconds: optional(whole('On top of mtime; missing where 0.', 1, 999999999)),
    target: optional(text('Where a symlink leads; bytes as in a path.')),
    hardLink: optional(text('In tar: path of the entry that this is another name of.')),
    links: whole('Link count of a cpio header; 1 in tar, which has none.'),
    inode: whole('Inode number of a cpio header; 0 in tar, which has none.'),
    device: optional(textLike(/^[0-9]+:[0-9]+$/, 'MAJOR:MINOR', 'Major and minor number of a device node.')),
    attributes: optional(listOf(text(), 'Names of extended attributes; missing where there are none.')),
    segment: whole('0 for the first archive in the file, 1 for the one after it, ...'),
  }),
);

export const list = jsonDocument(
  'stillroot/list/1',
  'stillroot list',
  'What `stillroot list --json` prints. More keys may be added.',
  {
    entries: listOf(entry, 'In archive order.'),
    warnings: optional(
      listOf(
        archiveWarning,
        'About the archives themselves, such as one without a trailer; missing where there is nothing to warn of.',
      ),
    ),
    error: optional(
      object(
        refusal,
        'Why the archive could not be read to its end; the entries are those before that. The exit status is 2. As in stillroot/error/1.',
      ),
    ),
  },
);

export type ListDocument = Infer<typeof list>;

/** What `stillroot extract --json` prints. */
export const extract = jsonDocument(
  'stillroot/extract/1',
  'stillroot extract',
  'What `stillroot extract --json` prints. More keys may be added.',
  {
    archive: text('As it was named on the command line.'),
    directory: text('Where it was extracted to, as named on the command line.'),
    entries: whole('That were written.'),
    bytes: whole('Of the contents of all files that were written, hard links counted once.'),
    warnings: listOf(archiveWarning),
    seconds,
  },
);

export type ExtractDocument = Infer<typeof extract>;
