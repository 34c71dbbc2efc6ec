/* Files that are read and written: in order as they are, out of order after what stands before them. */
#include "app/smb/smb_int.h"

#define MISSING_MAX ((uint64_t)1 << 20) /* zeros that stand for missing bytes, of one gap */

/* Bytes that wait for those before them. */
struct piece {
	struct piece *next;
	uint64_t offset;
	struct hg_buf bytes;
};

struct hg_smb_transfer {
	struct hg_file *file;
	uint64_t tracked; /* up to here the file is there */
	uint64_t held;
	uint32_t n_held;
	struct piece *pieces;
};

static struct hg_keyed_key
file_key(const struct hg_smb_head *h, struct hg_span handle, enum hg_dir dir)
{
	struct hg_keyed_key key = hg_smb_key_handle(h, HG_SMB_KEY_FILE, handle);

	key.call = (uint32_t)dir;
	return key;
}

static struct hg_smb_tx *
find_file(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, enum hg_dir dir)
{
	const struct hg_keyed_key key = file_key(h, handle, dir);
	struct hg_smb *s = app->state;
	struct hg_keyed_slot *slot = hg_keyed_find(&s->table, &key);
	struct hg_smb_tx *tx = slot == NULL ? NULL : (struct hg_smb_tx *)hg_tx_find(app, slot->value);

	return tx == NULL || tx->transfer == NULL || tx->tx.progress[dir] >= HG_SMB_COMPLETE ? NULL : tx;
}

static struct hg_span
name_of(struct hg_app *app, const struct hg_smb_head *h, enum hg_smb_kind kind, struct hg_span handle)
{
	const struct hg_keyed_key key = hg_smb_key_handle(h, kind, handle);
	struct hg_keyed_slot *slot = hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);

	return slot == NULL ? HG_SPAN_NONE : hg_keyed_text_of(slot);
}

static const struct hg_keyed_slot *
tree_of(struct hg_app *app, const struct hg_smb_head *h)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TREE);

	return hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);
}

static struct hg_smb_tx *
open_file(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, enum hg_dir dir)
{
	/* as much as the peer shows at a time: all, once so much is there or the file is closed */
	static const struct hg_inspect_limits windows = { .min = 32768, .window = 4096 };
	const struct hg_keyed_key key = file_key(h, handle, dir);
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx = hg_smb_open(app, h, HG_SMB_FILE);
	const struct hg_keyed_slot *tree = tree_of(app, h);
	struct hg_smb_transfer *t = tx == NULL ? NULL : hg_arena_take0(&tx->tx.arena, sizeof(*t));
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_FILES);
	struct hg_keyed_slot *slot;
	struct hg_span name;

	if (t == NULL)
		return NULL;
	if (h->version == 1 && peer)
		tx->session = tx->tree = 0;
	if (tree != NULL && (dir == HG_TO_CLIENT || h->version == 1 || !peer))
		tx->other = hg_span_keep(&tx->tx.arena, hg_keyed_text_of(tree));
	name = name_of(app, h, HG_SMB_KEY_HANDLE, handle);
	if (name.len == 0 && (h->version == 2) == (dir == HG_TO_CLIENT))
		name = HG_BYTES("<unknown>");
	tx->name = hg_span_keep(&tx->tx.arena, name);
	tx->op = dir == HG_TO_SERVER ? HG_SMB_OP_WRITE : HG_SMB_OP_READ;
	tx->rewrites = dir == HG_TO_SERVER && find_file(app, h, handle, HG_TO_CLIENT) != NULL;
	if (!hg_span_eq(name, HG_BYTES("<unknown>")) && name.len > 0)
		hg_smb_note_path(tx, name);
	tx->handle_len = (uint8_t)HG_MIN(handle.len, sizeof(tx->handle));
	memcpy(tx->handle, handle.p, tx->handle_len);
	t->file = hg_tx_file_open(&tx->tx, tx->name, dir, &windows);
	slot = t->file == NULL ? NULL : hg_keyed_put(&s->table, &key);
	if (slot == NULL)
		return NULL;
	slot->value = tx->tx.id;
	tx->transfer = t;
	return tx;
}

static void
drop_piece(struct hg_app *app, struct hg_smb_transfer *t, struct piece **link)
{
	struct piece *p = *link;

	*link = p->next;
	t->held -= hg_buf_len(&p->bytes);
	t->n_held--;
	hg_buf_fini(&p->bytes);
	hg_mem_give(app->mem, p, sizeof(*p));
}

static void
append(struct hg_app *app, struct hg_smb_transfer *t, uint64_t offset, struct hg_span bytes)
{
	bytes = hg_span_from(bytes, (size_t)HG_MIN(t->tracked - offset, (uint64_t)bytes.len));
	if (bytes.len == 0)
		return;
	hg_file_append(app->files, t->file, bytes);
	t->tracked += bytes.len;
}

