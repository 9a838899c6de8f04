import type { Hook } from './hook.ts';
import { MIRROR, NODE, type Trial } from './trial.ts';

const REBUILDERD_TRIAL: Trial = {
  versions: [
    'rebuilderd 0.28.0',
    'mmdebstrap 1.3.5-7',
    'util-linux 2.38.1',
    NODE,
    'all but rebuilderd on Debian 12',
  ],
  circumstances: [
    'Without: two runs of mmdebstrap, with SOURCE_DATE_EPOCH, as root. With: the image as it was published by root, and as the script rebuilt it a minute later, run by itself as a user. rebuilderd ran in the tests, from the packages of Debian unstable.',
    MIRROR,
  ],
  commands: `export SOURCE_DATE_EPOCH=1700000000
mkdir images out
mmdebstrap --mode=unshare --variant=minbase --include=openssh-server bookworm rootfs.tar "$MIRROR"
stillroot pack --bootstrap "mmdebstrap:bookworm variant=minbase include=openssh-server mirror=$MIRROR" \\
  -o images/base.cpio.xz --source-date-epoch 1700000000
stillroot hook rebuilderd | sed "s|^mirrors=$|mirrors=$MIRROR|" > rebuilder-stillroot.sh
chmod +x rebuilder-stillroot.sh
REBUILDERD_OUTDIR=$PWD/out ./rebuilder-stillroot.sh images/base.cpio.xz.manifest.json
`,
  rows: [
    {
      of: 'rootfs.tar; base.cpio.xz',
      without: '6fb7dcc80619, 2e1970a1a0fb',
      with: 'd0da987ba78f twice',
    },
  ],
};

export const rebuilderd: Hook = {
  id: 'rebuilderd',
  builder: 'rebuilderd, on workers that rebuild images',
  place:
    'Save it as /usr/local/libexec/rebuilder-stillroot.sh on every worker, make it executable, and add the lines below to /etc/rebuilderd-worker.conf. stillroot index writes what the server needs.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
# Which recorded requests may run. Add debootstrap, mkosi or pacstrap if the worker has them; the latter two need directories.
builders=mmdebstrap
# Archives that a manifest may name, separated by spaces; without one, builders use their own default.
mirrors=
# Directories with the settings and keys that a manifest may name. It may always name keys in /usr/share/keyrings and
# /etc/apt/keyrings.
directories=
# Room for the tree while it is built, in memory and swap; and the largest file in KiB, be it the image or an archive of the tree.
scratch_size=8G
file_size=8388608
# "no" leaves builders without any network, even loopback: for mkosi and pacstrap, whose settings can name archives that are files.
network=yes
# Where to keep HTML reports of images that differ; without one, they end with the job.
reports=

if [ "\${1:-}" != --inside ]; then
    # Nothing survives the worker: processes end with their namespace, and with them its mounts and the tree in memory.
    set -- --mount --pid --fork --kill-child --mount-proc -- \
        "$0" --inside "\${1:?usage: REBUILDERD_OUTDIR=DIRECTORY $0 IMAGE.manifest.json}"
    [ "$(id -u)" = 0 ] || set -- --user --map-root-user --map-auto "$@"
    [ "$network" = yes ] || set -- --net "$@"
    exec setpriv --pdeathsig KILL unshare "$@"
fi

manifest=$2
case $manifest in
    *.manifest.json) ;;
    *) echo "$manifest: is not called IMAGE.manifest.json" >&2; exit 2 ;;
esac
name=$(basename "$manifest" .manifest.json)
original=$(dirname "$manifest")/$name
image=$REBUILDERD_OUTDIR/$name
export TMPDIR="$REBUILDERD_OUTDIR/.scratch"
mkdir "$TMPDIR"
mount -t tmpfs -o "size=$scratch_size,nr_inodes=4m,mode=0711" stillroot "$TMPDIR"
ulimit -c 0
ulimit -f $((file_size * 2))

set -- --run --against "$original" --output "$image"
for each in $builders; do set -- "$@" --allow-builder "$each"; done
for each in $mirrors; do set -- "$@" --allow-mirror "$each"; done
for each in $directories; do set -- "$@" --allow-path "$each"; done
status=0
stillroot reproduce "$manifest" "$@" || status=$?
if [ "$status" = 1 ] && [ -e "$image" ]; then
    stillroot diff "$original" "$image" --quiet --report "html=$image.report.html" || :
    [ -z "$reports" ] || cp "$image.report.html" "$reports/"
fi
umount "$TMPDIR"
rmdir "$TMPDIR"
exit "$status"
`,
  settings: {
    file: '/etc/rebuilderd-worker.conf',
    text: `[build]
# Seconds for one image, and bytes of its log.
timeout = 7200
max_bytes = 10485760

[backend."stillroot"]
path = "/usr/local/libexec/rebuilder-stillroot.sh"
`,
  },
  adds: 'The input of a job is the manifest, its artifact the image. The script rebuilds the image by the recorded request, and the worker compares the two byte for byte and signs a statement if they are the same. If not, the log begins with what differs and why.',
  notes: [
    'Whoever writes a manifest decides what runs, within limits: only requests for the named builders (--allow-builder), never a recorded command, only archives that you name, and only keys and settings in directories that you name, besides the keys in /usr/share/keyrings and /etc/apt/keyrings. Packages are as trustworthy as those archives.',
    'Run the worker as a user of its own, with ranges in /etc/subuid and /etc/subgid and the package uidmap: mmdebstrap and mkosi need no root. debootstrap and pacstrap do.',
    'The worker itself downloads image and manifest to its TMPDIR, without a limit: give that a filesystem of its own. PrivateTmp=yes in the unit also removes what a killed worker leaves there. MemoryMax= limits memory, and with it the scratch space.',
    'Needs setpriv and unshare of util-linux 2.38 or newer, and stillroot on the path of the worker.',
    'A worker in a chroot cannot make user namespaces; one in a container may need permission for them.',
  ],
  irreproducible: [
    'debootstrap always installs the newest versions; mmdebstrap, mkosi and pacstrap take those of the manifest, if the archive still has them',
    'the statement that the worker signs names neither versions of builders nor the manifest of the rebuilt image',
  ],
  archive:
    'Every format that stillroot pack writes into one file, also container images (oci.tar, docker.tar); the name in the URL must be that of the manifest without .manifest.json.',
  example: `# The publisher: images with their manifests in one directory, served at the URL.
stillroot pack --bootstrap 'mmdebstrap:bookworm variant=minbase' -o images/base.cpio.xz --source-date-epoch 1700000000
stillroot index images --base-url https://images.example/2026
# The server:
rebuildctl pkgs sync-stdin < images/rebuilderd.amd64.json
# A worker:
stillroot hook rebuilderd > /usr/local/libexec/rebuilder-stillroot.sh
chmod +x /usr/local/libexec/rebuilder-stillroot.sh
rebuilderd-worker -n worker-1 -c /etc/rebuilderd-worker.conf connect
# What it found:
rebuildctl pkgs ls
rebuildctl pkgs log --name base.cpio.xz
`,
  tried:
    'rebuilderd 0.28.0 of Debian unstable with two workers, one of them killed, as a user; the script by itself on Debian 12, as a user and as root; all with requests for mmdebstrap. With network=no, the script rebuilt images of mkosi 27.1 as a user and as root, and of pacstrap 6.0.2 as root, byte for byte.',
  trial: REBUILDERD_TRIAL,
};
