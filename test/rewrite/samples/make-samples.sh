#!/bin/sh
# Makes the samples beside it with the real tools: CPython 2.7, 3.6 and 3.11, gzip, zip, jar, GCC and
# GNU ar, keytool of OpenJDK 17, fc-cache of fontconfig 2.14. Bytes differ from run to run (keys and
# inode numbers are new each time), so the tests only rely on what is said here.
#
# Usage: make-samples.sh PYTHON2.7 PYTHON3.6 PYTHON3.11
set -eu
python2=$1 python36=$2 python311=$3
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C TZ=UTC
unset SOURCE_DATE_EPOCH
cd "$work"

# Source of 15 bytes with the time 1700000000.
printf 'print("hello")\n' >hello.py
touch -d @1700000000 hello.py
"$python2" -m py_compile hello.py && mv hello.pyc "$here/python27.pyc"
"$python36" -m py_compile hello.py && mv __pycache__/hello.cpython-36.pyc "$here/python36.pyc"
compile='import py_compile as p, sys; p.compile("hello.py", sys.argv[1], invalidation_mode=p.PycInvalidationMode[sys.argv[2]])'
"$python311" -c "$compile" "$here/python311.pyc" TIMESTAMP
"$python311" -c "$compile" "$here/python311-checked.pyc" CHECKED_HASH
"$python311" -c "$compile" "$here/python311-unchecked.pyc" UNCHECKED_HASH

# Header with the name hello.py and the time 1700000000.
gzip -N -c hello.py >"$here/hello.py.gz"

mkdir -p tree/directory
cp -p hello.py tree/directory/hello.py
touch -d @1700000001 tree/directory
rm -f "$here/hello.zip" && (cd tree && zip -q -r "$here/hello.zip" directory)
jar cf "$here/hello.jar" -C tree directory

echo 'int hello(void) { return 1; }' >hello.c
gcc -c -o hello.o hello.c && strip --strip-unneeded hello.o && chmod 664 hello.o
printf 'text\n' >a-name-of-more-than-sixteen-bytes.txt && chmod 755 a-name-of-more-than-sixteen-bytes.txt
touch -d @1700000000 hello.o a-name-of-more-than-sixteen-bytes.txt
chown 1000:1001 hello.o || echo 'not run by root: owners are yours' >&2
rm -f "$here/libhello.a" && ar qcsU "$here/libhello.a" hello.o a-name-of-more-than-sixteen-bytes.txt

# One key with its certificate and one trusted certificate; password changeit, and another.
keys() {
  store=$1 type=$2 password=$3
  rm -f "$store" issuer
  keytool -genkeypair -alias issuer -keyalg EC -dname CN=issuer -storetype JKS \
    -keystore issuer -storepass changeit -keypass changeit 2>/dev/null
  keytool -exportcert -alias issuer -keystore issuer -storepass changeit -file certificate 2>/dev/null
  keytool -genkeypair -alias key -keyalg EC -dname CN=hello -storetype "$type" \
    -keystore "$store" -storepass "$password" -keypass "$password" 2>/dev/null
  keytool -importcert -noprompt -alias certificate -file certificate -storetype "$type" \
    -keystore "$store" -storepass "$password" 2>/dev/null
}
keys "$here/keystore.jks" JKS changeit
keys "$here/other-password.jks" JKS another
keys "$here/keystore.p12" PKCS12 changeit

# A directory of fonts without fonts, /usr/share/fonts of the tree, with the time 1700000000.123456789.
mkdir -p root/usr/share/fonts/empty root/var/cache/fontconfig root/etc/fonts
cat >root/etc/fonts/fonts.conf <<CONF
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><cachedir>/var/cache/fontconfig</cachedir></fontconfig>
CONF
touch -d @1600000000.5 root/usr/share/fonts/empty
touch -d @1700000000.123456789 root/usr/share/fonts
FONTCONFIG_FILE=/etc/fonts/fonts.conf fc-cache -y "$work/root" -f
cp root/var/cache/fontconfig/3830d5c3ddfd5cd38a049b759396e72e-le64.cache-* "$here/"

# No apk here: as apk 2 wrote it before it knew SOURCE_DATE_EPOCH, in the order of installation.
"$python311" - "$here/scripts.tar" <<'PY'
import io, sys, tarfile
with tarfile.open(sys.argv[1], 'w', format=tarfile.USTAR_FORMAT) as tar:
    for name in ('busybox-1.36.1-r5.Q1AAAA.post-install', 'alpine-baselayout-3.4.3-r1.Q1BBBB.pre-install'):
        info = tarfile.TarInfo(name)
        data = b'#!/bin/sh\nexit 0\n'
        info.size, info.mtime, info.mode, info.uid, info.gid = len(data), 1700000000, 0o755, 1000, 1001
        tar.addfile(info, io.BytesIO(data))
PY
gzip -n -c "$here/scripts.tar" >"$here/scripts.tar.gz"
