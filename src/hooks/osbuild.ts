import type { Hook } from './hook.ts';

export const osbuild: Hook = {
  id: 'osbuild',
  builder: 'osbuild',
  place:
    'Run these in place of the last pipeline: osbuild runs stages of its own only, and no script of a user.',
  language: 'sh',
  text: `set -eu
export SOURCE_DATE_EPOCH=1700000000
osbuild --store store --output-directory out --export os manifest.json
# Stages of the manifest set these: org.osbuild.hostname and org.osbuild.resolv-conf.
stillroot finalize out/os --policy hostname=keep --policy resolv-conf=keep
`,
  notes: [
    'os is the name of the pipeline that makes the tree; what is exported is a directory, owned as it should be if osbuild runs as root.',
    'source-epoch in the manifest is what SOURCE_DATE_EPOCH is for its stages; give both the same number.',
  ],
  irreproducible: [
    'the stages org.osbuild.tar and org.osbuild.cpio.out write entries in the order in which the file system lists them',
    'org.osbuild.xz runs with --threads 0',
  ],
  archive: 'Export the tree and run stillroot pack on it, in place of a pipeline that makes an archive.',
  example: `osbuild --store store --output-directory out --export os manifest.json
stillroot pack out/os -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried: 'not tried here: follows the documentation of osbuild 190.',
};
