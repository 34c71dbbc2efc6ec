#include "event/sink_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* `filetype: regular`: a file, whole lines appended at once. It begins anew when it has reached rotate-size or its time is
 * over: a name with conversions of strftime gets its next name; any other file becomes NAME.1, what was NAME.1 becomes
 * NAME.2, up to rotate-keep. Renaming leaves the old file to whoever reads it. */

#define NAME_MOST 544 /* with a number behind */

struct regular {
	const char *pattern;
	char path[512]; /* of the open file */
	int fd;         /* -1: none */
	bool fresh;     /* not appended to what is there */
	mode_t mode;
	uint64_t size, most;
	unsigned keep;
	char unit;     /* of the interval: 'd', 'h', 'm', 's'; 0: none */
	bool whole;    /* until the next full minute, hour or day */
	int64_t every; /* units */
	time_t over;   /* when it begins anew; 0: never */
};

/* "minute", "hour", "day": at the next full one; "90", "90s", "30m", "12h", "7d": so long after it was opened. */
static bool
read_interval(struct regular *f, const char *text)
{
	char *end;

	f->whole = strcmp(text, "minute") == 0 || strcmp(text, "hour") == 0 || strcmp(text, "day") == 0;
	f->every = 1;
	f->unit = text[0];
	if (f->whole)
		return true;
	f->every = strtoll(text, &end, 10);
	f->unit = *end == '\0' ? 's' : *end;
	return f->every > 0 && f->every <= 1000000 && strchr("smhd", f->unit) != NULL &&
		(*end == '\0' || end[1] == '\0');
}

static time_t
end_of(const struct regular *f, time_t now)
{
	static const struct {
		char unit;
		time_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	time_t seconds = 0;
	struct tm local;

	for (size_t i = 0; i < HG_COUNT(units); i++)
		if (units[i].unit == f->unit)
			seconds = units[i].seconds;
	if (seconds == 0)
		return 0;
	if (!f->whole)
		return now + f->every * seconds;
	localtime_r(&now, &local);
	/* Full hours and days are those of the place. */
	return now - (now + local.tm_gmtoff) % seconds + seconds;
}

static void
name_now(const struct regular *f, time_t now, char path[512])
{
	struct tm local;

	localtime_r(&now, &local);
	if (strchr(f->pattern, '%') == NULL || strftime(path, 512, f->pattern, &local) == 0)
		snprintf(path, 512, "%s", f->pattern);
}

static int
open_file(struct regular *f, struct hg_error *err)
{
	const time_t now = time(NULL);
	struct stat st;

	name_now(f, now, f->path);
	f->fd = open(f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (f->fresh ? O_TRUNC : 0), f->mode);
	if (f->fd < 0)
		return hg_error_errno(err, "cannot open the event file '%s'", f->path);
	f->fresh = false;
	f->size = fstat(f->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	f->over = end_of(f, now);
	return 0;
}

static void
disconnect(void *state)
{
	struct regular *f = state;

	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* NAME.2 becomes NAME.3, NAME.1 NAME.2, NAME NAME.1; the last of them goes. */
static void
shift(const struct regular *f)
{
	char from[NAME_MOST], to[NAME_MOST];

	for (unsigned i = f->keep; i > 0; i--) {
		snprintf(to, sizeof(to), "%s.%u", f->path, i);
		if (i == 1)
			snprintf(from, sizeof(from), "%s", f->path);
		else
			snprintf(from, sizeof(from), "%s.%u", f->path, i - 1);
		rename(from, to);
	}
}

static int
rotate(struct regular *f, struct hg_error *err)
{
	char next[512];

	name_now(f, time(NULL), next);
	disconnect(f);
	if (strcmp(next, f->path) == 0) {
		shift(f);
		f->fresh = f->keep == 0;
	}
	return open_file(f, err);
}

static int
connect_file(void *state, struct hg_error *err)
{
	struct regular *f = state;

	return f->fd >= 0 ? 0 : open_file(f, err);
}

/* What was written of a line that did not get whole: away with it. */
static void
cut_half_line(struct regular *f, const struct hg_batch *b)
{
	const size_t whole = b->done == 0 ? 0 : b->ends[b->done - 1];
	int r = 0;

	if (b->sent > whole)
		r = ftruncate(f->fd, (off_t)(f->size - (b->sent - whole)));
	/* The reader skips a line that is none. */
	(void)r;
}

static int
send_lines(void *state, struct hg_batch *b, struct hg_error *err)
{
	struct regular *f = state;
	struct hg_span rest;

	if ((f->most != 0 && f->size >= f->most) || (f->over != 0 && time(NULL) >= f->over)) {
		int r = rotate(f, err);

		if (r < 0)
			return r;
	}
	while ((rest = hg_batch_rest(b)).len > 0) {
		ssize_t n = write(f->fd, rest.p, rest.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			hg_error_errno(err, "cannot write events to '%s'", f->path);
			cut_half_line(f, b);
			return err->code;
		}
		f->size += (size_t)n;
		hg_batch_sent(b, (size_t)n);
	}
	return 0;
}

static int
init(void *state, const struct hg_sink_config *c, struct hg_error *err)
{
	struct regular *f = state;
	const char *interval = hg_sink_str(c, "rotate-interval"), *mode = hg_sink_str(c, "filemode");

	*f = (struct regular){ .pattern = c->path, .fd = -1, .fresh = !hg_sink_bool(c, "append") };
	f->most = hg_sink_size(c, "rotate-size");
	f->keep = (unsigned)hg_sink_int(c, "rotate-keep");
	f->mode = (mode_t)strtoul(mode, NULL, 8) & 0777;
	if (interval != NULL && !read_interval(f, interval))
		return hg_sink_refuse(
			c, "rotate-interval", err, "takes minute, hour, day or as 90s, 30m, 12h, 7d");
	return open_file(f, err);
}

const struct hg_sink_kind hg_sink_regular = {
	.filetype = "regular",
	.size = sizeof(struct regular),
	.init = init,
	.connect = connect_file,
	.send = send_lines,
	.disconnect = disconnect,
	.reopens = true,
};
