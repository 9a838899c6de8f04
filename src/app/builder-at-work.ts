import { StillrootError } from '../errors.ts';
import type { Source } from '../source/source.ts';
import { showPath } from '../tree/path.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration with which mmdebstrap calls apt-get on the tree. It needs it again after its hooks:
 * without it, apt-get cleans the lists and caches of the machine itself.
 */
const APT_CONFIGURATION = 'tmp/mmdebstrap.apt.conf.';
/** Rules that drop that, and what mmdebstrap removes itself and must find. It empties tmp itself, too. */
const LEFT_TO_MMDEBSTRAP: readonly string[] = ['common/tmp', 'dpkg/bootstrap-configuration'];

/** Rules that must not be applied to the tree yet, since the builder goes on to work on it. */
export function rulesForLater(env: Environment): readonly string[] {
  return isHook(env) ? LEFT_TO_MMDEBSTRAP : [];
}

/** @throws source-refused where mmdebstrap is at work on the tree and did not call us */
export function refuseBusyTree({ name, tree }: Source, env: Environment): void {
  if (isHook(env)) return;
  const found = tree.entries.find(({ path }) => path.startsWith(APT_CONFIGURATION));
  if (found === undefined) return;
  throw new StillrootError('source-refused', 'mmdebstrap is still working on this tree, or was interrupted', {
    where: `${name}/${showPath(found.path)}`,
    hint: 'Wait until it has finished, or run stillroot from a --customize-hook, where $MMDEBSTRAP_MODE is set. After an interrupted run, remove the file.',
  });
}

/** mmdebstrap sets it for all its hooks. */
function isHook(env: Environment): boolean {
  return env.MMDEBSTRAP_MODE !== undefined;
}
