/* Responses of SMB2 and 3 ([MS-SMB2] 2.2). Offsets count from the head. */
#include "app/smb/smb2.h"

#define PENDING 0x00000103
#define BUFFER_OVERFLOW 0x80000005
#define END_OF_FILE 0xc0000011

static struct hg_reader
body_of(struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);

	hg_read_skip(&r, HG_SMB2_HEAD + 2);
	return r;
}

/* The transaction that waits for this answer has it. */
static struct hg_smb_tx *
other(struct hg_app *app, const struct hg_smb_head *h)
{
	struct hg_smb_tx *tx = hg_smb_asked(app, h);

	if (tx == NULL)
		return NULL;
	hg_smb_status(tx, h);
	if (h->status != PENDING)
		hg_smb_done(tx, HG_TO_CLIENT);
	return tx;
}

static void
note_limits(struct hg_app *app, const struct hg_smb_head *h)
{
	const struct hg_smb *s = app->state;

	if (app->ctx->max_read != 0 && s->max_read > app->ctx->max_read)
		hg_smb_report(app, h, HG_TO_CLIENT, HG_SMB_MAX_READ);
	if (app->ctx->max_write != 0 && s->max_write > app->ctx->max_write)
		hg_smb_report(app, h, HG_TO_CLIENT, HG_SMB_MAX_WRITE);
}

static bool
negotiate(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx =
		s->negotiate == 0 ? NULL : (struct hg_smb_tx *)hg_tx_find(app, s->negotiate - 1);
	struct hg_reader r = body_of(in);
	struct hg_span guid;
	uint16_t dialect;

	hg_read_skip(&r, 2);
	dialect = hg_read_u16le(&r);
	hg_read_skip(&r, 2);
	guid = hg_read_span(&r, 16);
	if (h->status == 0) {
		hg_read_skip(&r, 8);
		s->max_read = hg_read_u32le(&r);
		s->max_write = hg_read_u32le(&r);
		if (hg_reader_failed(&r))
			return false;
		s->dialect = dialect;
		note_limits(app, h);
	} else {
		guid = HG_SPAN_NONE;
	}
	s->negotiate = 0;
	if (tx == NULL || tx->type != HG_SMB_NEGOTIATE)
		return true;
	tx->max_read = s->max_read;
	tx->max_write = s->max_write;
	tx->has_guid[1] = guid.len == 16;
	if (tx->has_guid[1])
		memcpy(tx->guids[1], guid.p, 16);
	hg_smb_answer(tx, h);
	return true;
}

enum { SESSION_GUEST = 1, SESSION_NULL = 2 };

static void
session(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_smb_tx *tx = hg_smb_asked(app, h);
	struct hg_reader r = body_of(in);
	const uint16_t flags = hg_read_u16le(&r);

	if (tx == NULL)
		return;
	tx->session = h->session;
	if (h->status == 0) {
		tx->guest = (flags & SESSION_GUEST) != 0;
		tx->anonymous |= (flags & SESSION_NULL) != 0;
	}
	hg_smb_auth_result(app, tx, h);
}

static bool
tree(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_reader r = body_of(in);
	const uint8_t type = hg_read_u8(&r);
	struct hg_smb_tx *tx;

	if (h->status == 0 && hg_reader_failed(&r))
		return false;
	if (h->status == PENDING)
		return other(app, h) != NULL;
	tx = hg_smb_asked(app, h);
	if (tx == NULL)
		return true;
	tx->session = h->session;
	tx->tree = h->tree;
	if (h->status == 0) {
		tx->number = type;
		tx->pipe = type == 2;
		hg_smb_keep_tree(app, h, tx);
	}
	hg_smb_answer(tx, h);
	return true;
}

static void
keep_name(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle)
{
	const struct hg_keyed_key from = hg_smb_key(h, HG_SMB_KEY_NAME),
				  to = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot = hg_keyed_find(table, &from), name;

	if (slot == NULL)
		return;
	name = *slot;
	slot->text = NULL;
	slot->text_len = 0;
	hg_keyed_drop(table, slot);
	slot = hg_keyed_put(table, &to);
	if (slot != NULL)
		hg_keyed_add_text(table, slot, hg_keyed_text_of(&name), HG_SMB_NAME);
	hg_mem_give(app->mem, name.text, name.text_len);
}

/* An asynchronous answer does not say to which tree it belongs: the handle does. */
static void
keep_tree_of(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, uint32_t tree)
{
	const struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);

	if (slot != NULL)
		slot->value = tree;
}

static struct hg_smb_head
with_tree(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle)
{
	const struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	const struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);
	struct hg_smb_head own = *h;

	if (slot != NULL && h->async && !hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO))
		own.tree = (uint32_t)slot->value;
	return own;
}

static bool
create(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_smb *s = app->state;
	struct hg_reader r = body_of(in);
	struct hg_smb_tx *tx;
	struct hg_span handle;
	uint32_t times[4], action;
	uint64_t size;

	if (h->status != 0) {
		other(app, h);
		return true;
	}
	hg_read_skip(&r, 2);
	action = hg_read_u32le(&r);
	hg_smb_read_times(&r, times);
	hg_read_skip(&r, 8);
	size = hg_read_u64le(&r);
	hg_read_skip(&r, 8);
	handle = hg_read_span(&r, 16);
	if (hg_reader_failed(&r))
		return false;
	memcpy(s->chain[HG_TO_CLIENT], handle.p, 16);
	keep_name(app, h, handle);
	tx = hg_smb_asked(app, h);
	if (tx == NULL)
		return true;
	hg_smb_note_created(tx, action);
	keep_tree_of(app, h, handle, tx->tree);
	other(app, h);
	memcpy(tx->times, times, sizeof(times));
	tx->size = size;
	tx->handle_len = 16;
	memcpy(tx->handle, handle.p, 16);
	return true;
}

