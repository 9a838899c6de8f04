// node test/pack/regenerate-golden.ts: see golden.ts for when that is right.
import { writeFileSync } from 'node:fs';
import { cutLengths, cutPointsOf, GOLDEN_FILE, makeGolden } from './golden.ts';

const golden = { ...(await makeGolden()), cutPoints: cutPointsOf(await cutLengths()) };
writeFileSync(GOLDEN_FILE, `${JSON.stringify(golden, null, 2)}\n`);
console.log('written; git diff test/pack/golden-digests.json shows what changed');
