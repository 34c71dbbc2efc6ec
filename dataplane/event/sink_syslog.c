#include "event/sink_kind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/socket.h"
#include "event/tls.h"

/* `filetype: syslog`: to a server by RFC 5424, over UDP (RFC 5426), TCP (RFC 6587) or TLS (RFC 5425), or as syslog(3) does to the
 * daemon of this machine. A receiver of syslog confirms nothing: what the kernel has taken counts as written. */

#define LOCAL "/dev/log"
#define NAME_MOST 128 /* of a host or program in a message */

enum transport { LOCALLY, BY_UDP, BY_TCP, BY_TLS };

static const char *const facilities[] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
	"uucp", "cron", "authpriv", "ftp", "ntp", "security", "console", "solaris-cron", "local0", "local1",
	"local2", "local3", "local4", "local5", "local6", "local7" };
static const char *const levels[] = { "emergency", "alert", "critical", "error", "warning", "notice", "info",
	"debug" };

struct syslog_sink {
	enum transport transport;
	const char *server, *path, *prefix;
	char port[8];
	bool counted; /* octets before each message, else a newline behind */
	unsigned priority;
	char host[NAME_MOST], program[NAME_MOST];
	pid_t pid;
	int fd; /* -1: none */
	struct hg_tls *tls;
	struct hg_tls_session *session;
	uint64_t failed;
};

static unsigned
find(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(names[i], name) == 0)
			return (unsigned)i;
	return 0;
}

static enum transport
transport_of(const char *name)
{
	static const char *const names[] = { "local", "udp", "tcp", "tls" };

	return (enum transport)find(names, HG_COUNT(names), name);
}

/* A field of the header has no blanks. */
static void
copy_name(char to[NAME_MOST], const char *name)
{
	size_t n = 0;

	for (; *name != '\0' && n < NAME_MOST - 1; name++)
		if (*name > ' ' && *name < 0x7f)
			to[n++] = *name;
	if (n == 0)
		to[n++] = '-';
	to[n] = '\0';
}

static int
open_tls(struct syslog_sink *s, const struct hg_sink_config *c, struct hg_error *err)
{
	const struct hg_tls_config config = { hg_sink_str(c, "syslog.ca-file"),
		hg_sink_str(c, "syslog.cert-file"), hg_sink_str(c, "syslog.key-file"),
		hg_sink_bool(c, "syslog.verify") };

	return s->transport == BY_TLS ? hg_tls_open(&s->tls, &config, err) : 0;
}

static int
init(void *state, const struct hg_sink_config *c, struct hg_error *err)
{
	struct syslog_sink *s = state;
	const int64_t port = hg_sink_int(c, "syslog.port");
	char host[NAME_MOST] = "";

	*s = (struct syslog_sink){ .server = hg_sink_str(c, "syslog.server"),
		.prefix = c->prefix,
		.fd = -1,
		.path = LOCAL,
		.pid = getpid() };
	s->transport = transport_of(hg_sink_str(c, "syslog.transport"));
	s->counted = s->transport == BY_TLS ||
		(s->transport == BY_TCP && strcmp(hg_sink_str(c, "syslog.framing"), "newline") != 0);
	snprintf(s->port, sizeof(s->port), "%d", port != 0 ? (int)port : s->transport == BY_TLS ? 6514 : 514);
	s->priority = 8 * find(facilities, HG_COUNT(facilities), hg_sink_str(c, "facility")) +
		find(levels, HG_COUNT(levels), hg_sink_str(c, "level"));
	gethostname(host, sizeof(host) - 1);
	copy_name(s->host, host);
	copy_name(s->program, hg_sink_str(c, "identity"));
	return open_tls(s, c, err);
}

static void
fini(void *state)
{
	struct syslog_sink *s = state;

	hg_tls_close(s->tls);
}

