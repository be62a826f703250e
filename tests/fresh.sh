#!/usr/bin/env bash
# The README's two commands in a bare Debian 12: a root made by mmdebstrap (minbase and
# ca-certificates, nothing else), entered by chroot, with a copy of a clean clone. Needs root.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
[ "$(id -u)" = 0 ] || { echo 'fresh: needs root' >&2; exit 100; }

root=$(mktemp -d "${TMPDIR:-/tmp}/winnow-fresh.XXXXXX")
chmod 755 "$root"
cleanup() {
	umount "$root/dev/shm" "$root/dev/pts" "$root/dev" "$root/proc" "$root/sys" 2>/dev/null || true
	mountpoint -q "$root/proc" || rm -rf --one-file-system "$root"
}
trap cleanup EXIT

echo "fresh: making a bare Debian 12 in $root"
# the host's own sources and client settings, so that its mirror is used
mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$root" \
	$(ls /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources \
		2>/dev/null)
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cp /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --bind /dev "$root/dev"
mkdir -p "$root/dev/shm"
# packages of servers must not start them
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

git clone --quiet . "$root/winnow"
rm -rf "$root/winnow/.git"

echo 'fresh: ./dev run'
chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true \
	bash -c 'cd /winnow && ./dev run'
echo 'fresh: ./dev test'
# no engine starts in a chroot, which is no root that a container could leave
chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true \
	TEST_CONTAINERS=none \
	bash -c 'cd /winnow && ./dev test'
echo 'fresh: both commands passed'
