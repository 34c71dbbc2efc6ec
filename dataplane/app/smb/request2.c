/* Requests of SMB2 and 3 ([MS-SMB2] 2.2). Offsets count from the head. */
#include "app/smb/smb2.h"

static struct hg_reader
body_of(struct hg_span in)
{
	struct hg_reader r = hg_reader_of(in);

	hg_read_skip(&r, HG_SMB2_HEAD + 2); /* behind the size of the structure */
	return r;
}

/* Text that the message holds elsewhere. */
static struct hg_span
text_at(struct hg_reader *r, uint32_t offset, uint32_t length)
{
	return length == 0 ? HG_SPAN_NONE : hg_reader_at(r, offset, length);
}

static bool
negotiate(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_smb *s = app->state;
	struct hg_reader r = body_of(in);
	const uint16_t n = hg_read_u16le(&r);
	struct hg_span guid;
	struct hg_smb_tx *tx;
	char number[8];

	hg_read_skip(&r, 8);
	guid = hg_read_span(&r, 16);
	hg_read_skip(&r, 8);
	if (hg_reader_failed(&r) || hg_reader_left(&r) < 2u * n)
		return false;
	if (s->negotiate != 0)
		return true;
	tx = hg_smb_ask(app, h, HG_SMB_NEGOTIATE);
	if (tx == NULL)
		return true;
	s->negotiate = tx->tx.id + 1;
	tx->session = tx->tree = 0; /* there are none yet */
	memcpy(tx->guids[0], guid.p, 16);
	tx->has_guid[0] = true;
	tx->dialects = hg_arena_take(&tx->tx.arena, HG_SMB_DIALECTS * sizeof(*tx->dialects));
	while (tx->dialects != NULL && tx->n_dialects < HG_MIN(n, (unsigned)HG_SMB_DIALECTS))
		tx->dialects[tx->n_dialects++] = hg_span_keep(
			&tx->tx.arena, hg_span_str(hg_smb_dialect_name(hg_read_u16le(&r), number)));
	return true;
}

static bool
session(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_reader r = body_of(in);
	struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_SESSION);
	uint16_t offset, length;
	struct hg_span blob;

	hg_read_skip(&r, 10);
	offset = hg_read_u16le(&r);
	length = hg_read_u16le(&r);
	blob = text_at(&r, offset, length);
	if (tx == NULL)
		return true;
	tx->tree = 0;
	if (hg_reader_failed(&r))
		return hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_MALFORMED) || true;
	hg_smb_auth(app, tx, blob);
	return true;
}

static bool
tree(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_reader r = body_of(in);
	uint16_t offset, length;
	struct hg_span name;
	struct hg_smb_tx *tx;

	hg_read_skip(&r, 2);
	offset = hg_read_u16le(&r);
	length = hg_read_u16le(&r);
	name = text_at(&r, offset, length);
	if (hg_reader_failed(&r))
		return false;
	tx = hg_smb_ask(app, h, HG_SMB_TREE);
	if (tx != NULL)
		tx->path = tx->name = hg_smb_name(tx, hg_span_sub(name, 0, HG_SMB_NAME), true);
	return true;
}

static bool
create(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_reader r = body_of(in);
	uint32_t disposition, options;
	uint16_t offset, length;
	struct hg_span name;

	hg_read_skip(&r, 34);
	disposition = hg_read_u32le(&r);
	options = hg_read_u32le(&r);
	offset = hg_read_u16le(&r);
	length = hg_read_u16le(&r);
	name = text_at(&r, offset, length);
	if (hg_reader_failed(&r))
		return false;
	hg_smb_ask_create(app, h, name, disposition, options);
	((struct hg_smb *)app->state)->chain_create = h->message;
	return true;
}

/* The handle of a related message is that of the one before. */
static struct hg_span
handle_of(struct hg_app *app, enum hg_dir dir, struct hg_span handle)
{
	struct hg_smb *s = app->state;
	static const uint8_t same[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff };

	if (handle.len == 16 && memcmp(handle.p, same, 16) == 0 &&
		!hg_as_peer(app->suricata7, HG_DIFF_SMB_RELATED))
		return hg_span(s->chain[dir], 16);
	return handle;
}

static void
close_both(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_reader r = body_of(in);
	struct hg_span handle;

	hg_read_skip(&r, 6);
	handle = hg_read_span(&r, 16);
	if (hg_reader_failed(&r)) {
		hg_smb_report(app, h, HG_TO_SERVER, HG_SMB_MALFORMED);
		return;
	}
	hg_smb_close_file(app, h, handle, HG_TO_SERVER);
	hg_smb_close_file(app, h, handle, HG_TO_CLIENT);
}

