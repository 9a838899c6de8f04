#!/usr/bin/env bash
# Runs a command in a tree as in a machine of its own: its own processes, interfaces and host name, and nothing of the real
# machine can be changed. To be started in new namespaces (see twin-side.ts).
#
#     twin-chroot.sh ROOT HOST LINK UMASK LIBRARY DEBS SERVICES COMMAND...
#
# LINK is the name of a network interface; empty: the machine's own network. LIBRARY is preloaded, DEBS are the packages of apt;
# empty: neither. SERVICES is "held" where none may be started, as during an installation, else "free".
set -euo pipefail
root=$1 host=$2 link=$3 mask=$4 library=$5 debs=$6 services=$7
shift 7

hostname "$host"
if [ -n "$link" ]; then
  ip link set lo up
  ip link add "$link" type ifb
  ip link set "$link" up
fi

mkdir -p "$root"/{proc,sys,dev}
mount -t proc proc "$root/proc"
for file in sys sysrq-trigger; do
  [ -e "$root/proc/$file" ] || continue
  mount --bind "$root/proc/$file" "$root/proc/$file"
  mount -o remount,ro,bind "$root/proc/$file"
done
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=0755 tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
for device in null:3 zero:5 full:7 random:8 urandom:9; do
  mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"
done
mknod -m 666 "$root/dev/tty" c 5 0
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for stream in stdin:0 stdout:1 stderr:2; do
  ln -s "/proc/self/fd/${stream#*:}" "$root/dev/${stream%:*}"
done

# As mmdebstrap does while packages are configured.
starter=$root/sbin/start-stop-daemon
hold_services() {
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  mv "$starter" "$starter.REAL"
  printf '#!/bin/sh\necho "start-stop-daemon: no services here" >&2\n' >"$starter"
  chmod 755 "$root/usr/sbin/policy-rc.d" "$starter"
}
free_services() {
  rm "$root/usr/sbin/policy-rc.d"
  mv "$starter.REAL" "$starter"
}
if [ "$services" = held ]; then hold_services; fi

environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
  DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true)
if [ -n "$library" ]; then
  cp "$library" "$root$library"
  environment+=("LD_PRELOAD=$library")
fi
if [ -n "$debs" ]; then
  mkdir -p "$debs/partial"
  mount --bind "$debs" "$root/var/cache/apt/archives"
fi

status=0
(
  umask "$mask"
  exec setpriv --bounding-set=-sys_time,-sys_module,-sys_boot,-syslog \
    chroot "$root" env -i "${environment[@]}" "$@"
) || status=$?

if [ "$services" = held ]; then free_services; fi
if [ -n "$library" ]; then rm "$root$library"; fi
exit "$status"
