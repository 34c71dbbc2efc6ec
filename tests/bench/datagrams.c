/* 64-byte frames of UDP at a steady rate, by as little CPU as may be: what is between sender and receiver shall show.
 *
 * usage: datagrams send ADDRESS RATE SECONDS        prints how many were sent
 *        datagrams count                            prints how many came, a second after the last one; ten seconds, if there is none
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT 5300
#define BYTES 22 /* with 14 of Ethernet, 20 of IPv4 and 8 of UDP 64 */
#define BATCH 64
#define EVERY 500000L     /* ns from one train to the next */
#define BUFFER (64 << 20) /* bytes: a receiver that is late loses nothing */
#define LAST_WORD 1       /* s without a datagram */
#define FIRST_WORD 10     /* s before the first */
#define TIMER_SLACK_NS 1000UL

static char bytes[BATCH][BYTES];
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];

static int
open_socket(const char *peer)
{
	const struct timeval patience = { LAST_WORD, 0 };
	const int buffer = BUFFER, fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int r;

	if (fd < 0)
		return -1;
	if (peer == NULL) {
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
		r = bind(fd, (struct sockaddr *)&a, sizeof(a));
	} else {
		r = inet_pton(AF_INET, peer, &a.sin_addr) == 1 ? connect(fd, (struct sockaddr *)&a, sizeof(a))
							       : -1;
	}
	for (unsigned i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){ bytes[i], BYTES };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return r < 0 ? -1 : fd;
}

static unsigned long
send_train(int fd, unsigned long n)
{
	unsigned long sent = 0;

	while (sent < n) {
		const int r = sendmmsg(fd, messages, (unsigned)(n - sent < BATCH ? n - sent : BATCH), 0);

		if (r <= 0)
			break;
		sent += (unsigned long)r;
	}
	return sent;
}

static void
send_all(int fd, double rate, double seconds)
{
	const unsigned long trains = (unsigned long)(seconds * 1e9 / EVERY);
	unsigned long sent = 0, due = 0;
	struct timespec at;

	prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0UL, 0UL, 0UL);
	clock_gettime(CLOCK_MONOTONIC, &at);
	for (unsigned long i = 1; i <= trains; i++) {
		const unsigned long upto = (unsigned long)(rate * (double)i * EVERY / 1e9);

		sent += send_train(fd, upto - due);
		due = upto;
		at.tv_nsec += EVERY;
		if (at.tv_nsec >= 1000000000L) {
			at.tv_nsec -= 1000000000L;
			at.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
	}
	printf("%lu\n", sent);
}

static void
count_all(int fd)
{
	unsigned long got = 0, waited = 0;
	int r;

	do {
		r = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
		got += r > 0 ? (unsigned long)r : 0;
	} while (r > 0 || (got == 0 && waited++ < FIRST_WORD));
	printf("%lu\n", got);
}

int
main(int argc, char **argv)
{
	const bool sends = argc == 5 && strcmp(argv[1], "send") == 0;
	const int fd = sends || (argc == 2 && strcmp(argv[1], "count") == 0)
		? open_socket(sends ? argv[2] : NULL)
		: -2;

	if (fd == -2)
		fprintf(stderr, "usage: datagrams send ADDRESS RATE SECONDS | datagrams count\n");
	else if (fd < 0)
		perror("datagrams");
	else if (sends)
		send_all(fd, atof(argv[3]), atof(argv[4]));
	else
		count_all(fd);
	return fd < 0;
}
