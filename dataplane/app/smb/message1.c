/* SMB1 ([MS-CIFS] 2.2, [MS-SMB] 2.2): heads, and commands that follow each other in one message. */
#include "app/smb/smb1.h"

enum { FLAG_RESPONSE = 0x80, FLAG2_SIGNED = 0x0004, FLAG2_NT_STATUS = 0x4000, FLAG2_UNICODE = 0x8000 };

bool
hg_smb1_head(struct hg_span in, struct hg_smb_head *h)
{
	struct hg_reader r = hg_reader_of(in);
	uint16_t flags2, pid_high;
	uint8_t flags;

	*h = (struct hg_smb_head){ .version = 1 };
	hg_read_skip(&r, 4);
	h->command = hg_read_u8(&r);
	h->status = hg_read_u32le(&r);
	flags = hg_read_u8(&r);
	flags2 = hg_read_u16le(&r);
	pid_high = hg_read_u16le(&r);
	hg_read_skip(&r, 10);
	h->tree = hg_read_u16le(&r);
	h->message = (uint64_t)pid_high << 32 | (uint64_t)hg_read_u16le(&r) << 16;
	h->session = hg_read_u16le(&r);
	h->message |= hg_read_u16le(&r);
	h->response = (flags & FLAG_RESPONSE) != 0;
	h->dos = (flags2 & FLAG2_NT_STATUS) == 0;
	h->unicode = (flags2 & FLAG2_UNICODE) != 0;
	h->is_signed = (flags2 & FLAG2_SIGNED) != 0;
	return !hg_reader_failed(&r);
}

bool
hg_smb1_block(struct hg_span in, size_t at, uint64_t more, struct hg_smb1_block *b)
{
	struct hg_reader r = hg_reader_of(hg_span_from(in, at));
	size_t length;

	b->message = in;
	b->more = more;
	b->words = hg_read_span(&r, 2u * hg_read_u8(&r));
	length = hg_read_u16le(&r);
	b->bytes_at = at + hg_reader_offset(&r);
	b->bytes = hg_span_sub(hg_span_from(in, b->bytes_at), 0, length);
	return !hg_reader_failed(&r);
}

struct hg_span
hg_smb1_plain(const struct hg_smb1_block *b, size_t *at)
{
	struct hg_span rest = hg_span_from(b->message, *at), text;

	text = hg_span_sub(rest, 0, HG_MIN(hg_span_find(rest, 0, 0), rest.len));
	*at += text.len + 1;
	return text;
}

struct hg_span
hg_smb1_string(const struct hg_smb_head *h, const struct hg_smb1_block *b, size_t *at)
{
	struct hg_span rest;
	size_t n = 0;

	if (!h->unicode)
		return hg_smb1_plain(b, at);
	*at += *at & 1; /* it stands at an even place */
	rest = hg_span_from(b->message, *at);
	while (n + 1 < rest.len && (rest.p[n] | rest.p[n + 1]) != 0)
		n += 2;
	*at += n + 2;
	return hg_span_sub(rest, 0, n);
}

static bool
is_andx(uint16_t command)
{
	switch (command) {
	case HG_SMB1_LOCKING:
	case HG_SMB1_OPEN:
	case HG_SMB1_READ:
	case HG_SMB1_WRITE_ANDX:
	case HG_SMB1_SESSION:
	case HG_SMB1_LOGOFF:
	case HG_SMB1_TREE:
	case HG_SMB1_CREATE:
		return true;
	default:
		return false;
	}
}

/* The command that follows in the message, and where; false: none does, or it would not be behind this one. */
static bool
next_of(struct hg_smb_head *h, const struct hg_smb1_block *b, size_t *at)
{
	struct hg_reader r = hg_reader_of(b->words);
	uint8_t command = hg_read_u8(&r);
	uint16_t offset;

	hg_read_skip(&r, 1);
	offset = hg_read_u16le(&r);
	if (!is_andx(h->command) || hg_reader_failed(&r) || command == 0xff || offset <= *at)
		return false;
	h->command = command;
	*at = offset;
	return true;
}

bool
hg_smb1_message(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_smb1_block b;
	struct hg_smb_head h;
	size_t at = HG_SMB1_HEAD;
	bool good = true;

	if (!hg_smb1_head(in, &h)) {
		hg_smb_report(app, &h, dir, HG_SMB_MALFORMED);
		return false;
	}
	if (h.response != (dir == HG_TO_CLIENT)) {
		hg_smb_report(app, &h, dir,
			dir == HG_TO_SERVER ? HG_SMB_RESPONSE_TO_SERVER : HG_SMB_REQUEST_TO_CLIENT);
		return true;
	}
	hg_smb_note_message(app, dir, &h);
	do {
		good = hg_smb1_block(in, at, 0, &b) &&
			(h.response ? hg_smb1_response(app, &h, &b) : hg_smb1_request(app, &h, &b));
	} while (good && next_of(&h, &b, &at));
	if (!good)
		hg_smb_report(app, &h, dir, HG_SMB_MALFORMED);
	return true;
}

bool
hg_smb1_early(struct hg_app *app, enum hg_dir dir, struct hg_span in, uint64_t more)
{
	struct hg_smb1_block b;
	struct hg_smb_head h;
	struct hg_smb_data d;
	size_t at = HG_SMB1_HEAD;

	if (!hg_smb1_head(in, &h) || h.response != (dir == HG_TO_CLIENT) ||
		h.command != (h.response ? HG_SMB1_READ : HG_SMB1_WRITE_ANDX) ||
		!hg_smb1_block(in, at, more, &b) || next_of(&h, &b, &at))
		return false;
	if (!(h.response ? hg_smb1_read_data(app, &h, &b, &d) : hg_smb1_write_data(&b, &d)) ||
		hg_smb_whole(app, &h, dir, d.handle, d.bytes))
		return false;
	return h.response ? hg_smb1_response(app, &h, &b) : hg_smb1_request(app, &h, &b);
}
