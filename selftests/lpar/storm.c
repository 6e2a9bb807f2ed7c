// SPDX-License-Identifier: GPL-2.0
/*
 * storm SECONDS SEED: twenty processes do random things to lpar's files: write good and
 * bad values, make and remove LPARs and channels, integrate, read everything, keep files
 * open, and send signals to each other, some of which kill. Prints how much was done. Fails
 * if a process does not end within 40 s after that, which is longer than any wait of
 * lpar that is not ended by a signal.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CFS		"/sys/kernel/config/lpar/"
#define SYS		"/sys/class/lpar/"
#define PROCESSES	20
#define LPARS		5
#define CHANNELS	4
#define OPEN_FILES	8
#define END_SECONDS	40

static struct {
	pid_t pid[PROCESSES];
	unsigned long tried, done, killed;
} *all;

static unsigned long long state;

static unsigned int any(unsigned int below)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(state >> 33) % below;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void count(int good)
{
	__atomic_add_fetch(&all->tried, 1, __ATOMIC_RELAXED);
	if (good)
		__atomic_add_fetch(&all->done, 1, __ATOMIC_RELAXED);
}

static void put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK);

	count(fd >= 0 && write(fd, value, strlen(value)) > 0);
	if (fd >= 0)
		close(fd);
}

static void lpar_path(char *path, const char *file)
{
	sprintf(path, CFS "partitions/S%u/%s", any(LPARS), file);
}

static void change_lpar(void)
{
	static const struct {
		const char *file, *value[6];
	} t[] = {
		{ "ms_origin", { "0", "4M", "8M", "16M", "3", "1000G" } },
		{ "ms_size", { "2M", "4M", "4M", "8M", "", "-1" } },
		{ "ms_expansion", { "0", "4M", "8M", "16M", "1T", "x" } },
		{ "shares", { "1:10", "2:10", "1:10 2:10", "1:30", "9:10", "1:101" } },
		{ "es_size", { "0", "2M", "0", "2M", "1G", "1" } },
		{ "kernel", { "/lpar/tiny", "/lpar/tiny", "/lpar/tiny", "/bin/busybox", "/", "" } },
		{ "initrd", { "", "", "", "/bin/busybox", "/nowhere", "" } },
		{ "cmdline", { "case=burnsmp", "case=hotplug", "case=eject", "case=hello off=1",
			       "case=triple", "case=garbage" } },
		{ "channels", { "", "0", "0 1", "2", "3 3", "99" } },
		{ "notify", { "auto", "manual", "auto", "auto", "auto", "never" } },
		{ "capped", { "0", "1", "1", "1", "1", "2" } },
	};
	unsigned int n = any(COUNT(t));
	char path[128];

	lpar_path(path, t[n].file);
	put(path, t[n].value[any(COUNT(t[n].value))]);
}

static void give_command(void)
{
	static const char * const verbs[] = {
		"activate", "activate", "load", "load", "stop", "start", "shutdown", "nmi",
		"reset", "deactivate", "deactivate", "explode",
	};
	char path[128];

	lpar_path(path, "power");
	put(path, verbs[any(COUNT(verbs))]);
}

static void merge(void)
{
	char path[128], donor[8];

	lpar_path(path, any(2) ? "integrate" : "integrate_check");
	sprintf(donor, "S%u", any(LPARS));
	put(path, donor);
}

static void change_machine(void)
{
	static const struct {
		const char *path, *value;
	} t[] = {
		{ CFS "storage/ms_size", "32M" }, { CFS "storage/ms_size", "0" },
		{ CFS "storage/ms_size", "900G" }, { CFS "storage/es_size", "8M" },
		{ CFS "processors/online", "1-2" }, { CFS "processors/online", "7777" },
		{ CFS "processors/period_us", "10000" }, { CFS "processors/period_us", "1" },
		{ "/sys/module/lpar/parameters/integrate_fault", "0" },
		{ "/sys/module/lpar/parameters/integrate_fault", "204" },
	};
	unsigned int n = any(COUNT(t));

	put(t[n].path, t[n].value);
}

static void change_channel(void)
{
	static const struct {
		const char *file, *value;
	} t[] = {
		{ "source", "/tmp/lpar/storm0" }, { "source", "/tmp/lpar/storm1" },
		{ "source", "/proc/self/root/sys/kernel/config/lpar/storage/ms_size" },
		{ "source", "stormwire" }, { "source", "" }, { "type", "net" },
		{ "type", "block" }, { "type", "soup" }, { "link", "up" }, { "link", "down" },
		{ "direct", "1" }, { "direct", "0" }, { "readonly", "1" },
	};
	unsigned int n = any(COUNT(t));
	char path[128];

	sprintf(path, CFS "channels/%u/%s", any(CHANNELS), t[n].file);
	put(path, t[n].value);
}

static void make_or_remove(void)
{
	char path[128];

	if (any(2))
		sprintf(path, CFS "partitions/S%u", any(LPARS));
	else
		sprintf(path, CFS "channels/%u", any(CHANNELS));
	count(!(any(3) ? mkdir(path, 0755) : rmdir(path)));
}

static void read_file(const char *path)
{
	char buf[4096];
	int fd = open(path, O_RDONLY | O_NONBLOCK);

	while (fd >= 0 && read(fd, buf, sizeof(buf)) == sizeof(buf))
		;
	count(fd >= 0);
	if (fd >= 0)
		close(fd);
}

static void read_directory(void)
{
	char path[256], file[600];
	struct dirent *e;
	DIR *d;

	switch (any(4)) {
	case 0:
		sprintf(path, SYS "S%u", any(LPARS));
		break;
	case 1:
		sprintf(path, SYS "S%u/lips/%u", any(LPARS), any(2));
		break;
	case 2:
		sprintf(path, CFS "channels/%u", any(CHANNELS));
		break;
	default:
		lpar_path(path, "");
	}
	d = opendir(path);
	while (d && (e = readdir(d))) {
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		if (e->d_type == DT_REG)
			read_file(file);
	}
	if (d)
		closedir(d);
}

/* Keep some files open, consoles among them, and read and write these. */
static void hold_file(void)
{
	static int held[OPEN_FILES];
	int *fd = &held[any(OPEN_FILES)];
	char path[128], buf[256];

	if (*fd) {
		close(*fd);
		*fd = 0;
	}
	switch (any(3)) {
	case 0:
		sprintf(path, "/dev/ttyLPAR%u", 1 + any(LPARS));
		break;
	case 1:
		sprintf(path, SYS "S%u/%s", any(LPARS), any(2) ? "state" : "exits");
		break;
	default:
		lpar_path(path, any(2) ? "power" : "integrate");
	}
	*fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0)
		*fd = 0;
	count(*fd > 0);
	if (*fd > 0 && !strncmp(path, "/dev", 4) && any(2)) {
		count(read(*fd, buf, sizeof(buf)) > 0);
		count(write(*fd, "hello\n", 6) > 0);
	}
}

