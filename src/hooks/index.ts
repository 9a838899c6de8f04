import { buildroot } from './buildroot.ts';
import { debootstrap } from './debootstrap.ts';
import { debos } from './debos.ts';
import type { Hook } from './hook.ts';
import { kiwi } from './kiwi.ts';
import { liveBuild } from './live-build.ts';
import { mkosi } from './mkosi.ts';
import { mkosi14 } from './mkosi-14.ts';
import { mmdebstrap } from './mmdebstrap.ts';
import { openembedded } from './openembedded.ts';
import { osbuild } from './osbuild.ts';
import { shell } from './shell.ts';
import { vmdb2 } from './vmdb2.ts';

export const HOOKS: readonly Hook[] = [
  mkosi,
  mkosi14,
  mmdebstrap,
  debootstrap,
  debos,
  vmdb2,
  liveBuild,
  buildroot,
  openembedded,
  kiwi,
  osbuild,
  shell,
];
