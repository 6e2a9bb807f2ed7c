# SPDX-License-Identifier: GPL-2.0
# The checks of the demonstration. The state of LPARs is read from sysfs, the state of the
# guests from their consoles.

POOL=671088640		# 640 MB
MB=1048576
USE_S=$((TCG ? 3 : 1))	# seconds over which each LIP's use is measured
TOLERANCE=10		# per mille: one percentage point
# QEMU (TCG) uses real time, but does not always have a core for each CPU, and an exit takes
# it many times as long as a processor. All LIPs of a CPU lose the same part of their time by
# that. So in QEMU the use of LIPs that share a CPU is compared with the total use of the
# CPU, that of a LIP with a whole CPU includes the monitor's own time for it, and the best of
# several measurements counts.
MEASUREMENTS=$((TCG ? 10 : 1))
TCG_LEAST=90		# percent that a LIP with a whole CPU has to use itself

# status KEY NAME WHEN: from "STATUS LPAR1 boot_id=... cpus=2 memtotal=..."
status() { value "$1" "$(cat /tmp/status.$2.$3)"; }

# sum_storage: areas and holes add up to the pool
sum_storage()
{
	sum=0
	while read -r _ size _; do
		sum=$((sum + size))
	done < $S/storage_map
	[ $sum -eq $POOL ]
}

# cpu_sums: sums of the shares of CPUs 1-4, "100 100 100 100"
cpu_sums()
{
	awk '{ sum[$1] += $4 }
	     END { print sum[1], sum[2], sum[3], sum[4] }' $S/processor_table
}

areas() { awk -v m=$MB '{ print $4, $1 / m, $2 / m, $3 / m }' $S/storage_map; }

shares() { awk '{ print $2, $1 ":" $4 }' $S/processor_table | sort; }

check_before()
{
	check "before: storage as in Fig. 3" same "$(areas | sort)" \
"LPAR1 0 256 256
LPAR2 512 128 0
LPAR3 256 256 0"
	check "before: shares as in Fig. 4" same "$(shares)" \
"LPAR1 1:100
LPAR1 2:50
LPAR2 2:50
LPAR2 3:50
LPAR3 3:50
LPAR3 4:100"
	for n in 1 2 3; do
		ready=$(last LPAR$n "LPAR-GUEST READY")
		check "LPAR$n runs the stock kernel on 2 CPUs, $(($(value memtotal "$ready") / 1024)) MB" \
			same "$(value cpus "$ready")" 2
	done
}

check_steps()
{
	result=$L/partitions/LPAR1/integrate
	check "integrate: LPAR2 into LPAR1: ok" \
		grep -q "^LPAR2 into LPAR1: ok" $result
	check "steps 201-209 ran in order, none failed or was undone" same \
		"$(grep -E "^20[0-9] .* (ok|skipped) " $result | cut -c 1-3 |
		   tr '\n' ' ')" "201 202 203 204 205 206 207 208 209 "
}

check_tables()
{
	check "after: storage as in Fig. 3" same "$(areas)" \
"LPAR1 0 384 128
LPAR3 384 256 0"
	check "after: shares as in Fig. 4" same "$(shares)" \
"LPAR1 1:100
LPAR1 2:100
LPAR1 3:50
LPAR3 3:50
LPAR3 4:100"
	check "all storage has an owner or is free: 640 MB" sum_storage
	check "the shares of each CPU add up as before: $(cpu_sums)" \
		same "$(cpu_sums)" "100 100 100 100"
}

check_donor()
{
	check "LPAR2 is released" same "$(cat $S/LPAR2/state)" released
	check "LPAR2 owns no storage" same "$(cat $S/LPAR2/ms_size)" 0
	check "LPAR2 owns no LIP" [ ! -e $S/LPAR2/lips/0 ]
}

one_line() { tr '\n' ' ' < "$S/LPAR1/$1" | sed 's/ $//'; }

check_receiver()
{
	more=$((($(status memtotal LPAR1 after) - $(status memtotal LPAR1 before)) / 1024))
	check "LPAR1's Linux added the storage (_OST: $(one_line memory_ost))" \
		grep -q "added 0" $S/LPAR1/memory_ost
	check "LPAR1's MemTotal: $more MB more" between 124 $more 132
	check "LPAR1's Linux added the processor (_OST: $(one_line processor_ost))" \
		grep -q "added 0" $S/LPAR1/processor_ost
	check "LPAR1's CPUs: $(status cpus LPAR1 before), then $(status cpus LPAR1 after)" \
		same "$(status cpus LPAR1 before) $(status cpus LPAR1 after)" "2 3"
	new=$(grep "^BURN cpu2" /tmp/burn.LPAR1.after)
	first=$(field 3 "$(echo "$new" | head -n 1)")
	latest=$(field 3 "$(echo "$new" | tail -n 1)")
	check "the new CPU runs: its loop counted from $first to $latest" \
		between $((first + 1)) "$latest" 999999999999
	check "LPAR1 added both without a command at its console" \
		[ -e /tmp/told ]
}

