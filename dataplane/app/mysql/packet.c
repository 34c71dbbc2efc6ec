/* Pieces of packets that several of them have. */
#include "app/mysql/mysql_int.h"

/* An integer of one to nine bytes. */
uint64_t
hg_mysql_lenenc(struct hg_reader *r)
{
	const uint8_t first = hg_read_u8(r);
	uint64_t n;

	switch (first) {
	case 0xfc:
		return hg_read_u16le(r);
	case 0xfd:
		n = hg_read_u16le(r);
		return n | (uint64_t)hg_read_u8(r) << 16;
	case 0xfe:
		return hg_read_u64le(r);
	default:
		r->failed |= first > 0xfa;
		return first;
	}
}

struct hg_span
hg_mysql_counted(struct hg_reader *r)
{
	return hg_read_span(r, hg_mysql_lenenc(r));
}

struct hg_span
hg_mysql_text(struct hg_reader *r)
{
	const struct hg_span rest = hg_span(r->p, hg_reader_left(r));
	const size_t end = hg_span_find(rest, 0, '\0');
	const struct hg_span text = hg_read_span(r, HG_MIN(end, rest.len));

	if (end != SIZE_MAX)
		hg_read_skip(r, 1);
	return text;
}

struct hg_span
hg_mysql_keep(struct hg_mysql_tx *tx, struct hg_span s)
{
	if (s.len > HG_MYSQL_NAME)
		tx->cut = true;
	return hg_span_keep(&tx->base.arena, hg_span_sub(s, 0, HG_MYSQL_NAME));
}

void
hg_mysql_note(struct hg_buf *b, struct hg_span s)
{
	hg_buf_clear(b);
	hg_buf_append(b, hg_span_sub(s, 0, b->cap));
}

/* A packet that begins as EOF does is OK where there are no EOFs any more. */
void
hg_mysql_ok(struct hg_mysql_tx *tx, struct hg_span body, uint16_t *status)
{
	struct hg_reader r = hg_reader_of(hg_span_from(body, 1));
	uint64_t affected = 0;
	const bool eof = body.p[0] == 0xfe && body.len == 5;

	if (eof) {
		hg_read_skip(&r, 2);
	} else {
		affected = hg_mysql_lenenc(&r);
		hg_mysql_lenenc(&r);
	}
	*status = hg_read_u16le(&r);
	if (hg_reader_failed(&r))
		*status = 0;
	if (tx == NULL)
		return;
	tx->status = HG_MYSQL_OK;
	tx->has_affected |= !eof && !tx->has_rows;
	tx->affected += affected;
}

void
hg_mysql_err(struct hg_mysql_tx *tx, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(hg_span_from(body, 1));

	if (tx == NULL)
		return;
	tx->status = HG_MYSQL_ERR;
	tx->code = hg_read_u16le(&r);
	if (hg_reader_left(&r) >= 6 && r.p[0] == '#')
		tx->sqlstate = hg_mysql_keep(tx, hg_span_from(hg_read_span(&r, 6), 1));
	tx->message = hg_span_keep(&tx->base.arena, hg_span_sub(hg_read_rest(&r), 0, 2 * HG_MYSQL_NAME));
}