static bool
read(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_READ);
	struct hg_smb *s = app->state;
	struct hg_reader r = body_of(in);
	struct hg_keyed_slot *slot;
	struct hg_span handle;
	uint64_t offset;
	uint32_t length;

	hg_read_skip(&r, 2);
	length = hg_read_u32le(&r);
	offset = hg_read_u64le(&r);
	handle = hg_read_span(&r, 16);
	if (hg_reader_failed(&r))
		return false;
	if ((s->max_read != 0 && length > s->max_read) ||
		(app->ctx->max_read != 0 && length > app->ctx->max_read)) {
		hg_smb_report(app, h, HG_TO_SERVER, HG_SMB_READ_REQUEST_LARGE);
		return true;
	}
	slot = hg_keyed_put(&s->table, &key);
	if (slot == NULL)
		return true;
	slot->value = offset;
	hg_keyed_add_text(&s->table, slot, handle, 16);
	return true;
}

bool
hg_smb2_write_data(struct hg_span in, struct hg_smb_data *d)
{
	struct hg_reader r = body_of(in);
	uint16_t offset = hg_read_u16le(&r);

	d->length = hg_read_u32le(&r);
	d->offset = hg_read_u64le(&r);
	d->handle = hg_read_span(&r, 16);
	d->bytes = hg_span_sub(hg_span_from(in, offset), 0, (size_t)d->length);
	d->more = 0;
	return !hg_reader_failed(&r) && offset >= HG_SMB2_HEAD && offset <= in.len;
}

static bool
write(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, uint64_t more)
{
	struct hg_smb_data d;

	if (!hg_smb2_write_data(in, &d))
		return false;
	if (d.length > d.bytes.len + more)
		return hg_as_peer(app->suricata7, HG_DIFF_SMB_LENGTH);
	d.more = more;
	d.handle = handle_of(app, HG_TO_SERVER, d.handle);
	hg_smb_transfer(app, h, HG_TO_SERVER, &d);
	return true;
}

static struct hg_span
name_of(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle)
{
	struct hg_smb *s = app->state;
	struct hg_keyed *table = &s->table;
	struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	const struct hg_keyed_slot *slot = hg_keyed_find(table, &key);

	if (slot != NULL)
		return hg_keyed_text_of(slot);
	/* in a chain the file has no handle yet */
	key = hg_smb_key(h, HG_SMB_KEY_NAME);
	key.message = hg_as_peer(app->suricata7, HG_DIFF_SMB_RELATED) ? h->message - 1 : s->chain_create;
	slot = h->message == 0 || (key.message == UINT64_MAX) ? NULL : hg_keyed_find(table, &key);
	return slot == NULL ? HG_BYTES("<unknown>") : hg_keyed_text_of(slot);
}

/* The path of what the handle means; none where nobody saw it opened. */
static void
note_handle(struct hg_app *app, const struct hg_smb_head *h, struct hg_smb_tx *tx, struct hg_span handle)
{
	struct hg_span name;

	if (tx == NULL || handle.len != 16 || hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO))
		return;
	name = name_of(app, h, handle);
	if (!hg_span_eq(name, HG_BYTES("<unknown>")))
		hg_smb_note_path(tx, name);
}

static void
ioctl(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_reader r = body_of(in);
	uint32_t function, offset, length;
	struct hg_span handle, data;
	struct hg_smb_tx *tx;
	bool whole;

	hg_read_skip(&r, 2);
	function = hg_read_u32le(&r);
	handle = hg_read_span(&r, 16);
	offset = hg_read_u32le(&r);
	length = hg_read_u32le(&r);
	data = text_at(&r, offset, length);
	whole = !hg_reader_failed(&r);
	if (whole && function == HG_SMB2_TRANSCEIVE && hg_smb_is_pipe(app, h, handle, data)) {
		hg_smb_pipe_request(app, h, handle, data);
		return;
	}
	tx = hg_smb_ask(app, h, whole ? HG_SMB_IOCTL : HG_SMB_OTHER);
	if (tx == NULL)
		return;
	tx->number = function;
	note_handle(app, h, tx, handle);
	if (!whole)
		hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_MALFORMED);
}

enum { INFO_FILE = 1, INFO_SECURITY = 3 };
enum {
	BASIC = 4,
	RENAME = 10,
	LINK = 11,
	DISPOSITION = 13,
	ALL_EA = 15,
	ALLOCATION = 19,
	END = 20,
	DISPOSITION_EX = 64
};

static enum hg_smb_op
op_of_set(uint8_t type, uint8_t class, bool deleting)
{
	if (type == INFO_SECURITY)
		return HG_SMB_OP_SET_SECURITY;
	if (type != INFO_FILE)
		return HG_SMB_OP_SET_INFO;
	switch (class) {
	case RENAME:
		return HG_SMB_OP_RENAME;
	case LINK:
		return HG_SMB_OP_LINK;
	case DISPOSITION:
	case DISPOSITION_EX:
		return deleting ? HG_SMB_OP_DELETE : HG_SMB_OP_UNDELETE;
	case BASIC:
	case ALL_EA:
		return HG_SMB_OP_SET_ATTRIBUTES;
	case ALLOCATION:
	case END:
		return HG_SMB_OP_SET_SIZE;
	default:
		return HG_SMB_OP_SET_INFO;
	}
}

