import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** `# This configuration was auto-generated on Sat, 28 Nov 2026 20:06:03 +0000 by mkconf`. */
const GENERATED = /^(# This configuration was auto-generated)(?: on [^\n]{1,100})?( by mkconf)[ \t]*$/gm;

/** mdadm.conf(5): keywords in any case, at least three letters of them; a line that begins with a blank goes on. */
const ARRAY = /^ARR(?:A(?:Y)?)?[ \t]/im;

/**
 * `mdadm.conf` of Debian. mkconf scans the disks of the machine that it runs on, and puts its signature behind what it
 * found. Nothing tells an array of the build machine from one that somebody wrote there later, so these stay.
 */
export const mdadmArrays: Rewrite = {
  what: 'The date goes from the comment in which mkconf says when it wrote mdadm.conf; arrays in it are told.',
  maximumSize: 4 * 1024 * 1024,
  apply(bytes) {
    const text = bytes.toString('latin1');
    if (text.search(GENERATED) === -1) return ifTextChanged(bytes, text);
    const result = ifTextChanged(bytes, text.replace(GENERATED, '$1$2'));
    if (!ARRAY.test(text)) return result;
    return {
      ...result,
      note: 'Unless you wrote the ARRAY lines, mkconf found them on the build machine: remove them, and run `update-initramfs -u` in the tree.',
    };
  },
};
