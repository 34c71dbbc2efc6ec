/* Transactions, and what messages refer to each other by. */
#include "app/smb/smb_int.h"

struct hg_keyed_key
hg_smb_key(const struct hg_smb_head *h, enum hg_smb_kind kind)
{
	struct hg_keyed_key key = { .kind = (uint8_t)kind };

	if (kind == HG_SMB_KEY_TREE) {
		key.session = h->session;
		key.tree = h->tree;
	} else {
		key.message = h->message;
		key.call = kind == HG_SMB_KEY_TX ? h->command
						 : 0; /* of SMB1 there may be several in a message */
	}
	return key;
}

struct hg_keyed_key
hg_smb_key_handle(const struct hg_smb_head *h, enum hg_smb_kind kind, struct hg_span handle)
{
	struct hg_keyed_key key = { .kind = (uint8_t)kind };

	/* handles of SMB1 are numbers that every session counts for itself */
	if (h->version == 1)
		key.session = h->session;
	memcpy(key.handle, handle.p, HG_MIN(handle.len, sizeof(key.handle)));
	return key;
}

static bool
is_open(const struct hg_tx *tx)
{
	return tx->progress[HG_TO_SERVER] < HG_SMB_COMPLETE || tx->progress[HG_TO_CLIENT] < HG_SMB_COMPLETE;
}

/* Ids below `oldest` are never looked at again: linear over a connection. */
static void
give_up_oldest(struct hg_app *app)
{
	struct hg_smb *s = app->state;

	for (s->oldest = HG_MAX(s->oldest, app->tx_first); s->oldest < app->tx_next; s->oldest++) {
		struct hg_smb_tx *tx = (struct hg_smb_tx *)hg_tx_find(app, s->oldest);

		if (tx == NULL || !is_open(&tx->tx))
			continue;
		hg_tx_anomaly(&tx->tx, HG_TO_SERVER, HG_SMB_MANY_TXS);
		hg_tx_anomaly(&tx->tx, HG_TO_CLIENT, HG_SMB_MANY_TXS);
		hg_smb_done(tx, HG_TO_SERVER);
		hg_smb_done(tx, HG_TO_CLIENT);
		return;
	}
}

/* What is spoken when it begins, and again when it is complete: whatever is agreed on before the record is written. */
static void
note_dialect(const struct hg_smb *s, struct hg_smb_tx *tx)
{
	tx->dialect = s->dialect;
	if (s->dialect == 0 && tx->dialect1.len == 0)
		tx->dialect1 = hg_span_keep(&tx->tx.arena, hg_span(s->dialect1, s->dialect1_len));
}

struct hg_smb_tx *
hg_smb_open(struct hg_app *app, const struct hg_smb_head *h, enum hg_smb_type type)
{
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx;

	if (s->n_open >= app->ctx->max_tx)
		give_up_oldest(app);
	tx = (struct hg_smb_tx *)hg_tx_new(app);
	if (tx == NULL)
		return NULL;
	s->n_open++;
	tx->version = h->version;
	tx->command = h->command;
	tx->session = h->session;
	tx->tree = h->tree;
	tx->type = (uint8_t)type;
	tx->op = (uint8_t)(type == HG_SMB_CALL ? HG_SMB_OP_CALL : hg_smb_op_of(h->version, h->command));
	note_dialect(s, tx);
	hg_smb_note_who(app, h, tx);
	return tx;
}

struct hg_smb_tx *
hg_smb_ask(struct hg_app *app, const struct hg_smb_head *h, enum hg_smb_type type)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TX);
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx = hg_smb_open(app, h, type);
	struct hg_keyed_slot *slot = tx == NULL ? NULL : hg_keyed_put(&s->table, &key);

	if (slot != NULL)
		slot->value = tx->tx.id;
	/* what is connected to shows in the answer */
	if (tx != NULL && (type != HG_SMB_TREE || hg_as_peer(app->suricata7, HG_DIFF_SMB_TREE_LATE)))
		hg_smb_done(tx, HG_TO_SERVER);
	return tx;
}

