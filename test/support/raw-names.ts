import { opendirSync } from 'node:fs';

/**
 * The names of a directory in the order in which the filesystem returns them: what a packer sees if it does not sort.
 * Node's `readdir` sorts them (libuv passes `alphasort` to scandir), `opendir` does not.
 */
export function rawNames(path: string): string[] {
  const names: string[] = [];
  const directory = opendirSync(path, { encoding: 'latin1' as BufferEncoding });
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      names.push(entry.name);
    }
  } finally {
    directory.closeSync();
  }
  return names;
}
