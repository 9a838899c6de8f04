/** Every dimension, in the order of reports. */
import type { Dimension } from '../dimension.ts';
import { ENVIRONMENT, LOCALE } from './environment.ts';
import { FILESYSTEMS } from './filesystems.ts';
import { INODES_AND_NAMES, PATHS } from './inodes-and-names.ts';
import { MACHINE, RESOURCES, USER } from './machine.ts';
import { CONTENT, TIMES } from './times-and-content.ts';
import { TOOL, VERSIONS } from './versions.ts';

export const DIMENSIONS: readonly Dimension[] = [
  ...INODES_AND_NAMES,
  ...TIMES,
  ...FILESYSTEMS,
  ...PATHS,
  ...USER,
  ...LOCALE,
  ...ENVIRONMENT,
  ...MACHINE,
  ...RESOURCES,
  ...TOOL,
  ...VERSIONS,
  ...CONTENT,
];
