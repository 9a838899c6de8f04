import { readFileSync } from 'node:fs';

/** Version of stillroot itself. The manifest lies one folder up both from src/ and from dist/. */
export function toolVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
