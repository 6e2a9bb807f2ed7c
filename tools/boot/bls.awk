# SPDX-License-Identifier: GPL-2.0
# Entries of the Boot Loader Specification (UAPI.1), type 1: files *.conf in the directory bls.
# Called by grub.awk, for the command blscfg and for disks that have no grub.cfg.

function bls_entries(	i)
{
	if (bls_read())
		return 1
	bls_sort()
	for (i = 1; i <= bls_n; i++)
		bls_add(bls_order[i])
	return 0
}

# The entries and the settings of loader.conf, of disks without a grub.cfg
function bls_only(	command, line, f)
{
	command = reader(substr(bls, 1, length(bls) - length("/entries")) "/loader.conf", 4096)
	while (command != "" && (command | getline line) > 0) {
		split(line, f, /[ \t]+/)
		if (f[1] == "timeout" || f[1] == "default")
			V[f[1]] = f[2]
	}
	if (command != "")
		close(command)
	if (V["timeout"] == "menu-force")
		V["timeout"] = -1
	if (V["timeout"] == "menu-hidden")
		V["timeout"] = 0
	sub(/[.]conf$/, "", V["default"])
	bls_env()
	bls_entries()
	if (V["default"] ~ /[*]$/)
		V["default"] = bls_match(V["default"])
}

# Entries refer to variables of grubenv even if there is no grub.cfg.
function bls_env(	i, n, place)
{
	n = split("/grub2 /grub /boot/grub2 /boot/grub", place, " ")
	for (i = 1; i <= n; i++) {
		words = 0
		V["prefix"] = base place[i]
		if (!load_env())
			break
	}
	if (value("saved_entry") != "" && (value("default") == "" || V["default"] == "@saved"))
		V["default"] = V["saved_entry"]
}

# The first entry that fits a pattern that ends with "*"
function bls_match(pattern,	i)
{
	sub(/[*]$/, "", pattern)
	for (i = 1; i <= bls_n; i++)
		if (index(bls_order[i], pattern) == 1)
			return bls_order[i]
	return ""
}

# Read all files; keys of file f are in B[f, key].
function bls_read(	command, line, name, n)
{
	if (bls == "" || bls ~ /'/)
		return 1
	command = "for f in '" bls "'/*.conf; do [ ! -f \"$f\" ] || echo \"$f\"; done | " \
		"head -n " (MAX_ENTRIES + 1)
	for (n = bls_n = 0; (command | getline line) > 0; ) {
		name = line
		sub(/.*\//, "", name)
		sub(/[.]conf$/, "", name)
		if (++n > MAX_ENTRIES)
			note(bls ": more than " MAX_ENTRIES " entries; the rest is ignored")
		else if (name !~ /[\001-\037\177']/ && bls_file(line, name))
			bls_order[++bls_n] = name
	}
	close(command)
	return 0
}

function bls_file(path, name,	command, line, key, n)
{
	command = reader(path, 16384)
	for (n = 0; command != "" && (command | getline line) > 0; ) {
		sub(/^[ \t]+/, "", line)
		if (line ~ /^#/ || !match(line, /^[a-z-]+[ \t]+/) || length(line) > MAX_LINE)
			continue
		key = substr(line, 1, RLENGTH)
		sub(/[ \t]+$/, "", key)
		line = substr(line, RLENGTH + 1)
		sub(/[ \t\r]+$/, "", line)
		# Keys that may be repeated
		if ((key == "initrd" || key == "options") && (name, key) in B)
			line = B[name, key] " " line
		B[name, key] = substr(line, 1, MAX_LINE)
	}
	if (command != "")
		close(command)
	return (name, "linux") in B
}

function bls_key(name, key)
{
	return (name, key) in B ? B[name, key] : ""
}

function bls_add(name,	n, i, part, title)
{
	initrds = ""
	n = split(expand_text(bls_key(name, "initrd")), part, " ")
	for (i = 1; i <= n; i++)
		add_initrd(part[i])
	options = expand_text(bls_key(name, "options"))
	locate(expand_text(bls_key(name, "linux")))
	kernel = the_path
	title = bls_key(name, "title")
	if (title == "")
		title = name
	# Boot counting: NAME+LEFT-DONE
	i = name
	sub(/[+][0-9]+(-[0-9]+)?$/, "", i)
	add_entry(title, i, the_dev)
	count[level]++
}

# Order: entries with tries left; sort-key, machine-id, version; file name. Newest first.
function bls_sort(	i, k, name)
{
	for (i = 2; i <= bls_n; i++) {
		name = bls_order[i]
		for (k = i - 1; k >= 1 && bls_before(name, bls_order[k]); k--)
			bls_order[k + 1] = bls_order[k]
		bls_order[k + 1] = name
	}
}

function bls_bad(name)
{
	return name ~ /[+]0+(-[0-9]+)?$/
}

function bls_before(a, b,	ka, kb, r)
{
	if (bls_bad(a) != bls_bad(b))
		return bls_bad(b)
	ka = bls_key(a, "sort-key")
	kb = bls_key(b, "sort-key")
	if ((ka != "") != (kb != ""))
		return ka != ""
	if (ka != "") {
		if (ka != kb)
			return ka < kb
		if (bls_key(a, "machine-id") != bls_key(b, "machine-id"))
			return bls_key(a, "machine-id") < bls_key(b, "machine-id")
		r = bls_newer(bls_key(a, "version"), bls_key(b, "version"))
		if (r)
			return r > 0
	}
	return bls_newer(a, b) > 0
}

# Compare versions (UAPI.10). Return: above 0 if a is newer than b, below 0 if it is older.
function bls_newer(a, b,	mark, i, na, nb)
{
	while (a != "" || b != "") {
		sub(/^[^a-zA-Z0-9~.^-]+/, "", a)
		sub(/^[^a-zA-Z0-9~.^-]+/, "", b)
		if (a ~ /^~/ || b ~ /^~/) {
			if (a !~ /^~/ || b !~ /^~/)
				return a ~ /^~/ ? -1 : 1
			a = substr(a, 2)
			b = substr(b, 2)
			continue
		}
		if (a == "" || b == "")
			return (a != "") - (b != "")
		mark = ""
		for (i = 1; i <= 3 && mark == ""; i++)
			if (index(substr("-^.", i, 1), substr(a, 1, 1)) ||
			    index(substr("-^.", i, 1), substr(b, 1, 1)))
				mark = substr("-^.", i, 1)
		if (mark != "") {
			if (substr(a, 1, 1) != substr(b, 1, 1))
				return substr(a, 1, 1) == mark ? -1 : 1
			a = substr(a, 2)
			b = substr(b, 2)
			continue
		}
		if (a ~ /^[0-9]/ || b ~ /^[0-9]/) {
			na = match(a, /^[0-9]+/) ? substr(a, 1, RLENGTH) : ""
			nb = match(b, /^[0-9]+/) ? substr(b, 1, RLENGTH) : ""
			a = substr(a, length(na) + 1)
			b = substr(b, length(nb) + 1)
			sub(/^0+/, "", na)
			sub(/^0+/, "", nb)
			if (length(na) != length(nb))
				return length(na) - length(nb)
		} else {
			na = match(a, /^[a-zA-Z]+/) ? substr(a, 1, RLENGTH) : ""
			nb = match(b, /^[a-zA-Z]+/) ? substr(b, 1, RLENGTH) : ""
			a = substr(a, length(na) + 1)
			b = substr(b, length(nb) + 1)
		}
		if (na "" != nb "")
			return na "" < nb "" ? -1 : 1
	}
	return 0
}
