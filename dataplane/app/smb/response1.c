/* Responses of SMB1 ([MS-CIFS] 2.2.4, [MS-SMB] 2.2.4). */
#include "app/smb/smb1.h"

#define BUFFER_OVERFLOW 0x80000005

static struct hg_reader
words_of(const struct hg_smb1_block *b, bool andx)
{
	struct hg_reader r = hg_reader_of(b->words);

	hg_read_skip(&r, andx ? 4 : 0);
	return r;
}

struct hg_smb_tx *
hg_smb1_other(struct hg_app *app, const struct hg_smb_head *h)
{
	struct hg_smb_tx *tx = hg_smb_asked(app, h);

	if (tx != NULL)
		hg_smb_answer(tx, h);
	return tx;
}

static void
choose_dialect(struct hg_smb *s, const struct hg_smb_tx *tx, uint16_t chosen)
{
	struct hg_span name;

	if (chosen >= tx->n_dialects)
		return;
	name = hg_span_sub(tx->dialects[chosen], 0, sizeof(s->dialect1));
	memcpy(s->dialect1, name.p, name.len);
	s->dialect1_len = (uint8_t)name.len;
}

static bool
negotiate(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx =
		s->negotiate == 0 ? NULL : (struct hg_smb_tx *)hg_tx_find(app, s->negotiate - 1);
	struct hg_reader r = words_of(b, false);
	const uint16_t chosen = hg_read_u16le(&r);

	s->negotiate = 0;
	if (hg_reader_failed(&r))
		return false;
	if (tx == NULL)
		return true;
	choose_dialect(s, tx, chosen);
	tx->has_guid[1] = b->words.len == 34 && b->bytes.len >= 16;
	if (tx->has_guid[1])
		memcpy(tx->guids[1], b->bytes.p, 16);
	hg_smb_answer(tx, h);
	return true;
}

static bool
session(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb_tx *tx = hg_smb_asked(app, h);
	struct hg_reader r = words_of(b, true);
	const uint16_t action = hg_read_u16le(&r);
	size_t at = b->bytes_at;

	if (tx == NULL)
		return true;
	tx->session = h->session;
	tx->tree = h->tree;
	if (b->words.len >= 6) {
		at += b->words.len >= 8 ? hg_read_u16le(&r) : 0;
		tx->has_host[1] = true;
		tx->os[1] =
			hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
		tx->lm[1] =
			hg_smb_name(tx, hg_span_sub(hg_smb1_string(h, b, &at), 0, HG_SMB_NAME), h->unicode);
	}
	tx->guest = !hg_reader_failed(&r) && (action & 1) != 0;
	hg_smb_auth_result(app, tx, h);
	return true;
}

static bool
tree(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb_tx *tx = hg_smb_asked(app, h);
	size_t at = b->bytes_at;

	if (tx == NULL)
		return true;
	if (h->status == 0) {
		tx->session = h->session;
		tx->tree = h->tree;
		tx->service = hg_span_keep(&tx->tx.arena, hg_span_sub(hg_smb1_plain(b, &at), 0, HG_SMB_NAME));
		tx->pipe = hg_span_eq(tx->service, HG_BYTES("IPC"));
		hg_smb_keep_tree(app, h, tx);
	}
	hg_smb_answer(tx, h);
	return true;
}

static void
keep_name(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span name)
{
	const struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_HANDLE, handle);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot = hg_keyed_put(table, &key);

	if (slot != NULL)
		hg_keyed_add_text(table, slot, name, HG_SMB_NAME);
}

static bool
create(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	struct hg_smb_tx *tx = hg_smb_asked(app, h);
	struct hg_reader r = words_of(b, true);
	struct hg_span handle;
	uint64_t allocated;

	if (tx == NULL || h->status != 0) {
		hg_smb1_other(app, h);
		return true;
	}
	hg_read_skip(&r, 1);
	handle = hg_read_span(&r, 2);
	hg_smb_note_created(tx, hg_read_u32le(&r));
	hg_smb_read_times(&r, tx->times);
	hg_read_skip(&r, 4);
	allocated = hg_read_u64le(&r);
	tx->size = hg_read_u64le(&r);
	if (hg_as_peer(app->suricata7, HG_DIFF_SMB_SIZE))
		tx->size = allocated;
	hg_smb_answer(tx, h);
	if (hg_reader_failed(&r))
		return false;
	memcpy(tx->handle, handle.p, 2);
	tx->handle_len = 2;
	keep_name(app, h, handle, tx->name);
	return true;
}

bool
hg_smb1_read_data(
	struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b, struct hg_smb_data *d)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_READ);
	const struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);
	struct hg_reader r = words_of(b, true);
	uint16_t at;

	if (slot == NULL || (h->status != 0 && h->status != BUFFER_OVERFLOW))
		return false;
	hg_read_skip(&r, 6);
	d->length = hg_read_u16le(&r);
	at = hg_read_u16le(&r);
	d->length |= (uint64_t)hg_read_u16le(&r) << 16;
	if (hg_reader_failed(&r) || at > b->message.len)
		return false;
	d->offset = slot->value;
	d->handle = hg_keyed_text_of(slot);
	d->bytes = hg_span_sub(hg_span_from(b->message, at), 0, (size_t)d->length);
	d->more = b->more;
	return d->length <= d->bytes.len + b->more;
}

static bool
read(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_READ);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot = hg_keyed_find(table, &key);
	struct hg_smb_data d;
	uint8_t handle[2];

	if (slot == NULL || (h->status != 0 && h->status != BUFFER_OVERFLOW))
		return true;
	if (!hg_smb1_read_data(app, h, b, &d) || d.handle.len != 2)
		return false;
	memcpy(handle, d.handle.p, 2);
	d.handle = hg_span(handle, 2);
	hg_keyed_drop(table, slot);
	hg_smb_transfer(app, h, HG_TO_CLIENT, &d);
	return true;
}

static bool
trans(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TRANS);
	struct hg_keyed *table = &((struct hg_smb *)app->state)->table;
	struct hg_keyed_slot *slot = hg_keyed_find(table, &key);
	struct hg_reader r = words_of(b, false), message = hg_reader_of(b->message);
	uint16_t length, at;
	struct hg_span data;
	uint8_t handle[2];

	if (slot == NULL || slot->text_len != 2) {
		hg_smb1_other(app, h);
		return true;
	}
	memcpy(handle, slot->text, 2);
	hg_keyed_drop(table, slot);
	hg_read_skip(&r, 12);
	length = hg_read_u16le(&r);
	at = hg_read_u16le(&r);
	data = length == 0 ? HG_SPAN_NONE : hg_reader_at(&message, at, length);
	if (hg_reader_failed(&r) || hg_reader_failed(&message))
		return h->status != 0;
	hg_smb_pipe_response(app, h, hg_span(handle, 2), data);
	return true;
}

bool
hg_smb1_response(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b)
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
	case HG_SMB1_TRANS:
		return trans(app, h, b);
	case HG_SMB1_TREE_END:
		hg_smb_drop_tree(app, h);
		hg_smb1_other(app, h);
		return true;
	case HG_SMB1_LOGOFF:
		hg_smb1_other(app, h);
		if (h->status == 0)
			hg_smb_session_end(app, h->session);
		return true;
	default:
		hg_smb1_other(app, h);
		return true;
	}
}