/* What waited for the bytes that have come. */
static void
release(struct hg_app *app, struct hg_smb_transfer *t)
{
	struct piece **link = &t->pieces;

	while (*link != NULL) {
		if ((*link)->offset > t->tracked) {
			link = &(*link)->next;
			continue;
		}
		append(app, t, (*link)->offset, hg_buf_span(&(*link)->bytes));
		drop_piece(app, t, link);
		link = &t->pieces;
	}
}

static struct piece *
new_piece(struct hg_app *app, struct hg_smb_transfer *t, uint64_t offset)
{
	struct piece *p = hg_mem_take(app->mem, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->offset = offset;
	hg_buf_init(&p->bytes, app->mem, HG_MEM_MAX);
	p->next = t->pieces;
	t->pieces = p;
	t->n_held++;
	return p;
}

static void
hold(struct hg_app *app, struct hg_smb_tx *tx, enum hg_dir dir, uint64_t offset, struct hg_span bytes)
{
	const bool reads = dir == HG_TO_CLIENT;
	struct hg_smb_transfer *t = tx->transfer;
	struct piece *p = t->pieces;

	if (app->ctx->queue_size[dir] != 0 && t->held + bytes.len > app->ctx->queue_size[dir]) {
		hg_tx_anomaly(&tx->tx, dir, reads ? HG_SMB_READ_QUEUE_SIZE : HG_SMB_WRITE_QUEUE_SIZE);
		return;
	}
	while (p != NULL && p->offset + hg_buf_len(&p->bytes) != offset)
		p = p->next;
	if (p != NULL && hg_buf_append(&p->bytes, bytes)) {
		t->held += bytes.len;
		return;
	}
	if (t->n_held >= app->ctx->queue_count[dir]) {
		hg_tx_anomaly(&tx->tx, dir, reads ? HG_SMB_READ_QUEUE_COUNT : HG_SMB_WRITE_QUEUE_COUNT);
		return;
	}
	p = new_piece(app, t, offset);
	if (p == NULL || !hg_buf_append(&p->bytes, bytes))
		hg_tx_anomaly(&tx->tx, dir, reads ? HG_SMB_READ_QUEUE_SIZE : HG_SMB_WRITE_QUEUE_SIZE);
	else
		t->held += bytes.len;
}

static void
take_bytes(struct hg_app *app, struct hg_smb_tx *tx, enum hg_dir dir, uint64_t offset, struct hg_span bytes)
{
	struct hg_smb_transfer *t = tx->transfer;

	if (bytes.len == 0 || t->file->state != HG_FILE_OPEN)
		return;
	if (offset < t->tracked && hg_as_peer(app->suricata7, HG_DIFF_SMB_OVERLAP))
		return;
	if (offset > t->tracked) {
		hold(app, tx, dir, offset, bytes);
		return;
	}
	append(app, t, offset, bytes);
	release(app, t);
	hg_tx_touch(&tx->tx, dir);
}

static bool
goes_to_pipe(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, struct hg_span bytes)
{
	const struct hg_keyed_slot *tree = tree_of(app, h);

	return tree != NULL ? tree->flag : hg_smb_takes_call(app, h, handle, bytes);
}

bool
hg_smb_whole(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, struct hg_span handle,
	struct hg_span bytes)
{
	return find_file(app, h, handle, dir) == NULL && goes_to_pipe(app, h, handle, bytes);
}

static void
take_pipe(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, const struct hg_smb_data *d)
{
	if (dir == HG_TO_SERVER)
		hg_smb_pipe_request(app, h, d->handle, d->bytes);
	else
		hg_smb_pipe_response(app, h, d->handle, d->bytes);
}

static bool
too_large(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, uint64_t length)
{
	const struct hg_smb *s = app->state;
	const uint64_t most = dir == HG_TO_CLIENT ? app->ctx->max_read : app->ctx->max_write;
	const uint64_t agreed = dir == HG_TO_CLIENT ? s->max_read : s->max_write;

	if ((most == 0 || length <= most) && (agreed == 0 || length <= agreed))
		return false;
	hg_smb_report(app, h, dir, dir == HG_TO_CLIENT ? HG_SMB_READ_LARGE : HG_SMB_WRITE_LARGE);
	return true;
}

static void
note_overlap(struct hg_app *app, struct hg_smb_tx *tx, enum hg_dir dir)
{
	if (hg_as_peer(app->suricata7, HG_DIFF_SMB_SIDES))
		hg_smb_report(app, NULL, dir, HG_SMB_FILE_OVERLAP);
	else
		hg_tx_anomaly(&tx->tx, dir, HG_SMB_FILE_OVERLAP);
}

void
hg_smb_transfer(struct hg_app *app, const struct hg_smb_head *h, enum hg_dir dir, const struct hg_smb_data *d)
{
	struct hg_smb_side *side = &((struct hg_smb *)app->state)->side[dir];
	struct hg_smb_tx *tx = find_file(app, h, d->handle, dir);

	side->skip = d->more;
	side->left = 0;
	side->file = 0;
	if (too_large(app, h, dir, d->length))
		return;
	if (tx == NULL && goes_to_pipe(app, h, d->handle, d->bytes)) {
		take_pipe(app, h, dir, d);
		return;
	}
	if (tx == NULL)
		tx = open_file(app, h, d->handle, dir);
	if (tx == NULL)
		return;
	tx->moved += d->length;
	tx->moves++;
	hg_smb_watch_moved(app, h, dir, d->length);
	if (d->offset < tx->transfer->tracked)
		note_overlap(app, tx, dir);
	take_bytes(app, tx, dir, d->offset, d->bytes);
	side->left = HG_MIN(d->length - HG_MIN(d->length, (uint64_t)d->bytes.len), d->more);
	side->skip = d->more - side->left;
	side->file = tx->tx.id + 1;
	side->offset = d->offset + d->bytes.len;
}

static struct hg_smb_tx *
current(struct hg_app *app, const struct hg_smb_side *side)
{
	struct hg_smb_tx *tx = side->file == 0 ? NULL : (struct hg_smb_tx *)hg_tx_find(app, side->file - 1);

	return tx == NULL || tx->transfer == NULL ? NULL : tx;
}

void
hg_smb_continue(struct hg_app *app, enum hg_dir dir, struct hg_span bytes)
{
	struct hg_smb_side *side = &((struct hg_smb *)app->state)->side[dir];
	struct hg_smb_tx *tx = current(app, side);

	if (tx != NULL)
		take_bytes(app, tx, dir, side->offset, bytes);
	side->offset += bytes.len;
}

/* Bytes that did not come, before others that did. With the peer zeros stand for them, up to MISSING_MAX. */
static void
lose(struct hg_app *app, struct hg_file *file, uint64_t bytes)
{
	static const uint8_t zeros[4096];

	if (bytes > MISSING_MAX || !hg_as_peer(app->suricata7, HG_DIFF_SMB_MISSING)) {
		hg_file_gap(app->files, file, bytes);
		return;
	}
	hg_file_gap(app->files, file, 0);
	for (uint64_t n; bytes > 0; bytes -= n) {
		n = HG_MIN(bytes, (uint64_t)sizeof(zeros));
		hg_file_append(app->files, file, hg_span(zeros, (size_t)n));
	}
}

void
hg_smb_missing(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_smb_side *side = &((struct hg_smb *)app->state)->side[dir];
	struct hg_smb_tx *tx = current(app, side);

	if (tx != NULL && side->offset == tx->transfer->tracked) {
		lose(app, tx->transfer->file, bytes);
		tx->transfer->tracked += bytes;
		release(app, tx->transfer);
		hg_tx_touch(&tx->tx, dir);
	}
	side->offset += bytes;
}

/* What still waits stands behind holes that nothing filled. */
static void
give_rest(struct hg_app *app, struct hg_smb_transfer *t)
{
	while (t->pieces != NULL) {
		uint64_t first = UINT64_MAX;

		for (const struct piece *p = t->pieces; p != NULL; p = p->next)
			first = HG_MIN(first, p->offset);
		if (first > t->tracked)
			hg_file_gap(app->files, t->file, first - t->tracked);
		t->tracked = HG_MAX(t->tracked, first);
		release(app, t);
	}
}

static void
end_file(struct hg_app *app, struct hg_smb_tx *tx, const struct hg_smb_head *h, enum hg_dir dir)
{
	if (!hg_as_peer(app->suricata7, HG_DIFF_SMB_HOLES))
		give_rest(app, tx->transfer);
	hg_file_close(app->files, tx->transfer->file, HG_FILE_CLOSED);
	if (tx->version != 1 || !hg_as_peer(app->suricata7, HG_DIFF_SMB_FILES))
		hg_smb_status(tx, h);
	hg_tx_touch(&tx->tx, dir);
}

/* An answer says so when there is nothing left to read: the file is whole, the transfer goes on until it is closed. */
void
hg_smb_end_file(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, enum hg_dir dir)
{
	struct hg_smb_tx *tx = find_file(app, h, handle, dir);

	if (tx != NULL)
		end_file(app, tx, h, dir);
}

void
hg_smb_close_file(struct hg_app *app, const struct hg_smb_head *h, struct hg_span handle, enum hg_dir dir)
{
	const struct hg_smb_head good = { .status = 0 };
	struct hg_smb_tx *tx = find_file(app, h, handle, dir);

	if (tx == NULL)
		return;
	end_file(app, tx, &good, dir);
	hg_smb_done(tx, HG_TO_SERVER);
	hg_smb_done(tx, HG_TO_CLIENT);
}

void
hg_smb_truncate_files(struct hg_app *app, enum hg_dir dir)
{
	for (struct hg_tx *tx = app->txs; tx != NULL; tx = tx->next)
		for (struct hg_file *f = tx->files; f != NULL && tx->decoder == app->decoder; f = f->next)
			if (f->dir == dir)
				hg_file_close(app->files, f, HG_FILE_TRUNCATED);
}

void
hg_smb_transfer_free(struct hg_app *app, struct hg_smb_tx *tx)
{
	while (tx->transfer != NULL && tx->transfer->pieces != NULL)
		drop_piece(app, tx->transfer, &tx->transfer->pieces);
}
