#include "base/ber.h"

bool
hg_ber_head(struct hg_reader *r, uint8_t *tag, size_t *len)
{
	uint8_t first;

	*tag = hg_read_u8(r);
	first = hg_read_u8(r);
	*len = first;
	if ((*tag & 0x1f) == 0x1f || first == 0x80 || first > 0x84)
		r->failed = true;
	if (first > 0x80) {
		*len = 0;
		for (unsigned i = first & 0x7f; i > 0 && !r->failed; i--)
			*len = *len << 8 | hg_read_u8(r);
	}
	return !hg_reader_failed(r);
}

bool
hg_ber_take(struct hg_reader *r, uint8_t *tag, struct hg_span *value)
{
	size_t len;

	*value = hg_ber_head(r, tag, &len) ? hg_read_span(r, len) : HG_SPAN_NONE;
	return !hg_reader_failed(r);
}

bool
hg_ber_expect(struct hg_reader *r, uint8_t tag, struct hg_span *value)
{
	uint8_t found;

	return hg_ber_take(r, &found, value) && found == tag;
}

bool
hg_ber_u32(struct hg_reader *r, uint32_t *n)
{
	struct hg_span value;

	*n = 0;
	if (!hg_ber_expect(r, HG_BER_INTEGER, &value) || value.len == 0 || (value.p[0] & 0x80) != 0)
		return false;
	if (value.len > 5 || (value.len == 5 && value.p[0] != 0))
		return false;
	for (size_t i = 0; i < value.len; i++)
		*n = *n << 8 | value.p[i];
	return true;
}

bool
hg_ber_find(struct hg_span in, uint8_t wanted, struct hg_span *value)
{
	struct hg_reader r = hg_reader_of(in);
	uint8_t tag;

	while (hg_reader_left(&r) > 0 && hg_ber_take(&r, &tag, value))
		if (tag == wanted)
			return true;
	return false;
}

bool
hg_ber_member(struct hg_span in, unsigned n, uint8_t tag, struct hg_span *value)
{
	struct hg_span outer;

	return hg_ber_find(in, (uint8_t)(0xa0 + n), &outer) && hg_ber_find(outer, tag, value);
}
