// SPDX-License-Identifier: GPL-2.0
/*
 * Process 1 of the test machine: mounts file systems, runs the tests listed in
 * /vm/tests one after another, and powers the machine off. Output to the harness goes
 * byte by byte to the debug port 0xe9, which takes an emulator no time; a UART's line
 * rate would cost seconds.
 *
 * Lines that begin with "@VM " are for lib/machine.py, the rest is output of the
 * running test.
 *
 * If it is not process 1 (selftests/deb), it only runs the tests, and leaves mounts
 * and power-off to systemd.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEBUG_PORT	0xe9
#define TEST_LIST	"/vm/tests"
#define SYSLOG_READ_ALL		3
#define SYSLOG_CONSOLE_LEVEL	8
#define SYSLOG_SIZE_BUFFER	10

static int at_line_start = 1;

static void put(const char *data, size_t len)
{
	if (!len)
		return;
	at_line_start = data[len - 1] == '\n';
	outsb(DEBUG_PORT, data, len);
}

static void mark(const char *fmt, ...)
{
	char line[512];
	va_list args;
	int len;

	if (!at_line_start)
		put("\n", 1);
	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	put(line, len);
}

static double uptime(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void mount_all(void)
{
	static const struct { const char *type, *where; } fs[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "configfs", "/sys/kernel/config" },
		{ "debugfs", "/sys/kernel/debug" },
		{ "tracefs", "/sys/kernel/tracing" },
	};
	size_t i;

	for (i = 0; i < sizeof(fs) / sizeof(fs[0]); i++) {
		mkdir(fs[i].where, 0755);
		if (mount(fs[i].type, fs[i].where, fs[i].type, 0, NULL) &&
		    i < 3)
			mark("@VM NOTE cannot mount %s: %s", fs[i].where,
			     strerror(errno));
	}
}

static int spawn(char *command, int *out)
{
	char *argv[] = { "/bin/sh", "-c", command, NULL };
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	pid = fork();
	if (pid == 0) {
		/* Not a new session: a tty that it opens would become its controlling terminal. */
		setpgid(0, 0);
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		execv(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	*out = fds[0];
	return pid;
}

/* Copy up to @most available bytes. Return: their number, or 0 at the end of the pipe. */
static size_t copy(int fd, size_t most)
{
	char buf[4096];
	ssize_t len = read(fd, buf, most < sizeof(buf) ? most : sizeof(buf));

	if (len <= 0)
		return 0;
	put(buf, len);
	return len;
}

/* Wait for up to 20 ms and copy available output; false at the end of the pipe. */
static int relay(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, 20) <= 0 || copy(fd, SIZE_MAX) > 0;
}

/*
 * Copy what the test had printed when it ended, however long that takes: it may be its
 * result. Later output comes from daemons that it left behind.
 */
static void drain(int fd)
{
	size_t len = 1;
	int left = 0;

	ioctl(fd, FIONREAD, &left);
	for (; left > 0 && len; left -= len)
		len = copy(fd, left);
}

/* SIGCHLD makes poll() return at once when the test ends. */
static void on_child(int sig)
{
	(void)sig;
}

static int run_test(char *command)
{
	int out, status, open_pipe = 1;
	pid_t pid = spawn(command, &out);

	if (pid < 0)
		return 126;
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (open_pipe)
			open_pipe = relay(out);
		else
			usleep(1000);
	}
	drain(out);
	close(out);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

static void run_tests(void)
{
	FILE *list = fopen(TEST_LIST, "r");
	char line[4096];
	int n = 0;

	while (list && fgets(line, sizeof(line), list)) {
		double start = uptime();
		int status;

		line[strcspn(line, "\n")] = 0;
		mark("@VM BEGIN %d %.3f", n, start);
		status = run_test(line);
		mark("@VM END %d %d %.3f", n, status, uptime() - start);
		n++;
	}
	if (list)
		fclose(list);
}

static void dump_log(void)
{
	int size = klogctl(SYSLOG_SIZE_BUFFER, NULL, 0);
	char *buf = size > 0 ? malloc(size) : NULL;

	mark("@VM DMESG");
	if (buf) {
		size = klogctl(SYSLOG_READ_ALL, buf, size);
		if (size > 0)
			put(buf, size);
		free(buf);
	}
	mark("@VM DMESG-END");
}

static int is_qemu(void)
{
	FILE *info = fopen("/proc/cpuinfo", "r");
	char line[512];
	int found = 0;

	while (info && !found && fgets(line, sizeof(line), info))
		found = !!strstr(line, "QEMU TCG");
	if (info)
		fclose(info);
	return found;
}

/* Send each CPU an interrupt, by reading its TSC from here. */
static void touch_cpus(void)
{
	long cpu, cpus = sysconf(_SC_NPROCESSORS_CONF);
	uint64_t tsc;
	char path[64];
	int fd;

	for (cpu = 0; cpu < cpus; cpu++) {
		snprintf(path, sizeof(path), "/dev/cpu/%ld/msr", cpu);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		pread(fd, &tsc, sizeof(tsc), 0x10);
		close(fd);
	}
}

/*
 * QEMU's VMRUN and #VMEXIT change the mask of a CPU's pending interrupts without a
 * lock, so that an interrupt at that time is lost. If it is the timer's, the CPU has no
 * timer any more, and stays in a guest that only computes until another CPU sends it an
 * interrupt. So send each CPU one now and then.
 */
static void keep_alive(void)
{
	if (!is_qemu() || fork())
		return;
	signal(SIGCHLD, SIG_DFL);
	if (system("modprobe -q msr"))
		_exit(0);
	for (;;) {
		touch_cpus();
		usleep(500000);
	}
}

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

int main(void)
{
	struct sigaction sa = { .sa_handler = on_child };
	int is_init = getpid() == 1;

	if (ioperm(DEBUG_PORT, 1, 1))
		return 1;
	sigaction(SIGCHLD, &sa, NULL);
	if (is_init)
		mount_all();
	setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 1);
	setenv("HOME", "/", 1);
	setenv("TERM", "dumb", 1);
	chdir("/vm");
	mark("@VM INIT %.3f", uptime());
	klogctl(SYSLOG_CONSOLE_LEVEL, NULL, 8);
	keep_alive();
	run_tests();
	dump_log();
	mark("@VM DONE %.3f", uptime());
	if (is_init)
		power_off();
	return execlp("systemctl", "systemctl", "poweroff", NULL);
}
