import { mkdirSync } from 'node:fs';
import { findTool, missing } from './requires.ts';
import { runCommand, succeed } from './run-command.ts';
import type { Scratch } from './temporary.ts';

/** Why systemd-nspawn starts no container here; undefined where it does. Few containers allow one inside them. */
export async function withoutNspawn(scratch: Scratch): Promise<string | undefined> {
  const absent = missing({ root: true, tools: ['systemd-nspawn', 'busybox'] });
  if (absent !== undefined) return absent;
  const tree = scratch.in('container');
  for (const name of ['bin', 'usr', 'proc', 'sys', 'dev', 'tmp', 'run', 'etc']) {
    mkdirSync(`${tree}/${name}`, { recursive: true });
  }
  await succeed(['cp', findTool('busybox') as string, `${tree}/bin/true`]);
  const command = ['systemd-nspawn', '--quiet', '--keep-unit', '--register=no', '--as-pid2', '-D', tree];
  const { status, stderr } = await runCommand([...command, '/bin/true']).catch((error: Error) => ({
    status: 1,
    stderr: error.message,
  }));
  return status === 0 ? undefined : `systemd-nspawn does not work here: ${stderr.trim().slice(0, 200)}`;
}
