// node test/pack/regenerate-golden.ts: see golden.ts for when that is right.
import { writeFileSync } from 'node:fs';
import { GOLDEN_FILE, makeGolden } from './golden.ts';

writeFileSync(GOLDEN_FILE, `${JSON.stringify(await makeGolden(), null, 2)}\n`);
console.log('written; git diff test/pack/golden-digests.json shows what changed');
