/** Every dimension, in the order of reports. */
import type { Dimension } from '../dimension.ts';
import { CONTENT } from './content.ts';
import { ENVIRONMENT } from './environment.ts';
import { FILESYSTEMS } from './filesystems.ts';
import { INODES_AND_NAMES } from './inodes-and-names.ts';
import { LOCALE } from './locale.ts';
import { MACHINE } from './machine.ts';
import { PATHS } from './paths.ts';
import { RESOURCES } from './resources.ts';
import { TIMES } from './times.ts';
import { TOOL } from './tool.ts';
import { USER } from './user.ts';
import { VERSIONS } from './versions.ts';

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