struct hg_smb_tx *
hg_smb_asked(struct hg_app *app, const struct hg_smb_head *h)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TX);
	struct hg_smb *s = app->state;
	struct hg_keyed_slot *slot = hg_keyed_find(&s->table, &key);
	struct hg_smb_tx *tx = slot == NULL ? NULL : (struct hg_smb_tx *)hg_tx_find(app, slot->value);

	if (tx == NULL || tx->version != h->version || tx->command != h->command)
		return NULL;
	return tx->tx.progress[HG_TO_CLIENT] < HG_SMB_COMPLETE ? tx : NULL;
}

void
hg_smb_status(struct hg_smb_tx *tx, const struct hg_smb_head *h)
{
	tx->has_status = true;
	tx->dos = h->dos;
	tx->status = h->status;
}

void
hg_smb_answer(struct hg_smb_tx *tx, const struct hg_smb_head *h)
{
	hg_smb_status(tx, h);
	hg_smb_done(tx, HG_TO_SERVER);
	hg_smb_done(tx, HG_TO_CLIENT);
}

void
hg_smb_done(struct hg_smb_tx *tx, enum hg_dir dir)
{
	struct hg_smb *s = tx->tx.app->state;
	const bool open = is_open(&tx->tx);

	if (open && tx->tx.progress[!dir] >= HG_SMB_COMPLETE)
		hg_smb_watch(tx->tx.app, tx);
	hg_tx_progress(&tx->tx, dir, HG_SMB_COMPLETE);
	if (!open || is_open(&tx->tx))
		return;
	s->n_open -= s->n_open > 0;
	note_dialect(s, tx);
}

void
hg_smb_report(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, enum hg_smb_anomaly row)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_SIDES);
	struct hg_smb_tx *tx = peer ? (struct hg_smb_tx *)hg_tx_last(app) : hg_smb_open(app, h, HG_SMB_OTHER);

	if (tx == NULL)
		return;
	hg_tx_anomaly(&tx->tx, dir, (uint8_t)row);
	if (peer) {
		hg_tx_anomaly(&tx->tx, !dir, (uint8_t)row);
		return;
	}
	hg_smb_done(tx, HG_TO_SERVER);
	hg_smb_done(tx, HG_TO_CLIENT);
}

static size_t
put_utf8(uint8_t *p, uint32_t c)
{
	static const uint8_t first[5] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	const size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		p[i] = (uint8_t)(0x80 | (c & 0x3f));
	p[0] = (uint8_t)(first[n == 1 ? 0 : n] | c);
	return n;
}

/* A half of a pair that stands alone keeps its number: no UTF-8, so that records show its bytes. */
static size_t
to_utf8(struct hg_span in, uint8_t *p)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < in.len; i += 2) {
		uint32_t c = in.p[i] | (uint32_t)in.p[i + 1] << 8;

		if ((c & 0xfc00) == 0xd800 && i + 3 < in.len && (in.p[i + 3] & 0xfc) == 0xdc) {
			c = 0x10000 + ((c & 0x3ff) << 10 | (in.p[i + 3] & 3u) << 8 | in.p[i + 2]);
			i += 2;
		}
		if (c != 0)
			n += put_utf8(p + n, c);
	}
	return n;
}

struct hg_span
hg_smb_name(struct hg_smb_tx *tx, struct hg_span text, bool unicode)
{
	const bool wide = unicode && !hg_as_peer(tx->tx.app->suricata7, HG_DIFF_SMB_TEXT);
	uint8_t *p = text.len == 0 ? NULL : hg_arena_take(&tx->tx.arena, text.len + text.len / 2 + 1);
	size_t n = 0;

	if (p == NULL)
		return HG_SPAN_NONE;
	if (wide)
		return hg_span(p, to_utf8(text, p));
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != 0)
			p[n++] = text.p[i];
	return hg_span(p, n);
}

void
hg_smb_abandon(struct hg_app *app, enum hg_dir dir, uint64_t before)
{
	for (struct hg_tx *base = app->txs; base != NULL && base->id < before; base = base->next) {
		struct hg_smb_tx *tx = (struct hg_smb_tx *)base;

		if (base->decoder != app->decoder || tx->type == HG_SMB_FILE)
			continue; /* a transfer can do with gaps */
		hg_smb_done(tx, HG_TO_SERVER);
		if (dir == HG_TO_CLIENT)
			hg_smb_done(tx, dir);
	}
}
