# SPDX-License-Identifier: GPL-2.0
# What the tests of channels share, in addition to lib.sh.
CHAN=$CFS/channels

# disk ID SIZE_KB [TEXT]: make a channel with a file of its own
disk() {
	dd if=/dev/zero of=$TMP/disk$1 bs=1024 count=$2 2> /dev/null
	[ -z "$3" ] || printf '%s' "$3" | dd of=$TMP/disk$1 conv=notrunc 2> /dev/null
	mkdir $CHAN/$1 && echo $TMP/disk$1 > $CHAN/$1/source
}

# chan_refused WHAT ID ATTR VALUE ERROR REASON
chan_refused() {
	local before="$(cat $CHAN/$2/$3)"

	attempt $CHAN/$2/$3 "$4"
	matches "$1: errno" "$why" "$5"
	matches "$1: reason" "$(cat $CHAN/$2/last_error)" "$6"
	same "$1: nothing changed" "$(cat $CHAN/$2/$3)" "$before"
}

chan() { echo "$(cat $CHAN/$1/state) $(cat $CHAN/$1/owner)"; }

# has NAME IDS: set the channels of an LPAR
has() { echo "$2" > $PART/$1/channels; }

rmchannels() {
	local c

	clean
	for c in $CHAN/*/; do
		[ ! -d "$c" ] || rmdir "$c"
	done
}

# For fault_at in stock.sh.
things() { cat $CHAN/*/state $CHAN/*/owner; }
