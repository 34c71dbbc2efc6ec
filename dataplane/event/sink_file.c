#include "event/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/start.h"

#define BLOCK ((size_t)256 << 10)

struct sink_file {
	struct hg_sink sink;
	int fd;
	int failed; /* errno of the first write that failed */
	size_t held;
	char path[512];
	uint8_t block[BLOCK];
};

static void
drain(struct sink_file *f)
{
	size_t done = 0;

	while (done < f->held && f->failed == 0) {
		ssize_t n = write(f->fd, f->block + done, f->held - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			f->failed = errno;
	}
	f->held = 0;
}

static bool
write_line(struct hg_sink *s, struct hg_span line)
{
	struct sink_file *f = (struct sink_file *)s;

	if (f->held + line.len + 1 > BLOCK)
		drain(f);
	if (f->failed != 0 || line.len + 1 > BLOCK)
		return false;
	memcpy(f->block + f->held, line.p, line.len);
	f->block[f->held + line.len] = '\n';
	f->held += line.len + 1;
	return true;
}

static int
flush(struct hg_sink *s, struct hg_error *err)
{
	struct sink_file *f = (struct sink_file *)s;

	drain(f);
	if (f->failed == 0)
		return 0;
	errno = f->failed;
	return hg_error_errno(err, "cannot write events to '%s'", f->path);
}

static void
close_file(struct hg_sink *s)
{
	struct sink_file *f = (struct sink_file *)s;

	drain(f);
	if (f->fd != STDOUT_FILENO)
		close(f->fd);
	hg_start_give(f);
}

int
hg_sink_file_open(struct hg_sink **ret, const char *path, bool truncate, struct hg_error *err)
{
	struct sink_file *f = hg_start_take(sizeof(*f));

	if (f == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the event file");
	f->sink = (struct hg_sink){ write_line, flush, close_file };
	f->fd = path == NULL
		? STDOUT_FILENO
		: open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (truncate ? O_TRUNC : O_APPEND), 0640);
	strncpy(f->path, path == NULL ? "standard output" : path, sizeof(f->path) - 1);
	if (f->fd < 0) {
		hg_start_give(f);
		return hg_error_errno(err, "cannot open the event file '%s'", path);
	}
	*ret = &f->sink;
	return 0;
}