# running_on NAME: not rebooted; counter and checksum continued
check_running_on()
{
	check "$1 was not rebooted: same boot_id" \
		same "$(status boot_id $1 before)" "$(status boot_id $1 after)"
	from=$(field 2 "$(cat /tmp/counter.$1.before)")
	to=$(field 2 "$(cat /tmp/counter.$1.after)")
	check "$1's counter continued: $from, then $to" \
		between $((from + 1)) "$to" 999999999999
	gap=$(field 5 "$(cat /tmp/counter.$1.after)")
	echo "        its largest gap: $((gap / 1000)) us"
	echo $gap | data gap.$1
	from=$(field 2 "$(cat /tmp/checksum.$1.before)")
	to=$(field 2 "$(cat /tmp/checksum.$1.after)")
	check "$1's checksum was always right: round $from, then $to" \
		checksum_held $1 "$from" "$to"
}

checksum_held()
{
	! grep -q "^CHECKSUM.*BAD" $LOGS/$1.log &&
		between $(($2 + 1)) "$3" 999999999999
}

check_third()
{
	check "LPAR3 still has $(status cpus LPAR3 after) CPUs" \
		same "$(status cpus LPAR3 before)" "$(status cpus LPAR3 after)"
	check "LPAR3 still has $(status memtotal LPAR3 after) kB of memory" \
		same "$(status memtotal LPAR3 before)" \
		     "$(status memtotal LPAR3 after)"
}

# What each LIP uses of its CPU while all are busy: lines "LPAR/LIP CPU SHARE USED PART" in
# /tmp/use, per mille. PART is compared with the share.
measure_use_once()
{
	lparadm top --interval $USE_S --count 1 --raw --noheadings > /tmp/top
	awk -v tcg="$TCG" '
	function mille(percent) { return int(percent * 10 + 0.5) }
	NF == 7 { lip[n++] = $1 "/" $2; cpu[$1 "/" $2] = $3
		  share[$1 "/" $2] = $4; used[$1 "/" $2] = $5; all[$3] += $5 }
	NF == 5 { own[$1] = $3 }
	END { for (i = 0; i < n; i++) {
		l = lip[i]; c = cpu[l]; part = used[l]
		if (tcg && share[l] < 100 && all[c])
			part = 100 * used[l] / all[c]
		else if (tcg && used[l] >= '$TCG_LEAST' && part < 100)
			part = part + own[c] > 100 ? 100 : part + own[c]
		print l, c, share[l] * 10, mille(used[l]), mille(part)
	} }' /tmp/top > /tmp/use
}

percent() { echo "$(($1 / 10)).$(($1 % 10)) %"; }

# as_due SHARE PART
as_due() { between $(($1 - TOLERANCE)) $2 $(($1 + TOLERANCE)); }

all_as_due()
{
	while read -r _ _ share _ part; do
		as_due $share $part || return
	done < /tmp/use
}

measure_use()
{
	sleep 0.3
	measure_use_once
	measured=1
	until [ $measured -eq $MEASUREMENTS ] || all_as_due; do
		measure_use_once
		measured=$((measured + 1))
	done
}

# compared CPU SHARE USED PART: what is compared, if it is not what was used
compared()
{
	[ $3 != $4 ] || return
	if [ $2 -lt 1000 ]; then
		echo " ($(percent $4) of the total use of CPU $1)"
	else
		echo " ($(percent $4) with the monitor's own time for it)"
	fi
}

check_use()
{
	echo "        use of each LIP, all of them busy; tolerance 1 percentage point:"
	[ $measured = 1 ] || echo "        (measurement $measured)"
	while read -r lip cpu share used part; do
		good=false
		! as_due $share $part || good=true
		check "$lip has $((share / 10)) %, used $(percent $used)$(compared $cpu $share $used $part)" \
			$good
		echo "$lip $((share / 10)) $used $part $cpu $good" | data use
	done < /tmp/use
	check "each LIP's use was measured" same "$(wc -l < /tmp/use)" \
		"$(lip_values used | wc -l)"
}

check_after()
{
	check_steps
	check_tables
	check_donor
	check_receiver
	check_running_on LPAR1
	check_running_on LPAR3
	check_third
	check_use
}