static void send_signal(void)
{
	pid_t pid = __atomic_load_n(&all->pid[any(PROCESSES)], __ATOMIC_RELAXED);
	int sig = any(40) ? SIGALRM : SIGKILL;

	if (pid <= 0 || pid == getpid())
		return;
	count(!kill(pid, sig));
	if (sig == SIGKILL)
		__atomic_add_fetch(&all->killed, 1, __ATOMIC_RELAXED);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void one_process(unsigned long long seed)
{
	static void (* const things[])(void) = {
		change_lpar, change_lpar, give_command, give_command, merge, change_machine,
		change_channel, make_or_remove, make_or_remove, read_directory, hold_file,
		send_signal,
	};
	struct sigaction sa = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &sa, NULL);
	state = seed;
	for (;;)
		things[any(COUNT(things))]();
}

static void begin_process(unsigned int n, unsigned long long seed)
{
	pid_t pid = fork();

	if (!pid)
		one_process(seed);
	all->pid[n] = pid;
}

static void restart_killed(unsigned long long seed)
{
	pid_t pid = waitpid(-1, NULL, WNOHANG);
	unsigned int n;

	for (n = 0; pid > 0 && n < PROCESSES; n++)
		if (all->pid[n] == pid)
			begin_process(n, seed);
}

/* Returns the number of processes that have not ended in time. */
static int end_all(void)
{
	time_t end = time(NULL) + END_SECONDS;
	int left = PROCESSES, n;

	for (n = 0; n < PROCESSES; n++)
		if (all->pid[n] > 0)
			kill(all->pid[n], SIGKILL);
	while (time(NULL) < end) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
			return 0;
		usleep(10000);
	}
	for (n = 0; n < PROCESSES; n++)
		left -= kill(all->pid[n], 0) != 0;
	return left;
}

int main(int argc, char **argv)
{
	unsigned long long seed;
	time_t end;
	int n, left;

	if (argc != 3)
		return 2;
	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		return 2;
	seed = strtoull(argv[2], NULL, 0) * 1000;
	end = time(NULL) + atoi(argv[1]);
	for (n = 0; n < PROCESSES; n++)
		begin_process(n, ++seed);
	while (time(NULL) < end) {
		restart_killed(++seed);
		usleep(5000);
	}
	left = end_all();
	printf("%lu operations, %lu succeeded, %lu processes killed, %d have not ended\n",
	       all->tried, all->done, all->killed, left);
	return left != 0;
}
