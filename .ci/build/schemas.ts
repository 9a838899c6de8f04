/** Writes `dist/schema/`: the JSON Schemas of all documents, for validators elsewhere. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SCHEMAS } from '../../src/documents/index.ts';
import { documentText } from '../../src/json/document.ts';

const OUTPUT = fileURLToPath(new URL('../../dist/schema/', import.meta.url));

export function writeSchemas(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    writeFileSync(join(directory, `${name}.schema.json`), documentText(schema));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeSchemas(OUTPUT);
