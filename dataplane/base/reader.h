/* reader: bounds-checked reading of binary records.
 *
 * A reader fails once and stays failed: reads after a failure give 0 or an empty span, so that a decoder checks
 * once a record. Framing has said "this record is whole" before; running out therefore means malformed, not "wait".
 * Allocates nothing, any thread; spans that it hands out live as long as the bytes it was made of.
 */
#ifndef HG_BASE_READER_H
#define HG_BASE_READER_H

#include "base/span.h"

struct hg_reader {
	const uint8_t *begin, *p, *end;
	bool failed;
};

/* Numbers of little endian at a place that is known to hold them. */
static inline uint16_t
hg_le16(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t
hg_le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline struct hg_reader
hg_reader_of(struct hg_span s)
{
	return (struct hg_reader){ s.p, s.p, s.p + s.len, false };
}

static inline bool
hg_reader_failed(const struct hg_reader *r)
{
	return r->failed;
}

static inline size_t
hg_reader_left(const struct hg_reader *r)
{
	return (size_t)(r->end - r->p);
}

static inline size_t
hg_reader_offset(const struct hg_reader *r)
{
	return (size_t)(r->p - r->begin);
}

/* The next n bytes; the one place that checks a length. */
static inline const uint8_t *
hg_reader_take(struct hg_reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (HG_UNLIKELY(r->failed || n > hg_reader_left(r))) {
		r->failed = true;
		r->p = r->end;
		return NULL;
	}
	r->p += n;
	return p;
}

static inline uint8_t
hg_read_u8(struct hg_reader *r)
{
	const uint8_t *p = hg_reader_take(r, 1);

	return p == NULL ? 0 : p[0];
}

static inline uint16_t
hg_read_u16be(struct hg_reader *r)
{
	const uint8_t *p = hg_reader_take(r, 2);

	return p == NULL ? 0 : (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint16_t
hg_read_u16le(struct hg_reader *r)
{
	const uint8_t *p = hg_reader_take(r, 2);

	return p == NULL ? 0 : hg_le16(p);
}

static inline uint32_t
hg_read_u24be(struct hg_reader *r)
{
	const uint8_t *p = hg_reader_take(r, 3);

	return p == NULL ? 0 : (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static inline uint32_t
hg_read_u32be(struct hg_reader *r)
{
	const uint8_t *p = hg_reader_take(r, 4);

	return p == NULL ? 0 : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint32_t
hg_read_u32le(struct hg_reader *r)
{
	const uint8_t *p = hg_reader_take(r, 4);

	return p == NULL ? 0 : hg_le32(p);
}

static inline uint64_t
hg_read_u64be(struct hg_reader *r)
{
	uint64_t high = hg_read_u32be(r);

	return high << 32 | hg_read_u32be(r);
}

static inline uint64_t
hg_read_u64le(struct hg_reader *r)
{
	uint64_t low = hg_read_u32le(r);

	return (uint64_t)hg_read_u32le(r) << 32 | low;
}

/* The next n bytes as a span; empty when they are not there. */
static inline struct hg_span
hg_read_span(struct hg_reader *r, size_t n)
{
	const uint8_t *p = hg_reader_take(r, n);

	return p == NULL ? HG_SPAN_NONE : hg_span(p, n);
}

static inline struct hg_span
hg_read_rest(struct hg_reader *r)
{
	return hg_read_span(r, hg_reader_left(r));
}

static inline void
hg_read_skip(struct hg_reader *r, size_t n)
{
	(void)hg_reader_take(r, n);
}

/* A counted string: length of one or two bytes (network order) in front. */
static inline struct hg_span
hg_read_counted8(struct hg_reader *r)
{
	return hg_read_span(r, hg_read_u8(r));
}

static inline struct hg_span
hg_read_counted16(struct hg_reader *r)
{
	return hg_read_span(r, hg_read_u16be(r));
}

/* A reader over the next n bytes, so that a TLV cannot read past its own end; a bad length fails both. */
static inline struct hg_reader
hg_reader_sub(struct hg_reader *r, size_t n)
{
	struct hg_reader sub = hg_reader_of(hg_read_span(r, n));

	sub.failed = r->failed;
	return sub;
}

/* Bytes [offset, offset + len) of the whole record, whatever was read so far; outside it: failed, empty. */
static inline struct hg_span
hg_reader_at(struct hg_reader *r, size_t offset, size_t len)
{
	size_t size = (size_t)(r->end - r->begin);

	if (HG_UNLIKELY(r->failed || offset > size || len > size - offset)) {
		r->failed = true;
		return HG_SPAN_NONE;
	}
	return hg_span(r->begin + offset, len);
}

#endif
