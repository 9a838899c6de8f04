/**
 * Compiled code of stillroot itself, which Node writes when the program ends and reads when it starts again: a fifth of the
 * time of a short call. It belongs to one version of Node and to one text of the program, which Node checks.
 */
// Not by its name, which Node 20 lacks: it has to get as far as the message about its version.
import module from 'node:module';
import { StillrootError } from '../errors.ts';
import { defaultPlace, inDirectory, openCachePart } from './cache-directory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** From now on, in the default cache, which is passed over where it is missing, not trusted or cannot be written to. */
export function keepCompiledCode(env: Environment): void {
  const place = defaultPlace(env, true);
  if (!('path' in place)) return;
  try {
    // Stays open, since Node writes at the very end; by this name nothing can take its place meanwhile.
    module.enableCompileCache(inDirectory(openCachePart(place.path, 'code', true), '.'));
  } catch (error) {
    if (!(error instanceof StillrootError)) throw error;
  }
}
