/* SMB2 and 3 ([MS-SMB2] 2.2): heads and chains of messages. */
#include "app/smb/smb2.h"

enum { FLAG_RESPONSE = 1, FLAG_ASYNC = 2, FLAG_RELATED = 4, FLAG_SIGNED = 8 };

bool
hg_smb2_head(struct hg_span in, struct hg_smb_head *h, uint32_t *next)
{
	struct hg_reader r = hg_reader_of(in);
	uint16_t size;
	uint32_t flags;

	*h = (struct hg_smb_head){ .version = 2, .unicode = true };
	hg_read_skip(&r, 4);
	size = hg_read_u16le(&r);
	hg_read_skip(&r, 2);
	h->status = hg_read_u32le(&r);
	h->command = hg_read_u16le(&r);
	h->credits = hg_read_u16le(&r);
	flags = hg_read_u32le(&r);
	*next = hg_read_u32le(&r);
	h->message = hg_read_u64le(&r);
	hg_read_skip(&r, 4);
	h->tree = hg_read_u32le(&r);
	h->session = hg_read_u64le(&r);
	hg_read_skip(&r, 16);
	h->response = (flags & FLAG_RESPONSE) != 0;
	h->related = (flags & FLAG_RELATED) != 0;
	h->async = (flags & FLAG_ASYNC) != 0;
	h->is_signed = (flags & FLAG_SIGNED) != 0;
	return !hg_reader_failed(&r) && size == HG_SMB2_HEAD && in.p[0] == 0xfe &&
		(*next == 0 || (*next >= HG_SMB2_HEAD && *next <= in.len));
}

/* A related message is about the session and the tree of the one before it. */
static void
inherit(struct hg_app *app, struct hg_smb_head *h, const struct hg_smb_head *before)
{
	if (!h->related || before->version == 0 || hg_as_peer(app->suricata7, HG_DIFF_SMB_RELATED))
		return;
	if (h->session == UINT64_MAX)
		h->session = before->session;
	if (h->tree == UINT32_MAX)
		h->tree = before->tree;
}

static void
take(struct hg_app *app, enum hg_dir dir, const struct hg_smb_head *h, struct hg_span in, uint64_t more)
{
	hg_smb_note_message(app, dir, h);
	if (h->response != (dir == HG_TO_CLIENT))
		hg_smb_report(app, h, dir,
			dir == HG_TO_SERVER ? HG_SMB_RESPONSE_TO_SERVER : HG_SMB_REQUEST_TO_CLIENT);
	else if (dir == HG_TO_SERVER)
		hg_smb2_request(app, h, in, more);
	else
		hg_smb2_response(app, h, in, more);
}

bool
hg_smb2_message(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_smb *s = app->state;
	struct hg_smb_head h, before = { 0 };
	uint32_t next;

	memset(s->chain[dir], 0xff, sizeof(s->chain[dir]));
	s->chain_create = UINT64_MAX;
	for (; in.len > 0; in = hg_span_from(in, next)) {
		if (!hg_smb2_head(in, &h, &next)) {
			hg_smb_report(app, &h, dir, HG_SMB_MALFORMED);
			return false;
		}
		inherit(app, &h, &before);
		take(app, dir, &h, next == 0 ? in : hg_span_sub(in, 0, next), 0);
		before = h;
		if (next == 0)
			break;
	}
	return true;
}

bool
hg_smb2_early(struct hg_app *app, enum hg_dir dir, struct hg_span in, uint64_t more)
{
	struct hg_smb *s = app->state;
	struct hg_smb_head h;
	struct hg_smb_data d;
	uint32_t next;

	if (!hg_smb2_head(in, &h, &next) || next != 0 || h.response != (dir == HG_TO_CLIENT))
		return false;
	if (h.command != (h.response ? HG_SMB2_READ : HG_SMB2_WRITE))
		return false;
	if (!(h.response ? hg_smb2_read_data(app, &h, in, &d) : hg_smb2_write_data(in, &d)) ||
		hg_smb_whole(app, &h, dir, d.handle, d.bytes))
		return false;
	memset(s->chain[dir], 0xff, sizeof(s->chain[dir]));
	take(app, dir, &h, in, more);
	return true;
}
