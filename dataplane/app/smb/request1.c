/* Requests of SMB1 ([MS-CIFS] 2.2.4, [MS-SMB] 2.2.4). */
#include "app/smb/smb1.h"

static struct hg_reader
words_of(const struct hg_smb1_block *b, bool andx)
{
	struct hg_reader r = hg_reader_of(b->words);

	hg_read_skip(&r, andx ? 4 : 0);
	return r;
}

/* 2 and a name that ends in 0, one behind the other. */
static bool
negotiate(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx = s->negotiate != 0 ? NULL : hg_smb_ask(app, h, HG_SMB_NEGOTIATE);
	struct hg_span rest = b->bytes;

	if (tx == NULL)
		return true;
	s->negotiate = tx->tx.id + 1;
	tx->session = tx->tree = 0; /* there are none yet */
	tx->dialects = hg_arena_take(&tx->tx.arena, HG_SMB_DIALECTS * sizeof(*tx->dialects));
	while (rest.len > 0 && tx->dialects != NULL && tx->n_dialects < HG_SMB_DIALECTS) {
		const size_t end = hg_span_find(rest, 1, 0);

		if (rest.p[0] != 2 || end == SIZE_MAX) {
			hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_BAD_DIALECTS);
			break;
		}
		tx->dialects[tx->n_dialects++] = hg_span_keep(
			&tx->tx.arena, hg_span_sub(rest, 1, HG_MIN(end - 1, (size_t)HG_SMB_NAME)));
		rest = hg_span_from(rest, end + 1);
	}
	return true;
}

static bool
session(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_reader r = words_of(b, true);
	const bool extended = b->words.len == 24;
	struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_SESSION);
	size_t at = b->bytes_at, length, second = 0;

	hg_read_skip(&r, 10);
	length = hg_read_u16le(&r);
	if (!extended)
		second = hg_read_u16le(&r);
	length += second;
	if (tx == NULL)
		return true;
	if (hg_reader_failed(&r) || length > b->bytes.len)
		return false;
	at += length;
	if (extended) {
		hg_smb_auth(app, tx, hg_span_sub(b->bytes, 0, length));
	} else {
		tx->user =
			hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
		tx->domain =
			hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
		hg_smb_auth_old(tx, hg_span_sub(b->bytes, 0, length), second);
	}
	tx->has_host[0] = true;
	tx->os[0] = hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
	tx->lm[0] = hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
	return true;
}

static bool
tree(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_reader r = words_of(b, true);
	struct hg_smb_tx *tx;
	struct hg_span name;
	size_t at;

	hg_read_skip(&r, 2);
	at = b->bytes_at + hg_read_u16le(&r);
	if (hg_reader_failed(&r))
		return false;
	tx = hg_smb_ask(app, h, HG_SMB_TREE);
	if (tx == NULL)
		return true;
	name = hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
	/* the peer shows one of the two backslashes in front */
	if (name.len > 1 && hg_as_peer(app->suricata7, HG_DIFF_SMB_BACKSLASH))
		name = hg_span_from(name, 1);
	tx->name = name;
	tx->other = hg_span_keep(&tx->tx.arena, hg_span_sub(hg_smb1_plain(b, &at), 0, HG_SMB_NAME));
	tx->path = tx->name;
	return true;
}

static bool
create(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_reader r = words_of(b, true);
	uint32_t disposition, options;
	uint16_t length;
	size_t at = b->bytes_at;

	hg_read_skip(&r, 1);
	length = hg_read_u16le(&r);
	hg_read_skip(&r, 28);
	disposition = hg_read_u32le(&r);
	options = hg_read_u32le(&r);
	if (hg_reader_failed(&r))
		return false;
	at += h->unicode ? at & 1 : 0;
	hg_smb_ask_create(app, h, hg_span_sub(hg_span_from(b->message, at), 0, length), disposition, options);
	return true;
}

