#include "app/ntlm.h"

#include "base/reader.h"
#include "base/utf8.h"

#define TYPE_AT 8
#define UNICODE 0x00000001
#define VERSION 0x02000000
#define VERSION_END 72 /* what begins before leaves no room for a version, whatever the flags say */

bool
hg_ntlm_is(struct hg_span message)
{
	return hg_span_starts(message, HG_BYTES("NTLMSSP\0"));
}

bool
hg_ntlm_type(struct hg_span message, uint32_t *type)
{
	struct hg_reader r = hg_reader_of(message);

	hg_read_skip(&r, TYPE_AT);
	*type = hg_read_u32le(&r);
	return !hg_reader_failed(&r);
}

bool
hg_ntlm_read(struct hg_ntlm *n, struct hg_span message)
{
	struct hg_reader r = hg_reader_of(message);
	uint32_t flags, first = UINT32_MAX;

	*n = (struct hg_ntlm){ .message = message };
	hg_read_skip(&r, TYPE_AT + 4);
	for (unsigned i = 0; i < HG_NTLM_PARTS; i++) {
		n->part[i].length = hg_read_u16le(&r);
		hg_read_skip(&r, 2);
		n->part[i].offset = hg_read_u32le(&r);
		first = HG_MIN(first, n->part[i].offset);
	}
	flags = hg_read_u32le(&r);
	if (hg_reader_failed(&r))
		return false;
	n->unicode = (flags & UNICODE) != 0;
	if ((flags & VERSION) != 0 && first >= VERSION_END)
		n->version = hg_read_span(&r, 8);
	return true;
}

bool
hg_ntlm_bytes(const struct hg_ntlm *n, enum hg_ntlm_part part, struct hg_span *out)
{
	struct hg_reader r = hg_reader_of(n->message);
	const uint16_t length = n->part[part].length;

	*out = length == 0 ? HG_SPAN_NONE : hg_reader_at(&r, n->part[part].offset, length);
	return !hg_reader_failed(&r);
}

struct hg_span
hg_ntlm_name(const struct hg_ntlm *n, enum hg_ntlm_part part, uint8_t *to, size_t size)
{
	struct hg_span text;

	if (!hg_ntlm_bytes(n, part, &text) || text.len == 0)
		return HG_SPAN_NONE;
	if (n->unicode)
		return hg_span(to, hg_utf16_to_utf8(text, true, to, size));
	text = hg_span_sub(text, 0, size);
	memcpy(to, text.p, text.len);
	return hg_span(to, text.len);
}