static void
disconnect(void *state)
{
	struct syslog_sink *s = state;

	hg_tls_disconnect(s->session);
	s->session = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static int
connect_server(void *state, struct hg_error *err)
{
	struct syslog_sink *s = state;
	int r;

	if (s->transport == LOCALLY)
		return hg_socket_connect(&s->fd, s->path, SOCK_DGRAM, err);
	r = hg_socket_connect_to(&s->fd, s->server, s->port,
		s->transport == BY_UDP ? SOCK_DGRAM : SOCK_STREAM, HG_SINK_CONNECT_WAIT, err);
	if (r == 0 && s->transport == BY_TLS)
		r = hg_tls_connect(&s->session, s->tls, s->fd, s->server, HG_SINK_CONNECT_WAIT, err);
	return r;
}

/* "2023-11-14T22:13:20.000000+0000" of a record as RFC 3339 wants it: a colon in the zone. */
static void
copy_time(char out[40], struct hg_span time)
{
	if (time.len == 31)
		snprintf(out, 40, "%.29s:%.2s", (const char *)time.p, (const char *)time.p + 29);
	else
		snprintf(out, 40, "-");
}

/* As syslog(3): "<14>Nov 14 22:13:20 hangu[7]: …" */
static size_t
frame_locally(const struct syslog_sink *s, struct hg_span line, uint8_t *out)
{
	const time_t now = time(NULL);
	char when[32];
	struct tm local;
	size_t n;

	localtime_r(&now, &local);
	strftime(when, sizeof(when), "%b %e %H:%M:%S", &local);
	n = (size_t)snprintf(
		(char *)out, HG_SINK_TEXT, "<%u>%s %s[%d]: ", s->priority, when, s->program, (int)s->pid);
	return n + hg_sink_bare(s->prefix, line, out + n);
}

static size_t
frame_message(const struct syslog_sink *s, struct hg_span line, uint8_t *out)
{
	struct hg_span type = hg_sink_value(line, "\"event_type\":\"");
	char when[40];
	size_t n;

	if (type.len == 0 || type.len > 32)
		type = HG_BYTES("-");
	copy_time(when, hg_sink_value(line, "\"timestamp\":\""));
	n = (size_t)snprintf((char *)out, HG_SINK_TEXT / 2, "<%u>1 %s %s %s %d %.*s - ", s->priority, when,
		s->host, s->program, (int)s->pid, (int)type.len, (const char *)type.p);
	return n + hg_sink_bare(s->prefix, line, out + n);
}

/* Room for the count of octets in front. */
#define COUNT_MOST 24

static size_t
frame(void *state, struct hg_span line, uint8_t *out)
{
	const struct syslog_sink *s = state;
	char count[COUNT_MOST];
	size_t len, digits;

	if (s->transport == LOCALLY)
		return frame_locally(s, line, out);
	len = frame_message(s, line, out);
	if (s->transport == BY_UDP)
		return len;
	if (!s->counted) {
		out[len] = '\n';
		return len + 1;
	}
	digits = (size_t)snprintf(count, sizeof(count), "%zu ", len);
	memmove(out + digits, out, len);
	memcpy(out, count, digits);
	return digits + len;
}

static int
gone(const struct syslog_sink *s, int code, struct hg_error *err)
{
	errno = code;
	return hg_error_errno(
		err, "cannot send to the syslog server %s", s->transport == LOCALLY ? s->path : s->server);
}

static int
send_datagrams(struct syslog_sink *s, struct hg_batch *b, struct hg_error *err)
{
	while (b->done < b->n) {
		const struct hg_span line = hg_batch_line(b, b->done);
		ssize_t n = hg_socket_send(s->fd, line, HG_SINK_WAIT);

		/* Longer than a datagram can be: it never goes out. */
		if (n == -EMSGSIZE)
			s->failed++;
		else if (n < 0)
			return gone(s, (int)-n, err);
		else if (n == 0)
			break;
		hg_batch_sent(b, line.len);
	}
	return 0;
}

static int
send_stream(struct syslog_sink *s, struct hg_batch *b, struct hg_error *err)
{
	ssize_t n;

	/* The first bytes to one that has gone would be taken by the kernel, and lost. */
	if (s->session != NULL ? hg_tls_is_closed(s->session) : hg_socket_is_closed(s->fd))
		return gone(s, EPIPE, err);
	if (s->session != NULL) {
		n = hg_tls_send(s->session, hg_batch_rest(b), HG_SINK_WAIT, err);
		if (n < 0)
			return (int)n;
	} else {
		n = hg_socket_send(s->fd, hg_batch_rest(b), HG_SINK_WAIT);
		if (n < 0)
			return gone(s, (int)-n, err);
	}
	hg_batch_sent(b, (size_t)n);
	return 0;
}

static int
send_lines(void *state, struct hg_batch *b, struct hg_error *err)
{
	struct syslog_sink *s = state;

	return s->transport == LOCALLY || s->transport == BY_UDP ? send_datagrams(s, b, err)
								 : send_stream(s, b, err);
}

static void
report(void *state, struct hg_sink_report *r)
{
	struct syslog_sink *s = state;

	r->failed = s->failed;
	s->failed = 0;
}

const struct hg_sink_kind hg_sink_syslog = {
	.filetype = "syslog",
	.size = sizeof(struct syslog_sink),
	.init = init,
	.connect = connect_server,
	.send = send_lines,
	.disconnect = disconnect,
	.fini = fini,
	.frame = frame,
	.report = report,
};
