// SPDX-License-Identifier: GPL-2.0
/*
 * Load on a network: TCP streams and request-response, for the benchmark.
 *
 *	netload serve PORT
 *	netload send|recv|rr ADDRESS PORT MILLISECONDS
 *
 * A client prints
 *
 *	net <what> <bytes, or round trips> <microseconds>
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define USEC	1000000ULL

static char buf[65536];

static unsigned long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * USEC + ts.tv_nsec / 1000;
}

static struct sockaddr_in address(const char *host, const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };

	if (!inet_aton(host, &a.sin_addr))
		errx(1, "not an IPv4 address: %s", host);
	return a;
}

static int new_socket(void)
{
	int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);

	if (s < 0)
		err(1, "socket");
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return s;
}

/* The client's first byte selects the service. */
static void serve_one(int s)
{
	ssize_t n;

	if (read(s, buf, 1) != 1)
		return;
	switch (buf[0]) {
	case 's':
		while (read(s, buf, sizeof(buf)) > 0)
			;
		break;
	case 'r':
		while (write(s, buf, sizeof(buf)) > 0)
			;
		break;
	default:
		while ((n = read(s, buf, 64)) > 0)
			if (write(s, buf, n) != n)
				break;
		break;
	}
}

static void serve(const char *port)
{
	struct sockaddr_in a = address("0.0.0.0", port);
	int l = new_socket(), s;

	if (bind(l, (struct sockaddr *)&a, sizeof(a)) || listen(l, 4))
		err(1, "port %s", port);
	while ((s = accept(l, NULL, NULL)) >= 0) {
		serve_one(s);
		close(s);
	}
}

/* One read, write or round trip; returns bytes or 1. */
static ssize_t step(int s, char what)
{
	if (what == 's')
		return write(s, buf, sizeof(buf));
	if (what == 'r')
		return read(s, buf, sizeof(buf));
	return write(s, buf, 1) == 1 && read(s, buf, 1) == 1 ? 1 : -1;
}

int main(int argc, char **argv)
{
	unsigned long long start, end, sum = 0;
	struct sockaddr_in a;
	ssize_t n;
	char what;
	int s;

	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && !strcmp(argv[1], "serve")) {
		serve(argv[2]);
		return 1;
	}
	if (argc != 5)
		errx(1, "usage: netload serve PORT | send|recv|rr ADDRESS PORT MILLISECONDS");
	what = !strcmp(argv[1], "rr") ? 'e' : argv[1][0];
	a = address(argv[2], argv[3]);
	s = new_socket();
	if (connect(s, (struct sockaddr *)&a, sizeof(a)) || write(s, &what, 1) != 1)
		err(1, "%s", argv[2]);
	start = now();
	end = start + atoi(argv[4]) * 1000ULL;
	while (now() < end) {
		n = step(s, what);
		if (n <= 0)
			err(1, "%s", argv[1]);
		sum += n;
	}
	printf("net %s %llu %llu\n", argv[1], sum, now() - start);
	return 0;
}
