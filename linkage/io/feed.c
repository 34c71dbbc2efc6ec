#include "linkage/io/feed.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define MEMORY ((size_t)8 << 20)
#define RETRY (200 * HG_MSEC)
#define READ_MOST 262144 /* bytes at once: then others have their turn */

static void
disconnect(struct hg_feed *f, const char *why)
{
	if (f->watch.fd >= 0) {
		hg_loop_remove(f->loop, &f->watch);
		close(f->watch.fd);
	}
	f->watch.fd = -1;
	hg_lines_drop(&f->lines);
	if (!f->told_down)
		hg_log(HG_LOG_WARNING, "no events from %s: %s; trying on", f->path, why);
	f->told_down = true;
}

/* Numbers are a subscriber's own: they begin anew with each connection. */
static void
note_number(struct hg_feed *f, uint64_t seq)
{
	if (f->seq != 0 && seq > f->seq + 1) {
		f->counts.gaps++;
		f->counts.lost += seq - f->seq - 1;
	}
	f->seq = seq;
}

void
hg_feed_bytes(struct hg_feed *f, struct hg_span rest)
{
	struct hg_line line;
	struct hg_alert alert;

	while (hg_line_take(&f->lines, &rest, &line)) {
		uint64_t seq = 0;
		enum hg_event_kind kind =
			line.truncated ? HG_LINE_BAD : hg_alert_read(line.text, &alert, &seq);

		f->counts.lines++;
		if (seq != 0)
			note_number(f, seq);
		if (kind == HG_LINE_BAD && f->counts.bad++ == 0)
			hg_log(HG_LOG_WARNING,
				"a line from %s is no event; such lines are counted from now on", f->path);
		if (kind == HG_LINE_ALERT) {
			f->counts.alerts++;
			f->heard(f->ctx, &alert);
		}
	}
}

static void
ready(struct hg_watch *w, uint32_t events)
{
	struct hg_feed *f = (struct hg_feed *)w;
	static char bytes[READ_MOST];
	const ssize_t n = recv(f->watch.fd, bytes, sizeof(bytes), 0);

	(void)events;
	if (n > 0)
		hg_feed_bytes(f, hg_span(bytes, (size_t)n));
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		disconnect(f, n == 0 ? "the engine has closed it" : strerror(errno));
}

static int
connect_feed(struct hg_feed *f, struct hg_error *err)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };

	memcpy(where.sun_path, f->path, sizeof(f->path));
	f->watch.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (f->watch.fd < 0)
		return hg_error_errno(err, "cannot make a socket");
	if (connect(f->watch.fd, (const struct sockaddr *)&where, sizeof(where)) < 0) {
		hg_error_errno(err, "cannot connect");
		close(f->watch.fd);
		f->watch.fd = -1;
		return -ENOTCONN;
	}
	f->seq = 0;
	f->counts.connects++;
	f->told_down = false;
	hg_log(HG_LOG_NOTICE, "reading events from %s", f->path);
	return hg_loop_add(f->loop, &f->watch, EPOLLIN);
}

int
hg_feed_open(struct hg_feed *f, struct hg_loop *loop, const char *path, struct hg_error *err)
{
	int status;

	f->watch = (struct hg_watch){ .fd = -1, .ready = ready };
	f->loop = loop;
	if (strlen(path) >= sizeof(f->path))
		return hg_error_set(err, -ENAMETOOLONG, "the path of the socket %s is too long", path);
	snprintf(f->path, sizeof(f->path), "%s", path);
	status = hg_mem_open(&f->mem, MEMORY, false, err);
	if (status == 0)
		hg_lines_init(&f->lines, f->mem, HG_FEED_LINE);
	return status;
}

void
hg_feed_close(struct hg_feed *f)
{
	if (f->watch.fd >= 0)
		close(f->watch.fd);
	if (f->mem != NULL) {
		hg_lines_fini(&f->lines);
		hg_mem_close(f->mem);
	}
	*f = (struct hg_feed){ .watch.fd = -1 };
}

/* An engine that cannot keep up loses some all the time: a line a second says so. */
static void
tell_lost(struct hg_feed *f, hg_time now)
{
	if (f->counts.lost == f->told_lost || now < f->told_at + HG_SEC)
		return;
	hg_log(HG_LOG_WARNING, "%llu events were lost on the way from the engine (%llu so far)",
		(unsigned long long)(f->counts.lost - f->told_lost), (unsigned long long)f->counts.lost);
	f->told_lost = f->counts.lost;
	f->told_at = now;
}

void
hg_feed_tick(struct hg_feed *f, hg_time now)
{
	struct hg_error err = { 0 };

	tell_lost(f, now);

	if (f->watch.fd >= 0 || now < f->retry_at)
		return;
	f->retry_at = now + RETRY;
	if (connect_feed(f, &err) < 0)
		disconnect(f, err.text);
}
