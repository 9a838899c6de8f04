/** Files whose parts are found by their names, and that programs write in a random order. */
import { ifTextChanged, type Rewrite, UNCHANGED } from './rewrite.ts';

/** The section and its settings; each is one line without a comment or continuation. */
const LFS_SECTION = /^(\[filter "lfs"\]\n)((?:\t(?:required|clean|smudge|process) = [\w %-]{1,80}\n)+)/gm;

/**
 * `git lfs install --system` writes its section from a hash table. git looks settings up by name (git-config(1)), and only
 * where a name comes twice does order count: then the section stays.
 */
export const gitLfsSettings: Rewrite = {
  what: 'In a configuration of git, the settings in the section of git-lfs are sorted.',
  maximumSize: 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1').replace(LFS_SECTION, (all, head: string, settings: string) => {
      const lines = settings.slice(0, -1).split('\n');
      const names = new Set(lines.map((line) => line.slice(0, line.indexOf(' '))));
      return names.size < lines.length ? all : `${head}${lines.sort().join('\n')}\n`;
    });
    return ifTextChanged(bytes, text);
  },
};

/** One member a line, as Python writes a dictionary with an indent. */
const MANIFEST = /^\{\n((?: {2,8}"[0-9a-f]{64}": "(?:[^"\\\n]|\\.)*",?\n)+)\}\n?$/;

/** The manifest of django-compressor: what replaces a block of a page, by the digest of the block. */
export const compressorManifest: Rewrite = {
  what: 'The members of a manifest of django-compressor are sorted.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1');
    const members = MANIFEST.exec(text)?.[1];
    if (members === undefined) return UNCHANGED;
    const lines = members.slice(0, -1).split(',\n');
    const names = new Set(lines.map((line) => line.trimStart().slice(0, 66)));
    const isWritten = lines.every((line) => line.endsWith('"') && !line.includes('\n'));
    if (!isWritten || names.size < lines.length) return UNCHANGED;
    return ifTextChanged(
      bytes,
      text.replace(members, () => `${lines.sort().join(',\n')}\n`),
    );
  },
};
