/* The body of a request as others may read it: where its length can be understood in two ways, what stands behind the end of
 * the other reading is a request to whoever reads so (request smuggling). The first HG_HTTP_OTHER_KEPT bytes are kept as they
 * came, chunk framing included; when the request is over, requests in them become transactions of their own. */
#include "app/http/http_int.h"

#define ENDS 4

struct hg_http_other {
	uint32_t len;
	bool cut, chunked;
	uint8_t n_ends;
	uint64_t ends[ENDS]; /* lengths that the body has in other readings */
	uint8_t bytes[HG_HTTP_OTHER_KEPT];
};

static struct hg_http_other *
other_of(struct hg_http_tx *tx)
{
	if (tx->other != NULL || tx->other_reading ||
		hg_as_peer(tx->base.app->suricata7, HG_DIFF_HTTP_ONE_READING))
		return tx->other;
	tx->other = hg_arena_take(&tx->base.arena, sizeof(*tx->other));
	if (tx->other != NULL) {
		tx->other->len = 0;
		tx->other->n_ends = 0;
		tx->other->cut = tx->other->chunked = false;
	}
	return tx->other;
}

void
hg_http_other_length(struct hg_http_tx *tx, uint64_t length)
{
	struct hg_http_other *o = other_of(tx);

	if (o != NULL && o->n_ends < ENDS)
		o->ends[o->n_ends++] = length;
}

void
hg_http_other_chunked(struct hg_http_tx *tx)
{
	struct hg_http_other *o = other_of(tx);

	if (o != NULL)
		o->chunked = true;
}

void
hg_http_other_lines(struct hg_http_tx *tx)
{
	other_of(tx);
}

void
hg_http_other_add(struct hg_http_tx *tx, struct hg_span bytes)
{
	struct hg_http_other *o = tx->other;
	const size_t n = HG_MIN(bytes.len, (size_t)(HG_HTTP_OTHER_KEPT - o->len));

	if (n > 0)
		memcpy(o->bytes + o->len, bytes.p, n);
	o->len += (uint32_t)n;
	o->cut |= n < bytes.len;
}

/* A word, a target, HTTP/: whatever the method. */
bool
hg_http_other_begins(struct hg_span s)
{
	struct hg_span line = hg_http_chomp(hg_span_sub(s, 0, hg_span_find(s, 0, '\n')));
	struct hg_span method = hg_http_take_word(&line), target;

	line = hg_http_skip_space(line);
	target = hg_http_take_word(&line);
	return method.len > 0 && target.len > 0 &&
		hg_span_starts(hg_http_skip_space(line), HG_BYTES("HTTP/"));
}

/* Behind the last chunk and its trailers; SIZE_MAX: it is not there. */
static size_t
end_of_chunks(struct hg_span s)
{
	size_t at = 0;

	for (;;) {
		size_t lf = hg_span_find(s, at, '\n');
		bool extension;
		uint64_t size;

		if (lf == SIZE_MAX ||
			hg_http_parse_chunk_size(hg_span_sub(s, at, lf - at), &size, &extension) !=
				HG_HTTP_CHUNK_OK)
			return SIZE_MAX;
		at = lf + 1;
		if (size == 0)
			break;
		if (size > s.len - at || (lf = hg_span_find(s, at + (size_t)size, '\n')) == SIZE_MAX)
			return SIZE_MAX;
		at = lf + 1;
	}
	for (size_t lf; (lf = hg_span_find(s, at, '\n')) != SIZE_MAX; at = lf + 1)
		if (hg_http_is_blank_line(hg_span_sub(s, at, lf + 1 - at)))
			return lf + 1;
	return SIZE_MAX;
}

/* The first line that begins a request. */
static size_t
first_request(struct hg_span s)
{
	for (size_t at = 0, lf; at < s.len; at = lf + 1) {
		if (hg_http_other_begins(hg_span_from(s, at)))
			return at;
		lf = hg_span_find(s, at, '\n');
		if (lf == SIZE_MAX)
			break;
	}
	return SIZE_MAX;
}

static size_t
sooner(size_t found, size_t at, struct hg_span s)
{
	return at < found && at < s.len && hg_http_other_begins(hg_http_skip_space(hg_span_from(s, at)))
		? at
		: found;
}

void
hg_http_other_end(struct hg_http *h, struct hg_http_tx *tx)
{
	struct hg_http_other *o = tx->other;
	struct hg_span all = hg_span(o->bytes, o->len);
	size_t found = SIZE_MAX;

	tx->other = NULL;
	for (unsigned i = 0; i < o->n_ends; i++)
		if (o->ends[i] < all.len)
			found = sooner(found, (size_t)o->ends[i], all);
	if (o->chunked)
		found = sooner(found, end_of_chunks(all), all);
	/* In which other ways it can be understood nobody can list. */
	if (found == SIZE_MAX)
		found = first_request(all);
	if (o->cut)
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_OTHER_CUT);
	if (found == SIZE_MAX)
		return;
	hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_OTHER_READING);
	hg_http_shadow(h, hg_span_from(all, found));
}
