// SPDX-License-Identifier: GPL-2.0
/*
 * What tests need and a shell cannot do: keep a KVM virtual machine, write with a signal
 * pending, poll an attribute, listen for uevents, write an MSR, send a packet that needs
 * segmentation, send and capture frames, read the TSC, measure how soon a CPU takes an
 * interrupt, occupy a CPU.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/kvm.h>
#include <linux/netlink.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define MSR_TSC	0x10

static int fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	return 1;
}

/* kvm SECONDS: create a virtual machine, print that, keep it for SECONDS */
static int do_kvm(char **args)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm;

	if (kvm < 0)
		return fail("/dev/kvm");
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0)
		return fail("KVM_CREATE_VM");
	printf("kvm runs\n");
	fflush(stdout);
	sleep(atoi(args[0]));
	return 0;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* signalled MICROSECONDS FILE VALUE: write VALUE, with a signal after MICROSECONDS */
static int do_signalled(char **args)
{
	struct itimerval when = { .it_value.tv_usec = atoi(args[0]) };
	struct sigaction sa = { .sa_handler = on_alarm };
	int fd = open(args[1], O_WRONLY);

	if (fd < 0)
		return fail(args[1]);
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &when, NULL);
	if (write(fd, args[2], strlen(args[2])) < 0)
		return fail("write");
	return 0;
}

/* wait FILE VALUE SECONDS: poll() the attribute until it reads VALUE */
static int do_wait(char **args)
{
	struct pollfd p = { .fd = open(args[0], O_RDONLY), .events = POLLPRI };
	char buf[256];
	ssize_t len;

	if (p.fd < 0)
		return fail(args[0]);
	for (;;) {
		len = pread(p.fd, buf, sizeof(buf) - 1, 0);
		if (len < 0)
			return fail("read");
		buf[len] = 0;
		buf[strcspn(buf, "\n")] = 0;
		if (!strcmp(buf, args[1]))
			return 0;
		if (poll(&p, 1, atoi(args[2]) * 1000) <= 0) {
			printf("%s, no event\n", buf);
			return 1;
		}
	}
}

/* break TTY: send a break on it */
static int do_break(char **args)
{
	int fd = open(args[0], O_RDWR | O_NOCTTY);

	if (fd < 0)
		return fail(args[0]);
	return tcsendbreak(fd, 0) ? fail("break") : 0;
}

/* uevents: print each uevent of lpar in one line */
static int do_uevents(char **args)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int s = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	char buf[4096];
	ssize_t len, i;

	(void)args;
	if (s < 0 || bind(s, (struct sockaddr *)&addr, sizeof(addr)))
		return fail("netlink");
	for (;;) {
		len = recv(s, buf, sizeof(buf) - 1, 0);
		if (len <= 0)
			return fail("recv");
		buf[len] = 0;
		if (!strstr(buf, "lpar"))
			continue;
		for (i = 0; i < len - 1; i++)
			if (!buf[i])
				buf[i] = ' ';
		printf("%s\n", buf);
		fflush(stdout);
	}
}

/* write FILE VALUE TIMES: as fast as possible; print how many writes succeeded */
static int do_write(char **args)
{
	int fd = open(args[0], O_WRONLY), n = atoi(args[2]), good = 0;

	if (fd < 0)
		return fail(args[0]);
	while (n--)
		good += pwrite(fd, args[1], strlen(args[1]), 0) > 0;
	printf("%d\n", good);
	return 0;
}

/* setmsr CPU MSR VALUE: write it, print whether it reads back */
static int do_setmsr(char **args)
{
	unsigned long long want = strtoull(args[2], NULL, 0), val = 0;
	off_t at = strtoul(args[1], NULL, 0);
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/cpu/%s/msr", args[0]);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return fail(path);
	if (pwrite(fd, &want, sizeof(want), at) != sizeof(want))
		return fail("wrmsr");
	if (pread(fd, &val, sizeof(val), at) != sizeof(val))
		return fail("rdmsr");
	printf("%s\n", val == want ? "kept" : "lost");
	return 0;
}

/* The physical address of a locked page, or 0. */
static unsigned long long page_address(const void *page, long size)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	unsigned long long entry;
	off_t at = (unsigned long)page / size * sizeof(entry);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), at) != sizeof(entry))
		entry = 0;
	close(fd);
	/* Bits 0-54: number of the page. */
	return (entry & ((1ULL << 55) - 1)) * size;
}

/* Allocate and lock a page at physical address @least or above. */
static unsigned char *page_above(unsigned long long least, long size)
{
	unsigned char *page = NULL;
	int n;

	for (n = 0; n < 30000; n++) {
		if (posix_memalign((void **)&page, size, size) || mlock(page, size))
			return NULL;
		if (page_address(page, size) >= least)
			return page;
	}
	return NULL;
}

/*
 * page LEAST FILE: fill a page at physical address LEAST or above, print its address,
 * and when FILE appears print whether the page is unchanged
 */