/* What the peer has no record of. */
static bool
set_other(struct hg_app *app, const struct hg_smb_head *h, uint8_t type, uint8_t class, struct hg_span handle)
{
	struct hg_smb_tx *tx;

	if (hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO))
		return true;
	tx = hg_smb_ask(app, h, HG_SMB_OTHER);
	if (tx == NULL)
		return true;
	tx->op = (uint8_t)op_of_set(type, class, false);
	note_handle(app, h, tx, handle);
	return true;
}

static bool
set_info(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_RELATED);
	struct hg_reader r = body_of(in), data;
	uint8_t type = hg_read_u8(&r), class = hg_read_u8(&r);
	uint32_t length = hg_read_u32le(&r);
	uint16_t offset = hg_read_u16le(&r);
	struct hg_span handle;
	struct hg_smb_tx *tx;

	hg_read_skip(&r, 6);
	handle = hg_read_span(&r, 16);
	data = hg_reader_of(text_at(&r, offset, length));
	if (hg_reader_failed(&r))
		return false;
	if (type != INFO_FILE ||
		(class != RENAME && class != DISPOSITION && (class != DISPOSITION_EX || peer)))
		return set_other(app, h, type, class, handle);
	tx = hg_smb_ask(app, h, class == RENAME ? HG_SMB_RENAME : HG_SMB_SET_INFO);
	if (tx == NULL)
		return true;
	tx->name = hg_span_keep(&tx->tx.arena, name_of(app, h, handle));
	memcpy(tx->handle, handle.p, 16);
	tx->handle_len = 16;
	tx->number = (uint32_t)type << 16 | class;
	if (class == RENAME) {
		hg_read_skip(&data, 16);
		tx->other = hg_smb_name(
			tx, hg_span_sub(hg_read_span(&data, hg_read_u32le(&data)), 0, HG_SMB_NAME), true);
		hg_smb_note_target(tx, tx->other);
	} else {
		tx->deleting = (hg_read_u8(&data) & 1) != 0;
	}
	tx->op = (uint8_t)op_of_set(type, class, tx->deleting);
	note_handle(app, h, tx, handle);
	return true;
}

/* A directory that is listed, and which names of it. */
static bool
list(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_OTHER);
	struct hg_reader r = body_of(in);
	struct hg_span handle, pattern;
	uint16_t offset, length;

	if (tx == NULL || hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO))
		return true;
	hg_read_skip(&r, 6);
	handle = hg_read_span(&r, 16);
	offset = hg_read_u16le(&r);
	length = hg_read_u16le(&r);
	pattern = text_at(&r, offset, length);
	if (hg_reader_failed(&r))
		return hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_MALFORMED) || true;
	tx->pattern = hg_smb_name(tx, hg_span_sub(pattern, 0, HG_SMB_NAME), true);
	note_handle(app, h, tx, handle);
	return true;
}

/* Commands that are about an open file, whose handle stands at the same place in all. */
static bool
has_handle(uint16_t command)
{
	return command == HG_SMB2_CLOSE || command == HG_SMB2_FLUSH || command == HG_SMB2_LOCK ||
		command == HG_SMB2_NOTIFY || command == HG_SMB2_BREAK;
}

/* A command that has nothing to tell but its status. */
static void
other(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in)
{
	struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_OTHER);
	struct hg_reader r = body_of(in);

	hg_read_skip(&r, 6);
	if (has_handle(h->command))
		note_handle(app, h, tx, hg_read_span(&r, 16));
	if (tx != NULL && h->command == HG_SMB2_CANCEL && !hg_as_peer(app->suricata7, HG_DIFF_SMB_UNANSWERED))
		hg_smb_done(tx, HG_TO_CLIENT);
}

void
hg_smb2_request(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, uint64_t more)
{
	bool good = true;

	switch (h->command) {
	case HG_SMB2_NEGOTIATE:
		good = negotiate(app, h, in);
		break;
	case HG_SMB2_SESSION:
		good = session(app, h, in);
		break;
	case HG_SMB2_TREE:
		good = tree(app, h, in);
		break;
	case HG_SMB2_CREATE:
		good = create(app, h, in);
		break;
	case HG_SMB2_READ:
		good = read(app, h, in);
		break;
	case HG_SMB2_WRITE:
		good = write(app, h, in, more);
		break;
	case HG_SMB2_SET_INFO:
		good = set_info(app, h, in);
		break;
	case HG_SMB2_IOCTL:
		ioctl(app, h, in);
		break;
	case HG_SMB2_LIST:
		good = list(app, h, in);
		break;
	case HG_SMB2_QUERY_INFO:
		break;
	case HG_SMB2_TREE_END:
		other(app, h, in);
		hg_smb_drop_tree(app, h);
		break;
	case HG_SMB2_CLOSE:
		close_both(app, h, in);
		other(app, h, in);
		break;
	default:
		other(app, h, in);
		break;
	}
	if (!good) {
		struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_OTHER);

		if (tx != NULL)
			hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_MALFORMED);
	}
}
