import { StillrootError } from '../errors.ts';

/**
 * Where image builders say what the root directory is, in the order in which they are asked: mkosi, debos,
 * vmdb2, Buildroot, OpenEmbedded. mmdebstrap and plain scripts give it as an argument.
 */
export const ROOT_VARIABLES: readonly string[] = [
  'BUILDROOT',
  'ROOTDIR',
  'ROOT',
  'TARGET_DIR',
  'IMAGE_ROOTFS',
];

/** A directory to finalize, or that there is nothing to do: mkosi 14 also runs its script on the build image. */
export type BuilderRoot =
  /** `variable` is the one that named it; an argument otherwise. */
  { readonly path: string; readonly variable?: string } | { readonly skip: string };

/**
 * @param argument as given on the command line
 * @throws usage, source-refused
 */
export function builderRoot(
  argument: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): BuilderRoot {
  const variable = ROOT_VARIABLES.find((name) => env[name] !== undefined);
  const isVerb = variable === 'BUILDROOT' && (argument === 'final' || argument === 'build');
  if (isVerb && argument === 'build') {
    return { skip: 'the builder runs its build step (argument "build"); there is no image yet' };
  }
  if (argument !== undefined && !isVerb) return { path: argument };
  if (variable === undefined) {
    throw new StillrootError('usage', 'no root directory was given', {
      hint: `Name one, or run finalize from a builder that sets $${ROOT_VARIABLES.join(', $')}.`,
    });
  }
  const path = env[variable] ?? '';
  if (path !== '') return { path, variable };
  throw new StillrootError('source-refused', 'is set but empty', {
    where: `$${variable}`,
    hint: 'The builder should set it to the root directory.',
  });
}
