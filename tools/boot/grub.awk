# SPDX-License-Identifier: GPL-2.0
# Read a grub.cfg, as far as it selects kernels, and print its entries, one a line, with tabs
# between the fields:
#
#	entry DEFAULT DEV BASE KERNEL INITRDS ID TITLE OPTIONS
#
# DEFAULT is * for the default entry, else -; KERNEL is a path in the file system of device DEV;
# INITRDS are DEV:PATH with | between them, or -; BASE is where the path may also begin. Other
# lines are "timeout SECONDS" and "note TEXT". bls.awk adds the entries of boot loader
# specifications.
#
# Variables: cfg: the file; dir: where its file system is mounted; dev: its device; prefix: the
# directory of the file in that file system; base: see above; devs: a file with lines "DEV DISK
# PARTITION MOUNTPOINT UUID LABEL"; bls: the directory of boot loader specifications, or "".
#
# What is read was written by a guest, perhaps with errors: sizes, nesting and numbers are
# limited, loops are not executed.

BEGIN {
	MAX_FILE = 524288	# bytes of a file
	MAX_LINE = 4096		# bytes of a line, a word, a value
	MAX_DEEP = 32		# nested blocks
	MAX_FILES = 32		# files read by "source"
	MAX_ENTRIES = 200
	read_devices()
	V["root"] = dev
	V["prefix"] = V["config_directory"] = prefix
	V["grub_platform"] = "pc"
	V["grub_cpu"] = "x86_64"
	V["feature_menuentry_id"] = V["feature_timeout_style"] = "y"
	V["feature_platform_search_hint"] = V["feature_default_font_path"] = "y"
	level = 0
	count[0] = 0
	if (cfg != "")
		source_file(cfg)
	else
		bls_only()
	print_all()
}

# Messages and files

function note(text)
{
	if (!(text in noted))
		print "note\t" clean(text)
	noted[text] = 1
}

function clean(text)
{
	gsub(/[\001-\037\177]/, " ", text)
	return text
}

