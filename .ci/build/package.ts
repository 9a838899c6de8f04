/** Makes what the npm package ships: `dist/lib/`, `dist/schema/` and the single file. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDeclarations } from './declarations.ts';
import { LIBRARY, OUTPUT, writeProgram } from './program.ts';
import { writeSchemas } from './schemas.ts';
import { writeSingleFile } from './single-file.ts';
import { ROOT } from './stand-ins.ts';

const DIST = join(ROOT, 'dist');

// Executables may be there as well.
for (const name of ['lib', 'schema']) rmSync(join(DIST, name), { recursive: true, force: true });
await writeProgram(join(ROOT, OUTPUT));
writeDeclarations(LIBRARY, join(ROOT, OUTPUT));
writeSchemas(join(DIST, 'schema'));
await writeSingleFile(DIST);
