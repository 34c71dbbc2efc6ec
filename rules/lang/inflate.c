#include "rules/lang/inflate_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "rules/lang/text.h"

struct output {
	uint8_t *p;
	size_t len, room, max;
};

/* Room for at least one byte more. */
static int
grow(struct output *o, struct hg_error *err)
{
	size_t room = HG_MIN(o->room == 0 ? (size_t)1 << 20 : 2 * o->room, o->max + 1);
	uint8_t *p;

	if (o->len < o->room)
		return 0;
	if (o->len > o->max)
		return hg_error_set(err, -EFBIG, "the text is larger than %zu bytes", o->max);
	p = realloc(o->p, room);
	if (p == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a text");
	o->p = p;
	o->room = room;
	return 0;
}

static int
read_plain(const char *path, struct output *o, struct hg_error *err)
{
	FILE *f = fopen(path, "rbe");
	size_t n = 1;
	int r = 0;

	if (f == NULL)
		return hg_error_errno(err, "cannot open %s", path);
	while (n > 0 && (r = grow(o, err)) == 0) {
		n = fread(o->p + o->len, 1, o->room - o->len, f);
		o->len += n;
	}
	if (r == 0 && ferror(f) != 0)
		r = hg_error_errno(err, "cannot read %s", path);
	fclose(f);
	return r;
}

/* Members that follow each other are one text, as gzip(1) has it. */
static int
expand_gzip(struct hg_span in, struct output *o, struct hg_error *err)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)in.len };
	int r = 0, zr = Z_OK;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return hg_error_set(err, -ENOMEM, "no memory for gzip");
	while (r == 0 && !(zr == Z_STREAM_END && z.avail_in == 0)) {
		size_t room;

		r = grow(o, err);
		if (r != 0)
			break;
		if (zr == Z_STREAM_END)
			inflateReset(&z);
		room = o->room - o->len;
		z.next_out = o->p + o->len;
		z.avail_out = (uInt)room;
		zr = inflate(&z, Z_NO_FLUSH);
		o->len += room - z.avail_out;
		if (zr != Z_OK && zr != Z_STREAM_END)
			r = hg_error_set(err, -EINVAL, "the gzip data is damaged or cut off");
	}
	inflateEnd(&z);
	return r;
}

static int
expand_zstd(struct hg_span in, struct output *o, struct hg_error *err)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	ZSTD_inBuffer from = { in.p, in.len, 0 };
	size_t left = 1, before = 0;
	int r = z == NULL ? hg_error_set(err, -ENOMEM, "no memory for zstd") : 0;

	while (r == 0 && (left != 0 || from.pos < from.size)) {
		ZSTD_outBuffer to;

		r = grow(o, err);
		if (r != 0)
			break;
		before = from.pos;
		to = (ZSTD_outBuffer){ o->p, o->room, o->len };
		left = ZSTD_decompressStream(z, &to, &from);
		if (ZSTD_isError(left) || (left != 0 && from.pos == before && to.pos == o->len))
			r = hg_error_set(err, -EINVAL, "the zstd data is damaged or cut off");
		o->len = to.pos;
	}
	ZSTD_freeDStream(z);
	return r;
}

int
hg_inflate_file(const char *path, size_t max, uint8_t **bytes, size_t *len, struct hg_error *err)
{
	struct output raw = { .max = max }, out = { .max = max };
	struct hg_span in;
	int r = read_plain(path, &raw, err);

	if (r == 0) {
		in = hg_span(raw.p, raw.len);
		if (hg_span_starts(in, HG_BYTES("\x1f\x8b")))
			r = expand_gzip(in, &out, err);
		else if (hg_span_starts(in, HG_BYTES("\x28\xb5\x2f\xfd")))
			r = expand_zstd(in, &out, err);
		else {
			out = raw;
			raw.p = NULL;
		}
	}
	free(raw.p);
	if (r != 0) {
		free(out.p);
		if (err != NULL)
			hg_error_at(err, path, 0, 0);
		return r;
	}
	*bytes = out.p;
	*len = out.len;
	return 0;
}
