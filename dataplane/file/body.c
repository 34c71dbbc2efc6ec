/* Bodies and their inspection windows. */
#include "file/body.h"

/* What one body may hold. Limits are far below it; without a limit the oldest bytes leave first. */
#define BODY_HELD ((size_t)512 * 1024)

static uint64_t
body_end(const struct hg_body *b)
{
	return b->base + hg_buf_len(&b->bytes);
}

void
hg_body_init(struct hg_body *b, struct hg_mem *mem, const struct hg_inspect_limits *limits)
{
	memset(b, 0, sizeof(*b));
	b->limits = *limits;
	hg_buf_init(&b->bytes, mem, BODY_HELD);
}

void
hg_body_fini(struct hg_body *b)
{
	hg_buf_fini(&b->bytes);
}

/* Bytes that must go (held too much, or parted by a gap) count as looked at: no window can show them any more. */
static void
forget(struct hg_body *b, size_t n)
{
	hg_buf_consume(&b->bytes, n);
	b->base += n;
	b->inspected = HG_MAX(b->inspected, b->base);
}

static struct hg_span
cut_to_limit(const struct hg_body *b, struct hg_span s)
{
	uint64_t end = b->total;

	if (b->limits.limit == 0)
		return s;
	return end >= b->limits.limit ? HG_SPAN_NONE : hg_span_sub(s, 0, (size_t)(b->limits.limit - end));
}

void
hg_body_append(struct hg_body *b, struct hg_span s)
{
	struct hg_span keep = cut_to_limit(b, s);
	size_t held = hg_buf_len(&b->bytes);
	bool kept;

	if (b->gap && keep.len > 0) {
		forget(b, held);
		b->base = b->inspected = b->total;
		b->gap = false;
		held = 0;
	}
	b->total += s.len;
	if (keep.len == 0)
		return;
	if (keep.len > BODY_HELD / 2) {
		uint64_t lost = keep.len - BODY_HELD / 2;

		forget(b, held);
		b->base = b->inspected = b->base + lost;
		keep = hg_span_from(keep, (size_t)lost);
	} else if (held + keep.len > BODY_HELD) {
		forget(b, held + keep.len - BODY_HELD);
	}
	kept = hg_buf_append(&b->bytes, keep);
	if (!kept) {
		b->refused += keep.len;
		b->gap = true;
	}
}

void
hg_body_skip(struct hg_body *b, uint64_t gap)
{
	b->total += gap;
	b->gap = true;
}

void
hg_body_finish(struct hg_body *b)
{
	b->complete = true;
}

static bool
is_due(const struct hg_body *b, bool eof, bool ips)
{
	uint64_t end = body_end(b);

	if (end == b->inspected && !((b->complete || eof) && !b->shown_end))
		return false;
	if (ips || b->complete || eof || b->gap)
		return true;
	return end >= b->limits.min || (b->limits.limit != 0 && b->total >= b->limits.limit);
}

/* Where the window begins: the whole body until more than min was seen; afterwards old bytes fill the window, and a quarter
 * of it stands in front of news that are larger than the window. */
static uint64_t
window_start(const struct hg_body *b)
{
	uint64_t fresh = body_end(b) - b->inspected, back;

	if (b->inspected <= b->limits.min)
		return 0;
	back = fresh < b->limits.window ? b->limits.window - fresh : b->limits.window / 4;
	return b->inspected < back ? 0 : b->inspected - back;
}

bool
hg_body_view(struct hg_body *b, bool eof, bool ips, struct hg_view *out)
{
	uint64_t start;

	if (!is_due(b, eof, ips))
		return false;
	start = HG_MAX(window_start(b), b->base);
	out->data = hg_span_from(hg_buf_span(&b->bytes), (size_t)(start - b->base));
	out->offset = start;
	out->complete = b->complete || eof;
	return true;
}

void
hg_body_inspected(struct hg_body *b)
{
	uint64_t keep;

	b->inspected = body_end(b);
	b->shown_end = b->complete;
	if (b->inspected <= b->limits.min)
		return;
	keep = b->inspected < b->limits.window ? 0 : b->inspected - b->limits.window;
	if (keep > b->base) {
		hg_buf_consume(&b->bytes, (size_t)(keep - b->base));
		b->base = keep;
	}
}
