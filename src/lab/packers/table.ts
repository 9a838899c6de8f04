/** Every packer that the lab knows, in the order of reports. */
import type { Packer } from '../packer.ts';
import { ARCHIVERS } from './archivers.ts';
import { BUILDERS } from './builders.ts';
import { COMPRESSORS } from './compressors.ts';
import { CPIO } from './cpio.ts';
import { OWN } from './own.ts';

export const PACKERS: readonly Packer[] = [...OWN, ...CPIO, ...BUILDERS, ...ARCHIVERS, ...COMPRESSORS];
