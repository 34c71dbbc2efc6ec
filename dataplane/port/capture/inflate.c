#include "port/capture/inflate.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>
#include <zstd.h>

#define GZIP_WINDOW (15 + 16) /* the largest window; + 16: a gzip header, not zlib's */

struct hg_inflate {
	enum hg_inflate_kind kind;
	bool whole;         /* between two members or frames */
	const char *damage; /* a constant of the library */
	z_stream gzip;
	ZSTD_DStream *zstd;
};

enum hg_inflate_kind
hg_inflate_find(struct hg_span head)
{
	if (head.len < HG_INFLATE_MAGIC)
		return HG_INFLATE_NONE;
	/* RFC 1952 2.3.1: the third byte is the method, and deflate is the only one. */
	if (hg_span_starts(head, HG_BYTES("\x1f\x8b\x08")))
		return HG_INFLATE_GZIP;
	/* RFC 8878 3.1: a frame, or a skippable frame in front of it. */
	if (hg_span_starts(head, HG_BYTES("\x28\xb5\x2f\xfd")))
		return HG_INFLATE_ZSTD;
	if ((head.p[0] & 0xf0) == 0x50 && hg_span_starts(hg_span_from(head, 1), HG_BYTES("\x2a\x4d\x18")))
		return HG_INFLATE_ZSTD;
	return HG_INFLATE_NONE;
}

int
hg_inflate_open(struct hg_inflate **ret, enum hg_inflate_kind kind, struct hg_error *err)
{
	struct hg_inflate *z = calloc(1, sizeof(*z));

	if (z == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for unpacking the capture");
	z->kind = kind;
	if (kind == HG_INFLATE_GZIP ? inflateInit2(&z->gzip, GZIP_WINDOW) != Z_OK
				    : (z->zstd = ZSTD_createDStream()) == NULL) {
		free(z);
		return hg_error_set(err, -ENOMEM, "no memory for unpacking the capture");
	}
	*ret = z;
	return 0;
}

void
hg_inflate_close(struct hg_inflate *z)
{
	if (z == NULL)
		return;
	if (z->kind == HG_INFLATE_GZIP)
		inflateEnd(&z->gzip);
	ZSTD_freeDStream(z->zstd);
	free(z);
}

static size_t
gzip_feed(struct hg_inflate *z, struct hg_span *in, uint8_t *out, size_t size)
{
	z_stream *s = &z->gzip;

	s->next_out = out;
	s->avail_out = (uInt)HG_MIN(size, UINT_MAX);
	while (s->avail_out > 0 && z->damage == NULL) {
		uInt had_in = (uInt)HG_MIN(in->len, UINT_MAX), had_out = s->avail_out;
		int r;

		if (z->whole && had_in == 0)
			break;
		if (z->whole)
			inflateReset(s);
		z->whole = false;
		s->next_in = in->p;
		s->avail_in = had_in;
		r = inflate(s, Z_NO_FLUSH);
		*in = hg_span_from(*in, had_in - s->avail_in);
		if (r == Z_STREAM_END)
			z->whole = true;
		else if (r != Z_OK && r != Z_BUF_ERROR)
			z->damage = s->msg != NULL ? s->msg : zError(r);
		else if (had_in == s->avail_in && had_out == s->avail_out)
			break;
	}
	return (size_t)(s->next_out - out);
}

static size_t
zstd_feed(struct hg_inflate *z, struct hg_span *in, uint8_t *out, size_t size)
{
	ZSTD_outBuffer to = { out, size, 0 };

	while (to.pos < to.size && z->damage == NULL) {
		ZSTD_inBuffer from = { in->p, in->len, 0 };
		size_t had = to.pos, r;

		if (z->whole && in->len == 0)
			break;
		r = ZSTD_decompressStream(z->zstd, &to, &from);
		*in = hg_span_from(*in, from.pos);
		z->whole = r == 0;
		if (ZSTD_isError(r))
			z->damage = ZSTD_getErrorName(r);
		else if (from.pos == 0 && to.pos == had)
			break;
	}
	return to.pos;
}

size_t
hg_inflate_feed(struct hg_inflate *z, struct hg_span *in, uint8_t *out, size_t size)
{
	return z->kind == HG_INFLATE_GZIP ? gzip_feed(z, in, out, size) : zstd_feed(z, in, out, size);
}

const char *
hg_inflate_damage(const struct hg_inflate *z)
{
	if (z->damage != NULL)
		return z->damage;
	return z->whole ? NULL : "it ends too early";
}
