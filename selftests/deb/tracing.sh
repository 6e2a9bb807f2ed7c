# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Every line of tracing.rst is run, as it stands there, while guests are at work.
# A line ends by itself, or is interrupted; "shows" says what it must have shown.

# Commands of the page: those below "# run" in its literal blocks.
sed -n '/^    # run/,/^$/s/^    //p' /vm/tracing.rst | sed '/^# run/d;/^$/d' > $T/lines
check "tracing.rst has lines" test "$(wc -l < $T/lines)" -gt 8

while read -r line; do
	timeout -s INT 60 sh -c "$line" < /dev/null > $T/trace 2>&1
	echo "# $?: $(wc -l < $T/trace) lines"
	check "$line" sh -c "cat $T/trace; grep -Eq 'lpar|LPAR|@|[0-9]' $T/trace &&
		! grep -Eiq 'error|invalid|not found|failed|no such|unknown' $T/trace"
done < $T/lines