static bool
read(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_READ);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_reader r = words_of(b, true);
	struct hg_span handle = hg_read_span(&r, 2);
	uint64_t offset = hg_read_u32le(&r);
	struct hg_keyed_slot *slot;

	hg_read_skip(&r, 10);
	if (hg_reader_failed(&r))
		return false;
	if (hg_reader_left(&r) >= 4)
		offset |= (uint64_t)hg_read_u32le(&r) << 32;
	slot = hg_keyed_put(table, &key);
	if (slot == NULL)
		return true;
	slot->value = offset;
	hg_keyed_add_text(table, slot, handle, 2);
	return true;
}

bool
hg_smb1_write_data(const struct hg_smb1_block *b, struct hg_smb_data *d)
{
	struct hg_reader r = words_of(b, true);
	uint32_t high;
	uint16_t at;

	d->handle = hg_read_span(&r, 2);
	d->offset = hg_read_u32le(&r);
	hg_read_skip(&r, 8);
	high = hg_read_u16le(&r);
	d->length = (uint64_t)high << 16 | hg_read_u16le(&r);
	at = hg_read_u16le(&r);
	if (hg_reader_failed(&r) || at < b->bytes_at || at > b->message.len)
		return false;
	if (hg_reader_left(&r) >= 4)
		d->offset |= (uint64_t)hg_read_u32le(&r) << 32;
	d->bytes = hg_span_sub(hg_span_from(b->message, at), 0, (size_t)d->length);
	d->more = b->more;
	return d->length <= d->bytes.len + b->more;
}

static bool
write_andx(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb_data d;

	if (!hg_smb1_write_data(b, &d))
		return false;
	hg_smb_transfer(app, h, HG_TO_SERVER, &d);
	return true;
}

/* Name of an open file. */
static struct hg_span
name_of(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle)
{
	const struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	const struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);

	return slot == NULL ? HG_BYTES("<unknown>") : hg_keyed_text_of(slot);
}

static void
close_both(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle)
{
	hg_smb_close_file(app, h, handle, HG_TO_SERVER);
	hg_smb_close_file(app, h, handle, HG_TO_CLIENT);
}

/* WRITE: a byte and a length stand in front of the data; WRITE_AND_CLOSE: a byte. */
static bool
write_old(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_reader r = words_of(b, false);
	struct hg_smb_data d = { .handle = hg_read_span(&r, 2) };

	d.length = hg_read_u16le(&r);
	d.offset = hg_read_u32le(&r);
	if (hg_reader_failed(&r))
		return false;
	d.bytes =
		hg_span_sub(hg_span_from(b->bytes, h->command == HG_SMB1_WRITE ? 3 : 1), 0, (size_t)d.length);
	hg_smb_transfer(app, h, HG_TO_SERVER, &d);
	if (h->command == HG_SMB1_WRITE_CLOSE)
		close_both(app, h, d.handle);
	return true;
}

static bool
close(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_reader r = words_of(b, false);
	struct hg_span handle = hg_read_span(&r, 2);
	struct hg_smb_tx *tx;

	if (hg_reader_failed(&r))
		return false;
	close_both(app, h, handle);
	tx = hg_smb_ask(app, h, HG_SMB_OTHER);
	if (tx != NULL && !hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO))
		hg_smb_note_path(tx, name_of(app, h, handle));
	return true;
}

static bool
rename_path(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_RENAME);
	size_t at = b->bytes_at + 1;

	if (tx == NULL)
		return true;
	tx->name = hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
	at++;
	tx->other = hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
	hg_smb_note_path(tx, tx->name);
	hg_smb_note_target(tx, tx->other);
	return true;
}

#define SETUP_AT 28 /* of the words: what the transaction is to do */

/* What transactions have in common: where parameters and data stand. */
struct trans {
	struct hg_span parameters, data;
};

static bool
read_trans(const struct hg_smb1_block *b, struct trans *t)
{
	struct hg_reader r = words_of(b, false), message = hg_reader_of(b->message);
	uint16_t n_parameters, parameters, n_data, data;

	hg_read_skip(&r, 18);
	n_parameters = hg_read_u16le(&r);
	parameters = hg_read_u16le(&r);
	n_data = hg_read_u16le(&r);
	data = hg_read_u16le(&r);
	t->parameters = n_parameters == 0 ? HG_SPAN_NONE : hg_reader_at(&message, parameters, n_parameters);
	t->data = n_data == 0 ? HG_SPAN_NONE : hg_reader_at(&message, data, n_data);
	return !hg_reader_failed(&message);
}

