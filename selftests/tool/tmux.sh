# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# tmux.sh - a terminal with keys and a screen, for the tests of the frame here and in the
# emulated machine. $TMUX_DIR has its socket.

terminal()
{
	tmux -S "$TMUX_DIR/tmux" "$@"
}

# term_begin WIDTH HEIGHT COMMAND: run it in a new terminal
term_begin()
{
	printf '%s\n' "set -g status off" "set -s escape-time 0" \
		"set -g default-terminal screen" \
		"set -g remain-on-exit on" > "$TMUX_DIR/tmux.conf"
	terminal -u -f "$TMUX_DIR/tmux.conf" new-session -d -x "$1" -y "$2" "$3"
}

# Wait for the server, which ends after its last program.
term_end()
{
	terminal kill-server 2> /dev/null
	while [ -e "$TMUX_DIR/tmux" ] && terminal ls > /dev/null 2>&1; do
		sleep 0.1
	done
	rm -f "$TMUX_DIR/tmux"
}

term_screen()
{
	terminal capture-pane -p "$@" 2> /dev/null
}

# term_wait PATTERN: wait until the screen has it, at most 30 seconds
term_wait()
{
	term_deadline=$(($(date +%s) + 30))
	while [ "$(date +%s)" -le $term_deadline ]; do
		if term_screen | grep -q -e "$1"; then
			return 0
		fi
		sleep 0.1
	done
	echo "no \"$1\" on the screen" >&2
	return 1
}

# term_keys KEY...: press keys, by tmux's names
term_keys()
{
	terminal send-keys "$@"
}