static int do_page(char **args)
{
	long size = sysconf(_SC_PAGESIZE), i;
	unsigned char *page = page_above(strtoull(args[0], NULL, 0), size);
	int same = 1, n;

	if (!page)
		return fail("page");
	for (i = 0; i < size; i++)
		page[i] = i * 7 + 3;
	printf("page 0x%llx\n", page_address(page, size));
	fflush(stdout);
	for (n = 0; n < 1200 && access(args[1], F_OK); n++)
		usleep(100000);
	for (i = 0; i < size; i++)
		same &= page[i] == (unsigned char)(i * 7 + 3);
	printf("page %s\n", same ? "same" : "changed");
	return 0;
}

/* The folded one's complement sum, before inversion; @len is even. */
static unsigned int sum16(const void *at, size_t len, unsigned int sum)
{
	const char *p = at;
	unsigned short word;

	for (; len; len -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static struct {
	struct virtio_net_hdr virtio;
	struct ethhdr ethernet;
	struct iphdr ip;
	struct tcphdr tcp;
	char bytes[60000];
} __attribute__((packed)) segments;

static void fill_headers(int bytes)
{
	unsigned short pseudo[2] = { htons(IPPROTO_TCP), htons(sizeof(segments.tcp) + bytes) };
	int headers = sizeof(segments.ethernet) + sizeof(segments.ip);

	segments.virtio = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = headers + sizeof(segments.tcp), .gso_size = 1448,
		.csum_start = headers, .csum_offset = offsetof(struct tcphdr, check),
	};
	memset(segments.ethernet.h_dest, 0xff, ETH_ALEN);
	segments.ethernet.h_source[0] = 2;
	segments.ethernet.h_proto = htons(ETH_P_IP);
	segments.ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons(sizeof(segments.ip) + sizeof(segments.tcp) + bytes),
		.saddr = htonl(0x0a070001), .daddr = htonl(0x0a070002),
	};
	segments.ip.check = ~sum16(&segments.ip, sizeof(segments.ip), 0);
	segments.tcp = (struct tcphdr){
		.source = htons(7), .dest = htons(7), .doff = 5, .ack = 1,
		/* Of the pseudo header only: the offload adds the rest. */
		.check = sum16((char *)&segments.ip + offsetof(struct iphdr, saddr), 8,
			       sum16(pseudo, sizeof(pseudo), 0)),
	};
}

/*
 * segments INTERFACE BYTES: send one TCP packet of BYTES that the interface or the kernel
 * has to segment and to checksum
 */
static int do_segments(char **args)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_halen = ETH_ALEN,
		.sll_ifindex = if_nametoindex(args[0]),
	};
	int s = socket(AF_PACKET, SOCK_RAW, 0), yes = 1, bytes = atoi(args[1]), i;

	fill_headers(bytes);
	for (i = 0; i < bytes; i++)
		segments.bytes[i] = i * 7 + 3;
	if (s < 0 || setsockopt(s, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes)) ||
	    sendto(s, &segments, sizeof(segments) - sizeof(segments.bytes) + bytes, 0,
		   (void *)&to, sizeof(to)) < 0)
		return fail(args[0]);
	return 0;
}

/* capture INTERFACE FRAMES SECONDS: wait for FRAMES with IPv4 in each direction */
static int do_capture(char **args)
{
	struct sockaddr_ll from = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(args[0]),
	};
	int s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), want = atoi(args[1]);
	int in = 0, out = 0;
	socklen_t len = sizeof(from);
	struct ethhdr frame;

	if (s < 0 || bind(s, (void *)&from, len))
		return fail(args[0]);
	/* Fail by a signal when the time is up. */
	alarm(atoi(args[2]));
	while (in < want || out < want) {
		if (recvfrom(s, &frame, sizeof(frame), 0, (void *)&from, &len) < 0)
			return fail("recv");
		if (frame.h_proto != htons(ETH_P_IP))
			continue;
		if (from.sll_pkttype == PACKET_OUTGOING)
			out++;
		else
			in++;
	}
	printf("%d from the guest, %d to it\n", in, out);
	return 0;
}

/* frames INTERFACE MILLISECONDS: send broadcast frames of 1514 bytes as fast as possible */
static int do_frames(char **args)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_halen = ETH_ALEN,
		.sll_ifindex = if_nametoindex(args[0]),
	};
	int s = socket(AF_PACKET, SOCK_RAW, 0);
	struct timespec t, end;
	char frame[1514];
	long ms = atol(args[1]), n = 0;

	memset(frame, 0xff, sizeof(frame));
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ms / 1000;
	end.tv_nsec += ms % 1000 * 1000000;
	do {
		if (sendto(s, frame, sizeof(frame), 0, (void *)&to, sizeof(to)) > 0)
			n++;
		else if (errno != ENOBUFS && errno != EAGAIN)
			return fail(args[0]);
		clock_gettime(CLOCK_MONOTONIC, &t);
	} while (t.tv_sec < end.tv_sec ||
		 (t.tv_sec == end.tv_sec && t.tv_nsec < end.tv_nsec));
	printf("%ld frames\n", n);
	return 0;
}