/* The READ that is answered; its handle stands in a chain with the answer to the CREATE. */
static struct hg_keyed_slot *
asked_read(struct hg_app *app, const struct hg_smb_head *h)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_READ);
	struct hg_smb *s = app->state;
	struct hg_keyed_slot *slot = hg_keyed_find(&s->table, &key);
	static const uint8_t same[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff };

	if (slot == NULL || slot->text_len != 16)
		return NULL;
	if (memcmp(slot->text, same, 16) == 0 && !hg_as_peer(app->suricata7, HG_DIFF_SMB_RELATED))
		memcpy(slot->text, s->chain[HG_TO_CLIENT], 16);
	return slot;
}

bool
hg_smb2_read_data(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, struct hg_smb_data *d)
{
	struct hg_reader r = body_of(in);
	const struct hg_keyed_slot *slot = asked_read(app, h);
	const uint8_t offset = hg_read_u8(&r);

	hg_read_skip(&r, 1);
	d->length = hg_read_u32le(&r);
	if (slot == NULL || (h->status != 0 && h->status != BUFFER_OVERFLOW))
		return false;
	d->offset = slot->value;
	d->handle = hg_keyed_text_of(slot);
	d->bytes = hg_span_sub(hg_span_from(in, offset), 0, (size_t)d->length);
	d->more = 0;
	return !hg_reader_failed(&r) && offset >= HG_SMB2_HEAD && offset <= in.len;
}

static bool
read(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, uint64_t more)
{
	struct hg_smb *s = app->state;
	struct hg_keyed_slot *slot = asked_read(app, h);
	struct hg_smb_head own;
	struct hg_smb_data d;
	uint8_t handle[16];

	if (slot == NULL)
		return true;
	memcpy(handle, slot->text, 16);
	own = with_tree(app, h, hg_span(handle, 16));
	if (h->status == END_OF_FILE)
		hg_smb_end_file(app, h, hg_span(handle, 16), HG_TO_CLIENT);
	if (h->status != 0 && h->status != BUFFER_OVERFLOW)
		return true;
	if (!hg_smb2_read_data(app, h, in, &d))
		return false;
	if (d.length > d.bytes.len + more)
		return hg_as_peer(app->suricata7, HG_DIFF_SMB_LENGTH);
	d.more = more;
	d.handle = hg_span(handle, 16);
	hg_keyed_drop(&s->table, slot);
	hg_smb_transfer(app, &own, HG_TO_CLIENT, &d);
	return true;
}

static void
ioctl(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_reader r = body_of(in);
	uint32_t function, offset, length;
	struct hg_span handle, data;

	hg_read_skip(&r, 2);
	function = hg_read_u32le(&r);
	handle = hg_read_span(&r, 16);
	hg_read_skip(&r, 8);
	offset = hg_read_u32le(&r);
	length = hg_read_u32le(&r);
	data = length == 0 ? HG_SPAN_NONE : hg_reader_at(&r, offset, length);
	if (!hg_reader_failed(&r) && function == HG_SMB2_TRANSCEIVE && hg_smb_is_pipe(app, h, handle, data))
		hg_smb_pipe_response(app, h, handle, data);
	else
		other(app, h);
}

/* Names in a listing: each says where the next one begins. */
static void
list(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_smb_tx *tx = hg_smb_asked(app, h);
	struct hg_reader r = body_of(in);
	const uint16_t offset = hg_read_u16le(&r);
	const uint32_t length = hg_read_u32le(&r);
	struct hg_span rest = hg_span_sub(hg_span_from(in, HG_MIN((size_t)offset, in.len)), 0, length);
	uint32_t next = 0, n = 0;

	while (h->status == 0 && rest.len >= 4) {
		r = hg_reader_of(rest);
		next = hg_read_u32le(&r);
		n++;
		if (next < 4 || next >= rest.len)
			break;
		rest = hg_span_from(rest, next);
	}
	if (tx != NULL)
		tx->entries = n;
	other(app, h);
}

/* The server takes back what it had promised about a file; nobody has asked. */
static void
break_oplock(struct hg_app *app, const struct hg_smb_head *h)
{
	struct hg_smb_tx *tx;

	if (h->message != UINT64_MAX || hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO)) {
		other(app, h);
		return;
	}
	tx = hg_smb_open(app, h, HG_SMB_OTHER);
	if (tx != NULL)
		hg_smb_answer(tx, h);
}

void
hg_smb2_response(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, uint64_t more)
{
	bool good = true;

	switch (h->command) {
	case HG_SMB2_NEGOTIATE:
		good = negotiate(app, h, in);
		break;
	case HG_SMB2_SESSION:
		session(app, h, in);
		break;
	case HG_SMB2_TREE:
		good = tree(app, h, in);
		break;
	case HG_SMB2_CREATE:
		good = create(app, h, in);
		break;
	case HG_SMB2_READ:
		good = read(app, h, in, more);
		break;
	case HG_SMB2_IOCTL:
		ioctl(app, h, in);
		break;
	case HG_SMB2_LOGOFF:
		other(app, h);
		if (h->status == 0)
			hg_smb_session_end(app, h->session);
		break;
	case HG_SMB2_LIST:
		list(app, h, in);
		break;
	case HG_SMB2_BREAK:
		break_oplock(app, h);
		break;
	default:
		other(app, h);
		break;
	}
	if (good)
		return;
	hg_smb_report(app, h, HG_TO_CLIENT, HG_SMB_MALFORMED);
	other(app, h);
}
