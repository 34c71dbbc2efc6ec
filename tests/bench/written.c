/* When alerts were written to the event socket: a library that latency.py preloads into hangu. The time is taken when send() has
 * returned. A line an alert, "SECONDS.NANOSECONDS ADDRESS", goes to the file that WRITTEN names when the program ends.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define ALERTS 65536

static struct {
	struct timespec at;
	char from[48];
} alerts[ALERTS];
static unsigned n;

static void
note(const char *line, size_t len, struct timespec at)
{
	static const char kind[] = "\"event_type\":\"alert\"", key[] = "\"src_ip\":\"";
	const char *from = memmem(line, len, key, sizeof(key) - 1), *end;

	if (n == ALERTS || from == NULL || memmem(line, len, kind, sizeof(kind) - 1) == NULL)
		return;
	from += sizeof(key) - 1;
	end = memchr(from, '"', len - (size_t)(from - line));
	if (end == NULL || (size_t)(end - from) >= sizeof(alerts[n].from))
		return;
	memcpy(alerts[n].from, from, (size_t)(end - from));
	alerts[n++].at = at;
}

/* Only the output thread sends records. */
ssize_t
send(int fd, const void *bytes, size_t len, int flags)
{
	static ssize_t (*real)(int, const void *, size_t, int);
	const char *line = bytes, *end;
	struct timespec at;
	ssize_t sent;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "send");
	sent = real(fd, bytes, len, flags);
	clock_gettime(CLOCK_REALTIME, &at);
	for (size_t left = sent > 0 ? (size_t)sent : 0; (end = memchr(line, '\n', left)) != NULL;) {
		note(line, (size_t)(end - line), at);
		left -= (size_t)(end + 1 - line);
		line = end + 1;
	}
	return sent;
}

__attribute__((destructor)) static void
show(void)
{
	const char *name = getenv("WRITTEN");
	FILE *f = name == NULL ? NULL : fopen(name, "w");

	for (unsigned i = 0; f != NULL && i < n; i++)
		fprintf(f, "%lld.%09ld %s\n", (long long)alerts[i].at.tv_sec, alerts[i].at.tv_nsec,
			alerts[i].from);
	if (f != NULL)
		fclose(f);
}