# A command that prints at most max bytes of a file, or "" if it is no regular file.
function reader(path, max)
{
	if (path ~ /'/ || system("test -f '" path "'"))
		return ""
	return "head -c " max " '" path "'"
}

function has_file(test, path)
{
	return path !~ /'/ && !system("test " test " '" path "'")
}

function file_size(path,	command, size)
{
	command = "wc -c < '" path "'"
	size = 0
	command | getline size
	close(command)
	return size + 0
}

# Devices

function read_devices(	line, f)
{
	while (devs != "" && (getline line < devs) > 0) {
		split(line, f, "\t")
		mounted[f[1]] = f[4]
		of_place[f[2] "," f[3]] = f[1]
		if (f[5] != "-")
			of_uuid[tolower(f[5])] = f[1]
		if (f[6] != "-")
			of_label[f[6]] = f[1]
	}
	mounted[dev] = dir
}

# The device that GRUB calls hd0, hd0,msdos1, hd0,gpt2; or one of our names.
function device(text,	part)
{
	if (text in mounted)
		return text
	if (text ~ /^hd[0-9]+/) {
		part = text
		sub(/^hd/, "", part)
		sub(/,(msdos|gpt)/, ",", part)
		if (part !~ /,/)
			part = part ",0"
		if (part in of_place)
			return of_place[part]
	}
	return dev
}

# Split "(hd0,1)/path" or "/path" into the_dev and the_path.
function locate(word,	i)
{
	the_dev = device(V["root"])
	the_path = word
	if (word ~ /^[(]/) {
		i = index(word, ")")
		the_dev = device(substr(word, 2, i - 2))
		the_path = substr(word, i + 1)
	}
	if (the_path !~ /^\//)
		the_path = "/" the_path
}

function host_path(word)
{
	locate(word)
	return mounted[the_dev] the_path
}

# Words

function push(token)
{
	T[++tokens] = token
}

function end_word()
{
	if (in_word)
		push(word)
	word = ""
	in_word = 0
}

function add(text)
{
	if (length(word) < MAX_LINE)
		word = word text
	in_word = 1
}

# Characters up to the next quote or separator are taken at once.
function lex_line(line,	rest, c, joined)
{
	joined = 0
	for (rest = line; rest != ""; ) {
		c = substr(rest, 1, 1)
		if (quote == "'" && match(rest, /^[^']+/) ||
		    quote == "\"" && match(rest, /^[^"\\]+/) ||
		    quote == "" && match(rest, /^[^'"\\ \t;#]+/)) {
			add(substr(rest, 1, RLENGTH))
			rest = substr(rest, RLENGTH + 1)
			continue
		}
		rest = substr(rest, 2)
		if (c == "\\" && quote != "'") {
			joined = rest == ""
			if (!joined)
				add(c substr(rest, 1, 1))
			rest = substr(rest, 2)
		} else if (quote != "") {
			add(c)
			quote = ""
		} else if (c == "'" || c == "\"") {
			add(c)
			quote = c
		} else if (c == "#" && !in_word) {
			break
		} else if (c == "#") {
			add(c)
		} else {
			end_word()
			if (c == ";")
				push(c)
		}
	}
	if (quote != "")
		add(" ")
	else if (!joined) {
		end_word()
		push("\n")
	}
}

# Append the tokens of a file to T. Return: false if it cannot be used.
function lex(path,	command, line)
{
	command = reader(path, MAX_FILE)
	if (command == "")
		return 0
	if (file_size(path) > MAX_FILE) {
		note(path ": ignored: " file_size(path) " bytes, the limit is " MAX_FILE)
		return 0
	}
	quote = word = ""
	in_word = 0
	while ((command | getline line) > 0)
		if (length(line) <= MAX_LINE)
			lex_line(line)
		else
			note(path ": ignored a line of more than " MAX_LINE " bytes")
	close(command)
	quote = ""
	end_word()
	push("\n")
	return 1
}

function source_file(path,	first)
{
	if (++files > MAX_FILES) {
		note(path ": not read: at most " MAX_FILES " files can be included")
		return 1
	}
	first = tokens + 1
	if (!lex(path))
		return 1
	run(first, tokens)
	return 0
}

# Expansion

function value(name)
{
	return name in V ? V[name] : ""
}

# Append the words that a token becomes to W.
function expand(token,	out, c, rest, q, name, val, any)
{
	out = q = ""
	any = 0
	for (rest = token; rest != "" && length(out) <= MAX_LINE; ) {
		c = substr(rest, 1, 1)
		rest = substr(rest, 2)
		if (q == "'") {
			if (c == "'")
				q = ""
			else
				out = out c
		} else if (c == "\\") {
			if (q != "" && rest !~ /^[$"\\]/)
				out = out c
			out = out substr(rest, 1, 1)
			rest = substr(rest, 2)
		} else if (c == "\"" || c == "'" && q == "") {
			q = q == c ? "" : c
			any = 1
		} else if (c == "$" && (match(rest, /^[{][A-Za-z0-9_?#@*]*[}]/) ||
					match(rest, /^([A-Za-z_][A-Za-z0-9_]*|[0-9?#@*])/))) {
			name = substr(rest, 1, RLENGTH)
			rest = substr(rest, RLENGTH + 1)
			gsub(/[{}]/, "", name)
			val = value(name)
			if (q == "")
				gsub(/[ \t]+/, "\001", val)
			out = out val
		} else {
			out = out c
		}
	}
	add_words(out, any)
}

function add_words(text, quoted,	n, i, part)
{
	if (text == "" && quoted)
		W[++words] = ""
	n = split(text, part, "\001")
	for (i = 1; i <= n; i++)
		if (part[i] != "")
			W[++words] = substr(part[i], 1, MAX_LINE)
}

# $name and ${name} in a value that is not a part of a script
function expand_text(text,	i)
{
	gsub(/["'\\]/, "\\\\&", text)
	words = 0
	gsub(/[ \t]+/, "\001", text)
	expand(text)
	text = ""
	for (i = 1; i <= words; i++)
		text = text (i > 1 ? " " : "") W[i]
	return text
}

# Commands

function separator(token)
{
	return token == ";" || token == "\n"
}

# Is token i where a command begins?
function begins(i,	p)
{
	p = T[i - 1]
	return i == 1 || separator(p) || p == "then" || p == "else" || p == "do" || p == "{" ||
	       p == "if" || p == "elif"
}

# Execute tokens i to end.
function run(i, end)
{
	if (++deep > MAX_DEEP) {
		note(cfg ": ignored blocks nested more than " MAX_DEEP " deep")
		deep--
		return
	}
	while (i <= end) {
		if (separator(T[i]))
			i++
		else if (T[i] == "if")
			i = run_if(i, end)
		else if (T[i] == "for" || T[i] == "while" || T[i] == "until")
			i = skip_loop(i, end)
		else if (T[i] == "function")
			i = closing(opening(i, end), end) + 1
		else if (T[i] == "menuentry" || T[i] == "submenu")
			i = run_entry(i, end)
		else
			i = run_simple(i, end)
	}
	deep--
}

# The next "then" of an if, or its next elif, else, fi; behind end if there is none.
function branch(i, end, want,	nested)
{
	nested = 0
	for (; i <= end; i++) {
		if (!begins(i))
			continue
		if (T[i] == "if")
			nested++
		else if (!nested && index(want, " " T[i] " "))
			return i
		else if (T[i] == "fi")
			nested--
	}
	return end + 1
}

function run_if(i, end,	then, next_, done, good)
{
	for (done = 0; i <= end; i = next_) {
		then = T[i] == "else" ? i : branch(i + 1, end, " then ")
		good = 1
		if (!done && T[i] != "else") {
			status = 1
			run(i + 1, then - 1)
			good = !status
		}
		next_ = branch(then + 1, end, " elif else fi ")
		if (next_ > end)
			break
		if (!done && good) {
			run(then + 1, next_ - 1)
			done = 1
		}
		if (T[next_] == "fi")
			return next_ + 1
	}
	note(cfg ": if without fi")
	return end + 1
}

function skip_loop(i, end,	nested)
{
	note(cfg ": loops are not executed")
	for (nested = 0; i <= end; i++) {
		if (!begins(i))
			continue
		if (T[i] == "for" || T[i] == "while" || T[i] == "until")
			nested++
		else if (T[i] == "done" && !--nested)
			break
	}
	return i + 1
}

# The opening brace of the command at i, behind end if it has none
function opening(i, end)
{
	while (i <= end && T[i] != "{" && T[i] != "\n")
		i++
	return T[i] == "{" ? i : end + 1
}

function closing(i, end,	nested)
{
	for (nested = 0; i <= end; i++)
		if (T[i] == "{")
			nested++
		else if (T[i] == "}" && !--nested)
			return i
	return end + 1
}

# Expand tokens from i up to a separator or to end. Return: the index behind them.
function expand_command(i, end)
{
	for (words = 0; i <= end && !separator(T[i]); i++)
		if (words < MAX_LINE)
			expand(T[i])
	for (end = words + 1; end in W; end++)
		delete W[end]
	return i
}

function run_simple(i, end,	not)
{
	not = 0
	i = expand_command(i, end)
	while (words && W[1] == "!") {
		not = !not
		shift_words()
	}
	status = words ? simple(W[1]) : 0
	if (not)
		status = !status
	return i
}

function shift_words(	i)
{
	for (i = 1; i < words; i++)
		W[i] = W[i + 1]
	delete W[words--]
}

function simple(name)
{
	if (name ~ /^[A-Za-z_][A-Za-z0-9_]*=/)
		return assign(name)
	if (name == "set")
		return words > 1 ? assign(W[2]) : 0
	if (name == "unset") {
		delete V[W[2]]
		return 0
	}
	if (name == "[" || name == "test")
		return !test(name == "[" ? words - 1 : words)
	if (name ~ /^linux(16|efi)?$/)
		return set_kernel()
	if (name ~ /^initrd(16|efi)?$/)
		return set_initrds()
	if (name == "load_env")
		return load_env()
	if (name ~ /^search([.]|$)/)
		return search(name)
	if (name == "source" || name == "." || name == "configfile")
		return in_entry || words < 2 ? 1 : source_file(host_path(W[2]))
	if (name == "blscfg")
		return bls_entries()
	return name ~ /^(true|export|insmod|echo|terminal_.*|save_env)$/ ? 0 : 1
}

function assign(text,	i)
{
	i = index(text, "=")
	if (i)
		V[substr(text, 1, i - 1)] = substr(text, i + 1)
	return 0
}

function load_env(	path, i, line, command, n)
{
	path = host_path(value("prefix") "/grubenv")
	for (i = 2; i <= words; i++)
		if (W[i] == "-f" || W[i] == "--file")
			path = host_path(W[++i])
	command = reader(path, 1024)
	if (command == "")
		return 1
	for (n = 0; (command | getline line) > 0; )
		if (line ~ /^[A-Za-z_][A-Za-z0-9_]*=/)
			assign(line)
	close(command)
	return 0
}

function search(name,	i, how, var, what, found)
{
	how = substr(name, 8)
	var = "root"
	what = found = ""
	for (i = 2; i <= words; i++) {
		if (W[i] ~ /^--set=/)
			var = substr(W[i], 7)
		else if (W[i] == "--set" || W[i] == "-s")
			var = W[++i]
		else if (W[i] ~ /^--(fs-uuid|label|file)$/)
			how = substr(W[i], 3)
		else if (W[i] == "-u" || W[i] == "-l" || W[i] == "-f")
			how = W[i] == "-u" ? "fs-uuid" : W[i] == "-l" ? "label" : "file"
		else if (W[i] !~ /^-/ && what == "")
			what = W[i]
	}
	if (how ~ /^fs[-_]uuid$/ && tolower(what) in of_uuid)
		found = of_uuid[tolower(what)]
	else if (how == "label" && what in of_label)
		found = of_label[what]
	else if (how == "file" || how == "fs-file")
		for (i in mounted)
			if (mounted[i] != "-" && has_file("-e", mounted[i] what))
				found = i
	if (found == "")
		return 1
	V[var] = found
	return 0
}

# Conditions: words 2 to the_end

function test(last,	r)
{
	the_end = last
	at = 2
	r = test_and()
	while (at <= the_end && W[at] == "-o") {
		at++
		r = test_and() || r
	}
	return r
}

function test_and(	r)
{
	r = test_one()
	while (at <= the_end && W[at] == "-a") {
		at++
		r = test_one() && r
	}
	return r
}

function test_one(	op, a, b, not)
{
	for (not = 0; at <= the_end && W[at] == "!"; at++)
		not = !not
	op = at + 2 <= the_end ? W[at + 1] : ""
	if (op ~ /^(=|==|!=|-eq|-ne|-lt|-le|-gt|-ge)$/) {
		a = W[at]
		b = W[at + 2]
		at += 3
		return not != compare(a, op, b)
	}
	op = W[at]
	if (at + 1 <= the_end && op ~ /^-[nzefsd]$/) {
		a = W[at + 1]
		at += 2
		if (op == "-n" || op == "-z")
			return not != ((a != "") == (op == "-n"))
		return not != has_file(op, host_path(a))
	}
	at++
	return not != (at - 1 <= the_end && op != "")
}

function compare(a, op, b)
{
	if (op == "=" || op == "==")
		return a "" == b ""
	if (op == "!=")
		return a "" != b ""
	a += 0
	b += 0
	return op == "-eq" ? a == b : op == "-ne" ? a != b : op == "-lt" ? a < b :
	       op == "-le" ? a <= b : op == "-gt" ? a > b : a >= b
}

# Entries

# Words 2... are options and the title. Sets the_title and the_id.
function entry_words(	i, options)
{
	the_title = the_id = ""
	options = " --class --users --hotkey --source --id "
	for (i = 2; i <= words; i++) {
		if (W[i] ~ /^--id=/)
			the_id = substr(W[i], 6)
		else if (W[i] == "--id")
			the_id = W[++i]
		else if (index(options, " " W[i] " "))
			i++
		else if (W[i] !~ /^--/ && the_title == "")
			the_title = W[i]
	}
}

function run_entry(i, end,	open, close_, kind)
{
	kind = T[i]
	open = opening(i, end)
	if (open > end)
		return run_simple(i, end)
	close_ = closing(open, end)
	expand_command(i, open - 1)
	entry_words()
	if (in_entry || level >= MAX_DEEP)
		note(cfg ": ignored an entry inside an entry")
	else if (kind == "submenu")
		run_submenu(open + 1, close_ - 1)
	else
		run_menuentry(open + 1, close_ - 1)
	return close_ + 1
}

function run_submenu(i, end,	root)
{
	root = V["root"]
	on_path[level] = count[level]++
	on_path[level, "id"] = the_id
	on_path[level, "title"] = the_title
	count[++level] = 0
	run(i, end)
	level--
	V["root"] = root
}

function run_menuentry(i, end,	root, title, id)
{
	root = V["root"]
	title = the_title
	id = the_id
	in_entry = 1
	kernel = initrds = options = ""
	run(i, end)
	in_entry = 0
	V["root"] = root
	if (kernel != "")
		add_entry(title, id, kernel_dev)
	count[level]++
}

# Print the words from "first" as the kernel's command line has them.
function arguments(first,	i, text, w)
{
	text = ""
	for (i = first; i <= words; i++) {
		w = W[i]
		if (w ~ /[ \t]/)
			w = "\"" w "\""
		text = text (text == "" ? "" : " ") w
	}
	return text
}

function set_kernel()
{
	if (words < 2)
		return 1
	locate(W[2])
	kernel = the_path
	kernel_dev = the_dev
	options = arguments(3)
	return 0
}

function set_initrds(	i)
{
	initrds = ""
	for (i = 2; i <= words; i++)
		if (W[i] !~ /^--/)
			add_initrd(W[i])
	return 0
}

function add_initrd(file)
{
	locate(file)
	initrds = initrds (initrds == "" ? "" : "|") the_dev ":" the_path
}

# Add the entry of kernel, initrds and options.
function add_entry(title, id, kernel_dev,	l)
{
	if (entries >= MAX_ENTRIES) {
		note(cfg ": more than " MAX_ENTRIES " entries; the rest is ignored")
		return
	}
	E[++entries] = clean(kernel_dev) "\t" clean(base == "" ? "/" : base) "\t" clean(kernel) \
		"\t" clean(initrds == "" ? "-" : initrds) "\t" clean(id == "" ? "-" : id) \
		"\t" clean(title == "" ? kernel : title) "\t" clean(options)
	on_path[level] = count[level]
	on_path[level, "id"] = id
	on_path[level, "title"] = title
	for (l = 0; l <= level; l++) {
		E[entries, l] = on_path[l]
		E[entries, l, "id"] = on_path[l, "id"]
		E[entries, l, "title"] = on_path[l, "title"]
	}
	E[entries, "levels"] = level + 1
}

# Is entry e, or a submenu that has it, named by the parts of the variable "default"?
function named(e, part, n,	l)
{
	for (l = 0; l < n; l++)
		if (l >= E[e, "levels"] || part[l + 1] == "" ||
		    part[l + 1] != E[e, l] "" && part[l + 1] != E[e, l, "id"] &&
		    part[l + 1] != E[e, l, "title"])
			return 0
	return 1
}

function default_entry(	e, l, n, part, want)
{
	want = value("default")
	n = split(want, part, ">")
	for (e = 1; n && e <= entries; e++) {
		l = E[e, "levels"] - 1
		if (named(e, part, n) || want == E[e, l, "id"] || want == E[e, l, "title"])
			return e
	}
	if (want != "" && want != "0" && entries)
		note("default entry \"" want "\" does not exist; using the first entry")
	return 1
}

function print_all(	e, d)
{
	d = default_entry()
	for (e = 1; e <= entries; e++)
		print "entry\t" (e == d ? "*" : "-") "\t" E[e]
	if (value("timeout") ~ /^-?[0-9]+$/)
		print "timeout\t" V["timeout"]
}
