// SPDX-License-Identifier: GPL-2.0
/*
 * Setup, console commands and main loop of a test guest.
 *
 * Kernel command line:
 *   lpar.name=TEXT          host name (default: guest)
 *   lpar.work=LIST          counter,checksum,burn,disk
 *   lpar.interval=MS        shortest interval of counter lines (default 100)
 *   lpar.report=MS          shortest interval of the other lines (default 1000)
 *   lpar.checksum_mb=N      memory for the checksum (default 60 % of free memory)
 *   lpar.loglevel=N         kernel messages on the console (default 4)
 *   lpar.shell=1            a shell on the console instead of the commands
 * Commands, one a line: status gap samples work=LIST stop stop=LIST run=COMMAND poweroff
 * reboot hang crash
 */
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define CONSOLE		"/dev/ttyS0"
#define BOOT_ID		"/proc/sys/kernel/random/boot_id"
#define SYSLOG_CONSOLE_LEVEL	8
#define TICK_MS		50
#define MODULES		"/modules"

static int console = 1;
static char cmdline[4096];

void say(const char *fmt, ...)
{
	char line[512];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	/* One write per line, so that others on the tty do not split it. */
	if (write(console, line, len) < 0)
		usleep(1000);
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

bool read_line(const char *path, char *buf, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, buf, len - 1);

	if (fd >= 0)
		close(fd);
	buf[got > 0 ? got : 0] = 0;
	buf[strcspn(buf, "\n")] = 0;
	return got > 0;
}

int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t put = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return put < 0 ? -1 : 0;
}

bool option_text(const char *name, char *buf, size_t len)
{
	char key[64];
	const char *at;
	size_t n;

	snprintf(key, sizeof(key), "lpar.%s=", name);
	at = strstr(cmdline, key);
	if (!at)
		return false;
	at += strlen(key);
	n = strcspn(at, " \n");
	if (n >= len)
		n = len - 1;
	memcpy(buf, at, n);
	buf[n] = 0;
	return true;
}

long option(const char *name, long value)
{
	char text[32];

	return option_text(name, text, sizeof(text)) ? atol(text) : value;
}

long meminfo_kb(const char *key)
{
	FILE *file = fopen("/proc/meminfo", "re");
	size_t len = strlen(key);
	char line[128];
	long value = 0;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, len) && line[len] == ':')
			value = atol(line + len + 1);
	if (file)
		fclose(file);
	return value;
}

int online_cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

static void say_machine(const char *what)
{
	char name[65] = "", boot_id[40];

	gethostname(name, sizeof(name));
	read_line(BOOT_ID, boot_id, sizeof(boot_id));
	say("%s %s boot_id=%s cpus=%d memtotal=%ld", what, name, boot_id,
	    online_cpus(), meminfo_kb("MemTotal"));
}

