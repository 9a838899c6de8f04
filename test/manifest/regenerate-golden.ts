/** Writes golden-manifest.txt; see golden.ts for what that means. */
import { writeFileSync } from 'node:fs';
import { GOLDEN_FILE, manifestOf, smallDebian } from './golden.ts';

writeFileSync(GOLDEN_FILE, (await manifestOf(smallDebian())).text);
