# SPDX-License-Identifier: GPL-2.0
# Find what a disk boots. Sourced by init, and by the tests. $LIB is the directory of the awk
# programs, $DEVS the list of the file systems: "DEV DISK PARTITION MOUNTPOINT UUID LABEL", one
# a line, with tabs and - for what is unknown.

TAB=$(printf '\t')

# grub DEV DIR BASE PREFIX CFG BLS: print the entries of a grub.cfg and of a directory
grub() {
	awk -f "$LIB/grub.awk" -f "$LIB/bls.awk" -v dev="$1" -v dir="$2" -v base="$3" \
		-v prefix="$4" -v cfg="$5" -v bls="$6" -v devs="$DEVS" < /dev/null
}

# bls_dir DIR: print the directory of boot loader specifications, if there is one
bls_dir() {
	for d in "$1/boot/loader/entries" "$1/loader/entries"; do
		[ ! -d "$d" ] || { echo "$d"; return; }
	done
}

# kernels DEV DIR BASE: entries of a root file system that has kernels, but no boot loader
kernels() {
	[ -e "$2$3/etc/fstab" ] || [ -e "$2$3/sbin/init" ] || [ -L "$2$3/sbin/init" ] || return 0
	uuid=$(awk -F "$TAB" -v dev="$1" '$1 == dev { print $5 }' "$DEVS")
	root=/dev/$1
	[ "${uuid:--}" = - ] || root=UUID=$uuid
	mark='*'
	for k in "$2$3/vmlinuz" "$2$3/boot/vmlinuz" "$2$3/boot"/vmlinuz-*; do
		k=${k#"$2$3"}
		[ -n "$(file_of "$1" "$3" "$3$k")" ] || continue
		i=$(initrd_of "$k")
		printf 'entry\t%s\t%s\t%s\t%s\t%s\t-\t%s\t%s\n' "$mark" "$1" "${3:-/}" "$3$k" \
			"${i:--}" "Linux, $k" "root=$root ro"
		mark=-
	done
}

# initrd_of KERNEL: print DEV:PATH of the initrd with the kernel's version, in $base of $dev
initrd_of() {
	v=${1##*/vmlinuz} in=${1%/*}
	for i in "$in/initrd.img$v" "$in/initrd$v.img" "$in/initramfs$v.img" "$in/initrd$v" \
		"/initrd.img$v"; do
		[ -z "$(file_of "$dev" "$base" "$base$i")" ] || { echo "$dev:$base$i"; return; }
	done
}

# entries DEV DIR: print the entries of the file system that is mounted at DIR: those of the
# first of grub.cfg, boot loader specifications and kernels. Subvolumes of btrfs are directories.
entries() {
	dev=$1
	for path in "$2" "$2"/*/ "$2"/@/.snapshots/*/snapshot; do
		path=${path%/}
		base=${path#"$2"}
		case $base in
		# EFI: files that lead to the grub.cfg of another file system
		/EFI | /efi | /boot | /loader | /grub | /grub2) continue ;;
		esac
		bls=$(bls_dir "$path")
		for p in /boot/grub /boot/grub2 /grub /grub2; do
			[ -f "$path$p/grub.cfg" ] || continue
			grub "$1" "$2" "$base" "$base$p" "$path$p/grub.cfg" "$bls"
		done > "$WORK/found"
		[ -z "$bls" ] || grep -q '^entry' "$WORK/found" ||
			grub "$1" "$2" "$base" "" "" "$bls" >> "$WORK/found"
		grep -q '^entry' "$WORK/found" || kernels "$1" "$2" "$base" >> "$WORK/found"
		cat "$WORK/found"
		! grep -q '^entry' "$WORK/found" || return 0
		[ "$(fs_type "$1")" = btrfs ] || return 0
	done
}

# file_of DEV BASE PATH: print the name of a file in a mounted file system; false if it is not
# there. An absolute symbolic link is followed within the file system.
file_of() {
	m=$(awk -F "$TAB" -v dev="$1" '$1 == dev { print $4 }' "$DEVS")
	for f in "$m$3" "$m${2%/}$3"; do
		n=0
		while [ -L "$f" ] && [ $n -lt 8 ]; do
			to=$(readlink "$f") n=$((n + 1))
			case $to in
			/*) f=$m${2%/}$to ;;
			*) f=${f%/*}/$to ;;
			esac
		done
		[ ! -f "$f" ] || { echo "$f"; return; }
	done
	return 1
}

# entry N: set the variables of entry N of $WORK/entries
entry() {
	IFS=$TAB read -r kind mark dev base kernel initrds id title options <<END
$(grep '^entry' "$WORK/entries" | sed -n "$1p")
END
	[ "$kind" = entry ]
}

# default_entry [NAME]: print the number of the entry that is booted: of the number, id or
# title NAME, else the one that is marked, of the first disk that has one
default_entry() {
	grep '^entry' "$WORK/entries" | awk -F "$TAB" -v want="$1" '
		want != "" && ($7 == want || $8 == want || NR "" == want) && !n { n = NR }
		$2 == "*" && !marked { marked = NR }
		END { print n ? n : marked ? marked : 1 }'
}

# timeout_of: print the seconds of the first file that says so, default 3
timeout_of() {
	sed -n "s/^timeout$TAB//p" "$WORK/entries" | awk 'NR == 1 { t = $1; s = 1 }
		END { print s ? t : 3 }'
}

# command_line OPTIONS: print the kernel's command line
command_line() {
	case " $1 " in
	*" console=ttyS"*) echo "$1" ;;
	*) echo "$1 console=ttyS0" ;;
	esac
}
