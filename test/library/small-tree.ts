import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';

/** A tree with something to change. @param files more of them, of 64 KiB each */
export function makeTree(root: string, id: string = 'one', files: number = 0): string {
  for (const path of ['etc', 'var/log', 'var/cache/ldconfig', 'usr/share']) {
    mkdirSync(`${root}/${path}`, { recursive: true });
  }
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  writeFileSync(`${root}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${root}/var/log/dpkg.log`, `${id}\n`);
  writeFileSync(`${root}/var/cache/ldconfig/aux-cache`, id);
  for (let i = 0; i < files; i++) {
    writeFileSync(`${root}/usr/share/${i}`, Buffer.alloc(64 * 1024, `${i} `));
  }
  utimesSync(`${root}/etc/os-release`, 1_600_000_000, 1_600_000_000);
  return root;
}

/** A document without what another run has another value of. */
export function timeless(document: unknown): unknown {
  const { seconds: _seconds, ...rest } = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
  return rest;
}

/** What a promise is rejected with; undefined where it is not. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
}