#define TRANSACT_PIPE 0x26

static bool
trans(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TRANS);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot;
	struct hg_span setup, handle;
	struct trans t;

	if (!read_trans(b, &t))
		return false;
	setup = hg_span_sub(hg_span_from(b->words, SETUP_AT), 0, 4);
	handle = hg_span_from(setup, 2);
	if (setup.len != 4 || setup.p[0] != TRANSACT_PIPE || !hg_smb_is_pipe(app, h, handle, t.data)) {
		if (!hg_as_peer(app->suricata7, HG_DIFF_SMB_TRANS))
			hg_smb_ask(app, h, HG_SMB_OTHER);
		return true;
	}
	slot = hg_keyed_put(table, &key);
	if (slot != NULL)
		hg_keyed_add_text(table, slot, handle, 2);
	hg_smb_pipe_request(app, h, handle, t.data);
	return true;
}

enum { SET_PATH_INFO = 6, SET_FILE_INFO = 8, LEVEL_DISPOSITION = 1013, LEVEL_RENAME = 1010 };

enum { FIND_FIRST = 1, FIND_NEXT = 2, QUERY_FS = 3, QUERY_PATH = 5, QUERY_FILE = 7, MAKE_DIRECTORY = 13 };

/* What a transaction asks that changes nothing, or a directory that it makes; where its parameters name a path. */
static void
query(struct hg_smb_tx *tx, const struct hg_smb_head *h, uint8_t what, struct hg_span parameters)
{
	const size_t at = what == FIND_FIRST ? 12 : what == QUERY_PATH ? 6 : 4;
	struct hg_span name;

	if (tx == NULL)
		return;
	if (what == FIND_FIRST || what == FIND_NEXT)
		tx->op = HG_SMB_OP_LIST;
	else if (what == QUERY_FS || what == QUERY_PATH || what == QUERY_FILE)
		tx->op = HG_SMB_OP_QUERY;
	else if (what == MAKE_DIRECTORY)
		tx->op = HG_SMB_OP_MKDIR;
	if (what != FIND_FIRST && what != QUERY_PATH && what != MAKE_DIRECTORY)
		return;
	name = hg_smb_name(tx,
		hg_span_sub(hg_span_from(parameters, HG_MIN(at, parameters.len)), 0, HG_SMB_NAME),
		h->unicode);
	hg_smb_note_path(tx, name);
}

enum { LEVEL_BASIC = 1004, LEVEL_ALLOCATION = 1019, LEVEL_END = 1020 };

static void
note_set(struct hg_smb_tx *tx, uint16_t level)
{
	switch (level) {
	case LEVEL_RENAME:
		tx->op = HG_SMB_OP_RENAME;
		hg_smb_note_target(tx, tx->other);
		break;
	case LEVEL_DISPOSITION:
	case 0x102:
		tx->op = tx->deleting ? HG_SMB_OP_DELETE : HG_SMB_OP_UNDELETE;
		break;
	case LEVEL_BASIC:
	case 0x101:
		tx->op = HG_SMB_OP_SET_ATTRIBUTES;
		break;
	case LEVEL_ALLOCATION:
	case LEVEL_END:
	case 0x103:
	case 0x104:
		tx->op = HG_SMB_OP_SET_SIZE;
		break;
	default:
		tx->op = HG_SMB_OP_SET_INFO;
		break;
	}
	hg_smb_note_path(tx, tx->name);
}

