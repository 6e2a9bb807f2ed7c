# SPDX-License-Identifier: GPL-2.0
# Makes disks of a fresh Debian 12 for emulated machines and LPARs, from the mirror
# that apt uses here. Needs root or sudo; installs mmdebstrap when it is missing.
# To be sourced, with $out, where it all goes, and $wanted, a line for each package
# with what it is for:
#
# $out/disk.img	the disk, one ext4 without partitions
# $out/vmlinuz, initrd.img	its kernel
suite=bookworm
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# The lines of a sources.list: this computer's, where it has them.
sources()
{
	apt-get indextargets --format '$(ORIGIN) $(SITE) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' | awk -v suite="$suite" -v keyring="$keyring" '
		$1 == "Debian" && index($3, suite) == 1 && $3 !~ /backports/ &&
		$4 == "main" {
			print "deb [signed-by=" keyring "]", $2, $3, $4; n++
		}
		END { if (!n)
			print "deb [signed-by=" keyring "] http://deb.debian.org/debian",
				suite, "main" }' | sort -u
}

install_missing()
{
	missing=
	for package in mmdebstrap e2fsprogs debian-archive-keyring; do
		dpkg-query -W -f '${db:Status-Status}' $package 2>/dev/null |
			grep -qx installed || missing="$missing $package"
	done
	# shellcheck disable=SC2086
	[ -z "$missing" ] || as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# How apt gets at the mirror, but not what it does with packages.
apt_options()
{
	apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries)' || :
}

# Only what such a disk needs: the archive is unpacked at each boot.
small_initramfs="printf 'MODULES=list\nCOMPRESS=gzip\n' > \
\"\$1/etc/initramfs-tools/conf.d/vm\"
printf 'virtio_pci\nvirtio_blk\next4\n' >> \"\$1/etc/initramfs-tools/modules\""

# bootstrap TREE HOSTNAME OPTION...: of mmdebstrap
bootstrap()
{
	tree=$1 name=$2
	shift 2
	as_root mmdebstrap --quiet --mode=root --variant=minbase \
		--include="$(echo "$wanted" | awk 'NF { print $1 }' | paste -s -d ,)" \
		--aptopt="$out/apt.conf" \
		--essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"' \
		--essential-hook="$small_initramfs" \
		--customize-hook="echo $name > \"\$1/etc/hostname\"" \
		--customize-hook='echo /dev/vda / ext4 defaults 0 0 > "$1/etc/fstab"' \
		--customize-hook='chroot "$1" systemctl -q set-default multi-user.target' \
		"$@" "$suite" "$tree" "$out/sources.list"
}

# debian_disk SIZE HOSTNAME OPTION...
debian_disk()
{
	size=$1
	shift
	install_missing
	sources > "$out/sources.list"
	apt_options > "$out/apt.conf"
	as_root rm -rf "$out/tree"
	bootstrap "$out/tree" "$@"
	cp -L "$out/tree/vmlinuz" "$out/vmlinuz"
	cp -L "$out/tree/initrd.img" "$out/initrd.img"
	as_root rm -f "$out/disk.img"
	as_root mke2fs -q -t ext4 -E lazy_itable_init=1 -m 0 -d "$out/tree" \
		"$out/disk.img" "$size"
	[ "$(id -u)" = 0 ] || as_root chown "$(id -u)" "$out/disk.img"
	as_root rm -rf "$out/tree"
}

# once OPTION FILE...: exits, where all was made from what these hold, and from this
# file, unless OPTION is --update. Runs at the same time wait for the first.
once()
{
	option=$1
	shift
	mkdir -p "$out"
	exec 9> "$out/.lock"
	flock 9
	made_of=$(cat "$@" "$here/../vm/debian.sh" | cksum)
	[ "$option" = --update ] || [ "$(cat "$out/.done" 2>/dev/null)" != "$made_of" ] ||
		exit 0
	rm -f "$out/.done"
}

done_once()
{
	echo "$made_of" > "$out/.done"
}
