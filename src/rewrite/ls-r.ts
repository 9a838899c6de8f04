import { ifTextChanged } from './if-changed.ts';
import { malformed, type Rewrite, UNCHANGED } from './rewrite.ts';

/** Kpathsea takes a file for a database by this line. */
const MAGIC = '% ls-R -- filename database for kpathsea; do not change this line.\n';

/**
 * The file name database of TeX (Kpathsea manual, 3.4): after a comment one block a directory, `DIRECTORY:` and
 * its names, with an empty line before each. mktexlsr lists directories in the order of the file system; Kpathsea
 * reads all of it into a hash table.
 */
export const lsR: Rewrite = {
  what: 'In a file name database of TeX the directories are sorted, and the names in each.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1');
    if (text === '') return UNCHANGED;
    if (!text.startsWith(MAGIC)) return malformed(0, 'another first line', 'the first line of an ls-R');
    const start = /^(?:\.|\/)[^\n]*:$/m.exec(text)?.index;
    if (start === undefined) return UNCHANGED;
    const blocks = text.slice(start).replace(/\n+$/, '').split(/\n\n+/);
    const stray = blocks.find((block) => !/^[^\n]*:(?:\n|$)/.test(block));
    if (stray !== undefined) {
      return malformed(text.indexOf(stray, start), 'a block without a directory', 'DIRECTORY: and its names');
    }
    const sorted = blocks.map((block) => {
      const [directory = '', ...names] = block.split('\n');
      return [directory, ...names.sort()].join('\n');
    });
    // Byte strings compare as bytes.
    sorted.sort((a, b) => (headOf(a) < headOf(b) ? -1 : headOf(a) > headOf(b) ? 1 : 0));
    const end = text.endsWith('\n') ? '\n' : '';
    return ifTextChanged(bytes, `${text.slice(0, start)}${sorted.join('\n\n')}${end}`);
  },
};

/** The directory without its colon, so that it comes before what is in it. */
function headOf(block: string): string {
  const end = block.indexOf(':\n');
  return end === -1 ? block.slice(0, -1) : block.slice(0, end);
}