static bool
trans2(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_span setup = hg_span_sub(hg_span_from(b->words, SETUP_AT), 0, 2), handle = HG_SPAN_NONE,
		       name;
	struct hg_reader parameters;
	struct hg_smb_tx *tx;
	uint16_t level;
	struct trans t;

	if (!read_trans(b, &t))
		return false;
	if (setup.len != 2 || (setup.p[0] != SET_PATH_INFO && setup.p[0] != SET_FILE_INFO)) {
		if (!hg_as_peer(app->suricata7, HG_DIFF_SMB_TRANS))
			query(hg_smb_ask(app, h, HG_SMB_OTHER), h, setup.len == 2 ? setup.p[0] : 0xff,
				t.parameters);
		return true;
	}
	parameters = hg_reader_of(t.parameters);
	if (setup.p[0] == SET_FILE_INFO)
		handle = hg_read_span(&parameters, 2);
	level = hg_read_u16le(&parameters);
	if (setup.p[0] == SET_PATH_INFO)
		hg_read_skip(&parameters, 4);
	name = setup.p[0] == SET_FILE_INFO ? name_of(app, h, handle) : hg_read_rest(&parameters);
	if (hg_reader_failed(&parameters))
		return false;
	tx = hg_smb_ask(app, h, level == LEVEL_RENAME ? HG_SMB_RENAME : HG_SMB_SET_INFO);
	if (tx == NULL)
		return true;
	tx->name = hg_smb_name(tx, hg_span_sub(name, 0, HG_SMB_NAME), h->unicode && handle.len == 0);
	memcpy(tx->handle, handle.p, handle.len);
	tx->handle_len = (uint8_t)handle.len;
	tx->number = (uint32_t)setup.p[0] << 16 | level;
	tx->deleting = level == LEVEL_DISPOSITION && t.data.len > 0 && (t.data.p[0] & 1) != 0;
	if (level == LEVEL_RENAME) {
		struct hg_reader data = hg_reader_of(t.data);

		hg_read_skip(&data, 8);
		tx->other = hg_smb_name(tx,
			hg_span_sub(hg_read_span(&data, hg_read_u32le(&data)), 0, HG_SMB_NAME), h->unicode);
	}
	note_set(tx, level);
	return true;
}

static bool
is_unanswered(uint16_t command)
{
	return command == HG_SMB1_TRANS_SECOND || command == HG_SMB1_NT_TRANS_SECOND ||
		command == HG_SMB1_CANCEL;
}

enum {
	OLD_MKDIR = 0x00,
	OLD_RMDIR = 0x01,
	OLD_DELETE = 0x06,
	OLD_QUERY = 0x08,
	OLD_SET = 0x09,
	OLD_CHECK = 0x10
};

/* Commands whose bytes are a path. */
static void
note_old_path(struct hg_smb_tx *tx, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	size_t at = b->bytes_at + 1;

	switch (h->command) {
	case OLD_MKDIR:
	case OLD_RMDIR:
	case OLD_DELETE:
	case OLD_QUERY:
	case OLD_SET:
	case OLD_CHECK:
		hg_smb_note_path(tx,
			hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode));
		break;
	default:
		break;
	}
}

/* A command that has nothing to tell but its status; the further parts of a transaction have none of their own. */
static void
other(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb_tx *tx = hg_smb_ask(app, h, HG_SMB_OTHER);
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_UNANSWERED);

	if (tx != NULL)
		note_old_path(tx, h, b);

	if (tx != NULL && (h->command == HG_SMB1_TRANS2_SECOND || (!peer && is_unanswered(h->command))))
		hg_smb_done(tx, HG_TO_CLIENT);
}

bool
hg_smb1_request(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	switch (h->command) {
	case HG_SMB1_NEGOTIATE:
		return negotiate(app, h, b);
	case HG_SMB1_SESSION:
		return session(app, h, b);
	case HG_SMB1_TREE:
		return tree(app, h, b);
	case HG_SMB1_CREATE:
		return create(app, h, b);
	case HG_SMB1_READ:
		return read(app, h, b);
	case HG_SMB1_WRITE_ANDX:
		return write_andx(app, h, b);
	case HG_SMB1_WRITE:
	case HG_SMB1_WRITE_CLOSE:
		return write_old(app, h, b);
	case HG_SMB1_CLOSE:
		return close(app, h, b);
	case HG_SMB1_RENAME:
		return rename_path(app, h, b);
	case HG_SMB1_TRANS:
		return trans(app, h, b);
	case HG_SMB1_TRANS2:
		return trans2(app, h, b);
	default:
		other(app, h, b);
		return true;
	}
}
