import { globSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A root filesystem of Alpine with apk 2, as its project publishes it: the one that STILLROOT_ALPINE names, or one in a
 * directory beside the checkout. Undefined where there is none: it is not downloaded.
 */
export function alpineRootfs(): string | undefined {
  const beside = join(import.meta.dirname, '../../../*/data/alpine/alpine-minirootfs-*-x86_64.tar.gz');
  return process.env.STILLROOT_ALPINE ?? globSync(beside)[0];
}
