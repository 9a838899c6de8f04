import { debootstrap, debos, liveBuild, mmdebstrap, vmdb2 } from './debian.ts';
import type { Hook } from './hook.ts';
import { buildroot, kiwi, openembedded, osbuild, shell } from './image-builders.ts';
import { dracut, initramfsTools, mkinitcpio } from './initramfs.ts';
import { mkosi, mkosi14 } from './mkosi.ts';
import { rebuilderd } from './rebuilderd.ts';

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
  initramfsTools,
  dracut,
  mkinitcpio,
  rebuilderd,
  shell,
];
