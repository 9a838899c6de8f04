import { spawnSync } from 'node:child_process';
import { StillrootError } from '../errors.ts';
import { type Tool, versionIn } from './tools.ts';

/** A program that does not answer in this time has taken the option for something else. */
const MAX_MILLISECONDS = 20_000;

/**
 * Version of a tool, and in parentheses of the other programs that decide what it makes: `1.3.5 (apt-get 2.6.1)`.
 *
 * @throws StillrootError `bootstrap-failed` where the program is missing
 */
export function askVersion({ versions }: Tool, env: Readonly<Record<string, string>>): string {
  const [own = '', ...others] = versions.map(([program, ...args], i) => {
    const { error, stdout, stderr } = spawnSync(program, args, {
      env,
      encoding: 'utf8',
      timeout: MAX_MILLISECONDS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
      throw new StillrootError('bootstrap-failed', `no such program in ${env.PATH}`, {
        where: program,
        hint: 'Install it, or give its location with --bootstrap-env PATH=... or as a path in the command.',
        cause: error,
      });
    }
    const version = versionIn(stdout ?? '') ?? versionIn(stderr ?? '') ?? '';
    return i === 0 ? version : `${program} ${version}`.trim();
  });
  return others.length === 0 ? own : `${own} (${others.join(', ')})`;
}