/*
 * latency CPU SAMPLES: the longest time, in ticks, until the CPU takes an interrupt. The
 * kernel reads the MSR of a CPU, here its TSC, in an interrupt there. Run it on another
 * CPU, where a real-time task is not preempted between the two readings.
 */
static int do_latency(char **args)
{
	struct sched_param prio = { .sched_priority = 50 };
	unsigned long long from, at, worst = 0;
	long n = atol(args[1]);
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/cpu/%s/msr", args[0]);
	fd = open(path, O_RDONLY);
	if (fd < 0 || sched_setscheduler(0, SCHED_FIFO, &prio))
		return fail(path);
	while (n--) {
		from = __rdtsc();
		if (pread(fd, &at, sizeof(at), MSR_TSC) != sizeof(at))
			return fail("rdmsr");
		if (at > from && at - from > worst)
			worst = at - from;
		/* not in step with anything */
		usleep(200 + n * 7 % 500);
	}
	printf("%llu\n", worst);
	return 0;
}

/* tsc: print the time-stamp counter */
static int do_tsc(char **args)
{
	(void)args;
	printf("%llu\n", (unsigned long long)__rdtsc());
	return 0;
}

/* Where the kernel maps all of the RAM (nokaslr; x86_64/mm.rst), and where that ends */
#define ALL_RAM		0xffff888000000000ULL
#define ALL_RAM_END	0xffffc88000000000ULL
#define SEEK_PART	1048576

/* Number of 64-bit words in @len bytes at @at of /proc/kcore that are @a ^ @b */
static long count_words(int fd, off_t at, unsigned long long len, unsigned long long a,
			unsigned long long b)
{
	static unsigned long long part[SEEK_PART / 8];
	unsigned long long word;
	long found = 0;
	ssize_t n, i;

	while (len && (n = pread(fd, part, len < SEEK_PART ? len : SEEK_PART, at)) >= 8) {
		for (i = 0; i < n / 8; i++) {
			word = part[i];
			/* The compiler must not compute a ^ b: the kernel would save it, too. */
			asm("xor %1, %0" : "+r" (word) : "r" (a));
			found += word == b;
		}
		/* This buffer must not be found. */
		memset(part, 0, n);
		at += n;
		len -= n;
	}
	return found;
}

/* seek A B: print how many 64-bit words of the host's RAM are A ^ B */
static int do_seek(char **args)
{
	unsigned long long a = strtoull(args[0], NULL, 0), b = strtoull(args[1], NULL, 0);
	int fd = open("/proc/kcore", O_RDONLY);
	long found = 0;
	Elf64_Ehdr head;
	Elf64_Phdr p;
	int i;

	if (fd < 0 || pread(fd, &head, sizeof(head), 0) != sizeof(head))
		return fail("/proc/kcore");
	for (i = 0; i < head.e_phnum; i++) {
		if (pread(fd, &p, sizeof(p), head.e_phoff + i * sizeof(p)) != sizeof(p))
			return fail("/proc/kcore");
		if (p.p_type == PT_LOAD && p.p_vaddr >= ALL_RAM && p.p_vaddr < ALL_RAM_END)
			found += count_words(fd, p.p_offset, p.p_memsz, a, b);
	}
	printf("%ld\n", found);
	return 0;
}

/* hog CPU MILLISECONDS: occupy the CPU with a real-time task */
static int do_hog(char **args)
{
	struct sched_param prio = { .sched_priority = 50 };
	struct timespec t, end;
	cpu_set_t set;
	long ms = atol(args[1]);

	CPU_ZERO(&set);
	CPU_SET(atoi(args[0]), &set);
	if (sched_setaffinity(0, sizeof(set), &set) ||
	    sched_setscheduler(0, SCHED_FIFO, &prio))
		return fail("hog");
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ms / 1000;
	end.tv_nsec += ms % 1000 * 1000000;
	do {
		clock_gettime(CLOCK_MONOTONIC, &t);
	} while (t.tv_sec < end.tv_sec ||
		 (t.tv_sec == end.tv_sec && t.tv_nsec < end.tv_nsec));
	return 0;
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **args);
} commands[] = {
	{ "kvm", 1, do_kvm },
	{ "signalled", 3, do_signalled },
	{ "wait", 3, do_wait },
	{ "break", 1, do_break },
	{ "uevents", 0, do_uevents },
	{ "write", 3, do_write },
	{ "setmsr", 3, do_setmsr },
	{ "page", 2, do_page },
	{ "segments", 2, do_segments },
	{ "capture", 3, do_capture },
	{ "frames", 2, do_frames },
	{ "latency", 2, do_latency },
	{ "seek", 2, do_seek },
	{ "tsc", 0, do_tsc },
	{ "hog", 2, do_hog },
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (argc > 1 && !strcmp(argv[1], commands[i].name) &&
		    argc == commands[i].args + 2)
			return commands[i].run(argv + 2);
	fprintf(stderr, "usage: helper COMMAND ARGUMENTS\n");
	return 2;
}
