/* Compressed messages of 3.1.1 ([MS-SMB2] 2.2.42): whole, or in payloads one behind the other, each coded in its own way. */
#include "app/smb/smb_int.h"
#include "app/smb/xca.h"

#define ALLOWANCE (UINT64_C(64) << 20) /* bytes of a direction that no ratio limits */

enum { NONE, LZNT1, LZ77, HUFFMAN, PATTERN };
enum { CHAINED = 1 };

static bool
expand(uint16_t algorithm, struct hg_span in, uint8_t *to, size_t size)
{
	switch (algorithm) {
	case LZNT1:
		return hg_xca_lznt1(in, to, size);
	case LZ77:
		return hg_xca_lz77(in, to, size);
	case HUFFMAN:
		return hg_xca_huffman(in, to, size);
	default:
		return false;
	}
}

/* One byte again and again (2.2.42.2.2). */
static bool
repeat(struct hg_span in, uint8_t *to, size_t room, size_t *taken)
{
	struct hg_reader r = hg_reader_of(in);
	const uint8_t byte = hg_read_u8(&r);
	uint32_t n;

	hg_read_skip(&r, 3);
	n = hg_read_u32le(&r);
	if (hg_reader_failed(&r) || n > room)
		return false;
	memset(to, byte, n);
	*taken = n;
	return true;
}

static bool
take_payload(uint16_t algorithm, struct hg_span in, uint8_t *to, size_t room, size_t *taken)
{
	struct hg_reader r = hg_reader_of(in);
	uint32_t original;

	if (algorithm == PATTERN)
		return repeat(in, to, room, taken);
	if (algorithm == NONE) {
		if (in.len > room)
			return false;
		if (in.len > 0)
			memcpy(to, in.p, in.len);
		*taken = in.len;
		return true;
	}
	original = hg_read_u32le(&r);
	if (hg_reader_failed(&r) || original > room)
		return false;
	*taken = original;
	return expand(algorithm, hg_read_rest(&r), to, original);
}

/* Payloads, each behind its algorithm and length. */
static bool
take_chain(struct hg_span in, uint8_t *to, size_t size)
{
	struct hg_reader r = hg_reader_of(in);
	size_t at = 0, taken;

	while (hg_reader_left(&r) > 0) {
		const uint16_t algorithm = hg_read_u16le(&r);
		struct hg_span payload;

		hg_read_skip(&r, 2);
		payload = hg_read_span(&r, hg_read_u32le(&r));
		if (hg_reader_failed(&r) || !take_payload(algorithm, payload, to + at, size - at, &taken))
			return false;
		at += taken;
	}
	return at == size;
}

struct header {
	uint16_t algorithm, flags;
	uint64_t size;   /* of what it becomes */
	uint32_t offset; /* unchained: bytes in front that are as they were */
	struct hg_span rest;
};

/* The sum of both sizes is what overflowed in servers (CVE-2020-0796). */
static bool
read_header(struct hg_span in, struct header *h)
{
	struct hg_reader r = hg_reader_of(in);

	hg_read_skip(&r, 4);
	h->size = hg_read_u32le(&r);
	h->rest = hg_span_from(in, HG_MIN(hg_reader_offset(&r), in.len)); /* chained: payloads begin here */
	h->algorithm = hg_read_u16le(&r);
	h->flags = hg_read_u16le(&r);
	h->offset = hg_read_u32le(&r);
	if (hg_reader_failed(&r))
		return false;
	if (h->flags == CHAINED)
		return true;
	h->rest = hg_read_rest(&r);
	h->size += h->offset;
	return h->flags == NONE && h->offset <= h->rest.len && h->size <= UINT32_MAX;
}

static bool
take(const struct header *h, uint8_t *to)
{
	const size_t size = (size_t)h->size;

	if (h->flags == CHAINED)
		return take_chain(h->rest, to, size);
	if (h->offset > 0)
		memcpy(to, h->rest.p, h->offset);
	return expand(h->algorithm, hg_span_from(h->rest, h->offset), to + h->offset, size - h->offset);
}

/* Has the direction become more than its bytes may? */
static bool
is_bomb(const struct hg_app *app, enum hg_dir dir, uint64_t size)
{
	const struct hg_smb_traffic *t = &((const struct hg_smb *)app->state)->traffic;
	const uint64_t plain = t->plain[dir] + size, ratio = app->ctx->plain_ratio;

	return ratio != 0 && plain > ALLOWANCE && (plain - ALLOWANCE) / ratio > t->wire[dir];
}

static void *
take_room(struct hg_app *app, size_t size)
{
	return size <= HG_MEM_MAX ? hg_mem_take(app->mem, size) : hg_mem_take_run(app->mem, size);
}

static void
give_room(struct hg_app *app, void *p, size_t size)
{
	if (size <= HG_MEM_MAX)
		hg_mem_give(app->mem, p, size);
	else
		hg_mem_give_run(app->mem, p, size);
}

void
hg_smb_compressed(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	static const struct hg_smb_head none;
	struct hg_smb_traffic *t = &((struct hg_smb *)app->state)->traffic;
	struct header h;
	uint8_t *plain;
	bool good;

	t->compressed[dir]++;
	t->wire[dir] += in.len;
	if (!read_header(in, &h) || h.size == 0) {
		hg_smb_report(app, &none, dir, HG_SMB_BAD_COMPRESSION);
		return;
	}
	if (h.size > app->ctx->plain_most || is_bomb(app, dir, h.size)) {
		hg_smb_report(app, &none, dir,
			h.size > app->ctx->plain_most ? HG_SMB_COMPRESSION_SIZE : HG_SMB_COMPRESSION_RATIO);
		return;
	}
	plain = take_room(app, (size_t)h.size);
	if (plain == NULL) {
		hg_smb_report(app, &none, dir, HG_SMB_COMPRESSION_SIZE);
		return;
	}
	good = take(&h, plain);
	t->plain[dir] += h.size;
	if (!good || !hg_smb2_message(app, dir, hg_span(plain, (size_t)h.size)))
		hg_smb_report(app, &none, dir, HG_SMB_BAD_COMPRESSION);
	give_room(app, plain, (size_t)h.size);
}