static void run_shell(const char *command)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(console, 1);
		dup2(console, 2);
		execl("/bin/busybox", "sh", "-c", command, NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	say("RUN exit %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void switch_works(char *list, bool on)
{
	char *name, *rest = list;

	while ((name = strsep(&rest, ",")) != NULL)
		if (*name && !(on ? work_start(name) : work_stop_one(name)))
			say("LPAR-GUEST unknown work %s", name);
}

static void end_guest(int how, const char *word)
{
	say("LPAR-GUEST %s", word);
	work_stop();
	tcdrain(console);
	sync();
	reboot(how);
}

static void command(char *line)
{
	if (!*line)
		return;
	if (!strcmp(line, "status")) {
		say_machine("STATUS");
		work_status();
	} else if (!strcmp(line, "gap")) {
		work_status();
		work_reset_gap();
	} else if (!strcmp(line, "samples")) {
		work_samples();
	} else if (!strncmp(line, "work=", 5)) {
		switch_works(line + 5, true);
	} else if (!strncmp(line, "stop=", 5)) {
		switch_works(line + 5, false);
	} else if (!strcmp(line, "stop")) {
		work_stop();
		say("LPAR-GUEST stopped work");
	} else if (!strncmp(line, "run=", 4)) {
		run_shell(line + 4);
	} else if (!strcmp(line, "poweroff")) {
		end_guest(RB_POWER_OFF, "poweroff");
	} else if (!strcmp(line, "reboot")) {
		end_guest(RB_AUTOBOOT, "reboot");
	} else if (!strcmp(line, "hang")) {
		/* Ignores the console and the power button from now on. */
		work_stop();
		say("LPAR-GUEST hang");
		for (;;)
			pause();
	} else if (!strcmp(line, "crash")) {
		say("LPAR-GUEST crash");
		write_text("/proc/sysrq-trigger", "c");
	} else {
		say("LPAR-GUEST unknown command %s", line);
	}
}

/* Collect input and execute each complete line. */
static void read_commands(void)
{
	static char buf[512];
	static size_t used;
	ssize_t len = read(console, buf + used, sizeof(buf) - 1 - used);
	char *end_of_line;

	if (len <= 0)
		return;
	used += len;
	buf[used] = 0;
	while ((end_of_line = strpbrk(buf, "\r\n")) != NULL) {
		*end_of_line++ = 0;
		command(buf);
		used -= end_of_line - buf;
		memmove(buf, end_of_line, used + 1);
	}
	if (used == sizeof(buf) - 1)
		used = 0;
}

static void open_console(void)
{
	struct termios tio;
	int fd = open(CONSOLE, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	fcntl(fd, F_SETFL, 0);
	tcgetattr(fd, &tio);
	cfmakeraw(&tio);
	tio.c_oflag |= OPOST | ONLCR;
	tio.c_cflag |= CLOCAL | CREAD;
	tcsetattr(fd, TCSANOW, &tio);
	console = fd;
}

static void mount_all(void)
{
	static const struct { const char *type, *where; } fs[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "tmpfs", "/tmp" },
	};
	size_t i;

	for (i = 0; i < sizeof(fs) / sizeof(fs[0]); i++) {
		mkdir(fs[i].where, 0755);
		mount(fs[i].type, fs[i].where, fs[i].type, 0, NULL);
	}
}

static void load_module(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), MODULES "/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	syscall(SYS_finit_module, fd, "", 0);
	close(fd);
}

/* With the console as its controlling terminal; restarted when it exits. */
static void run_console_shell(int prompt)
{
	(void)prompt;
	setsid();
	close(console);
	console = open(CONSOLE, O_RDWR);
	ioctl(console, TIOCSCTTY, 1);
	dup2(console, 0);
	dup2(console, 1);
	dup2(console, 2);
	setenv("PS1", "\\h:\\w# ", 1);
	setenv("TERM", "vt100", 1);
	execl("/bin/busybox", "sh", NULL);
}

static void keep_shell(void)
{
	static pid_t shell;
	struct termios tio;

	if (shell > 0 && !kill(shell, 0))
		return;
	tcgetattr(console, &tio);
	tio.c_iflag |= ICRNL | IXON;
	tio.c_lflag |= ISIG | ICANON | ECHO | ECHOE | ECHOK | IEXTEN;
	tcsetattr(console, TCSANOW, &tio);
	shell = work_child(run_console_shell, 0);
}

/* Load the modules of the list in its order; others are loaded by tests. */
static void load_modules(void)
{
	FILE *list = fopen(MODULES "/list", "re");
	char name[48];

	while (list && fscanf(list, "%47s", name) == 1)
		load_module(name);
	if (list)
		fclose(list);
}

static void setup_guest(void)
{
	char text[256] = "guest";

	mount_all();
	open_console();
	setenv("PATH", "/bin", 1);
	read_line("/proc/cmdline", cmdline, sizeof(cmdline));
	klogctl(SYSLOG_CONSOLE_LEVEL, NULL, option("loglevel", 4));
	option_text("name", text, sizeof(text));
	if (sethostname(text, strlen(text)))
		say("LPAR-GUEST cannot set the host name");
	load_modules();
	work_init();
}

/* The subcommands of init */
static int run_tool(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} tools[] = {
		{ "reads", reads_main },
		{ "zero", zero_main },
		{ "zeroes", zeroes_main },
		{ "dma", dma_main },
	};
	size_t i;

	for (i = 0; i < sizeof(tools) / sizeof(*tools); i++)
		if (!strcmp(argv[0], tools[i].name))
			return tools[i].run(argc, argv);
	return 2;
}

int main(int argc, char **argv)
{
	struct pollfd fds[3] = { { .events = POLLIN }, { .events = POLLIN },
				 { .events = POLLIN } };
	bool shell;
	char works[256];

	if (argc > 1)
		return run_tool(argc - 1, argv + 1);
	setup_guest();
	shell = option("shell", 0);
	fds[0].fd = shell ? -1 : console;
	fds[1].fd = hotplug_open();
	fds[2].fd = button_open();
	say_machine("LPAR-GUEST READY");
	if (option_text("work", works, sizeof(works)))
		switch_works(works, true);
	for (;;) {
		int n = poll(fds, 3, TICK_MS);

		if (n > 0 && fds[0].revents)
			read_commands();
		if (n > 0 && fds[1].revents)
			hotplug_event(fds[1].fd);
		if (n > 0 && fds[2].revents && button_pressed(fds[2].fd))
			end_guest(RB_POWER_OFF, "power button");
		work_report();
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (shell)
			keep_shell();
	}
}
