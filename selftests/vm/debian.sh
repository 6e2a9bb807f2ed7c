# SPDX-License-Identifier: GPL-2.0
# Make disks with a fresh Debian 12 for emulated machines and LPARs, from the mirror
# that apt uses on this computer. Needs root or sudo; installs mmdebstrap if missing.
# To be sourced, with $out, the output directory, and $wanted, one line for each package
# with its purpose. Makes
#
# $out/disk.img	the disk, one ext4 file system without partitions
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

# Print the lines of sources.list: those of this computer, else deb.debian.org.
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

# Only the options for access to the mirror.
apt_options()
{
	apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries)' || :
}

# A small initramfs, as it is unpacked at each boot.
small_initramfs="printf 'MODULES=list\nCOMPRESS=gzip\n' > \
\"\$1/etc/initramfs-tools/conf.d/vm\"
printf 'virtio_pci\nvirtio_blk\next4\n' >> \"\$1/etc/initramfs-tools/modules\""

# bootstrap TREE HOSTNAME OPTION...: run mmdebstrap with more options
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

# debian_disk SIZE HOSTNAME OPTION...: make the disk and copy its kernel
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

# once OPTION FILE...: exit if all was made before from these files and this one with the
# same contents, unless OPTION is --update. Concurrent runs wait for the first.
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
