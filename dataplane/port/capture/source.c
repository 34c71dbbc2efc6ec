#include "port/capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t
read_file(struct hg_source *s, uint8_t *out, size_t size, struct hg_error *err)
{
	ssize_t n;

	do
		n = read(s->fd, out, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return hg_error_errno(err, "cannot read the capture");
	s->done += (uint64_t)n;
	return n;
}

static int
read_head(struct hg_source *s, struct hg_error *err)
{
	while (s->head_len < sizeof(s->head)) {
		ssize_t n = read_file(s, s->head + s->head_len, sizeof(s->head) - s->head_len, err);

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		s->head_len = (uint8_t)(s->head_len + n);
	}
	return 0;
}

static int
open_inflate(struct hg_source *s, struct hg_error *err)
{
	enum hg_inflate_kind kind = hg_inflate_find(hg_span(s->head, s->head_len));
	int r;

	if (kind == HG_INFLATE_NONE)
		return 0;
	s->packed = malloc(HG_SOURCE_PACKED);
	if (s->packed == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for reading the capture");
	r = hg_inflate_open(&s->inflate, kind, err);
	if (r < 0) {
		free(s->packed);
		return r;
	}
	s->rest = hg_span(s->head, s->head_len);
	return 0;
}

int
hg_source_open(struct hg_source *s, const char *path, struct hg_error *err)
{
	struct stat st;
	int r;

	memset(s, 0, sizeof(*s));
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		return hg_error_errno(err, "cannot open the capture");
	if (fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode)) {
		s->total = (uint64_t)st.st_size;
		posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	r = read_head(s, err);
	if (r == 0)
		r = open_inflate(s, err);
	if (r < 0)
		close(s->fd);
	return r;
}

void
hg_source_close(struct hg_source *s)
{
	hg_inflate_close(s->inflate);
	free(s->packed);
	close(s->fd);
}

static ssize_t
read_plain(struct hg_source *s, uint8_t *out, size_t size, struct hg_error *err)
{
	size_t n = HG_MIN((size_t)(s->head_len - s->head_used), size);

	if (n == 0)
		return read_file(s, out, size, err);
	memcpy(out, s->head + s->head_used, n);
	s->head_used = (uint8_t)(s->head_used + n);
	return (ssize_t)n;
}

ssize_t
hg_source_read(struct hg_source *s, uint8_t *out, size_t size, struct hg_error *err)
{
	if (s->inflate == NULL)
		return read_plain(s, out, size, err);
	for (;;) {
		size_t got = hg_inflate_feed(s->inflate, &s->rest, out, size);
		ssize_t n;

		if (got > 0)
			return (ssize_t)got;
		n = s->rest.len > 0 ? 0 : read_file(s, s->packed, HG_SOURCE_PACKED, err);
		if (n < 0)
			return n;
		if (n == 0) {
			s->damage = hg_inflate_damage(s->inflate);
			return 0;
		}
		s->rest = hg_span(s->packed, (size_t)n);
	}
}
