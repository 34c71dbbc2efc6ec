/* Files of a transaction as values of buffers, for every decoder whose messages carry several. */
#include "app/app_int.h"

#define SIDE(dir) (1u << (dir))

/* Is it stored anyway, or may a rule still want that? */
void
hg_tx_file_settle(const struct hg_tx *tx, struct hg_file *file)
{
	const struct hg_app *app = tx->app;
	const struct hg_filestore_config *store = hg_files_store(app->files);

	if (store == NULL)
		return;
	if (store->force || (tx->stored | app->stored) & SIDE(file->dir))
		hg_file_store(app->files, file);
	else if (app->apps->stores[file->dir] & HG_PROTO_BIT(tx->decoder->proto) &&
		!(app->flow->flags & HG_FLOW_NO_DETECT))
		hg_file_keep(app->files, file);
}

struct hg_file *
hg_tx_file_open(
	struct hg_tx *tx, struct hg_span name, enum hg_dir dir, const struct hg_inspect_limits *limits)
{
	struct hg_file *file = hg_file_open(tx->app->files, &tx->files, &tx->arena, name, dir, limits);

	if (file != NULL)
		hg_tx_file_settle(tx, file);
	return file;
}

void
hg_tx_file_keep(const struct hg_tx *tx, struct hg_file *file)
{
	const struct hg_app *app = tx->app;
	const struct hg_filestore_config *store = hg_files_store(app->files);

	if (store != NULL &&
		(store->force || (tx->stored | app->stored) & SIDE(file->dir) ||
			app->apps->stores[file->dir] & HG_PROTO_BIT(tx->decoder->proto)))
		hg_file_keep(app->files, file);
}

bool
hg_tx_file_adopt(struct hg_tx *tx, struct hg_file *file)
{
	if (!hg_file_move(tx->app->files, file, &tx->files, &tx->arena))
		return false;
	for (file = tx->files; file->next != NULL;)
		file = file->next;
	hg_tx_file_settle(tx, file);
	hg_tx_touch(tx, (enum hg_dir)file->dir);
	return true;
}

uint64_t
hg_tx_file_limit(const struct hg_tx *tx, enum hg_dir dir, uint64_t limit)
{
	const struct hg_filestore_config *store = hg_files_store(tx->app->files);

	return store != NULL && tx->deep & SIDE(dir) ? store->depth : limit;
}

void
hg_apps_stores(struct hg_apps *a, const uint64_t protos[HG_DIRS])
{
	memcpy(a->stores, protos, sizeof(a->stores));
}

void
hg_tx_store_file(struct hg_tx *tx, struct hg_file *file)
{
	hg_file_store(tx->app->files, file);
}

/* The peer never keeps a file of a direction in which no rule with filestore looks. */
static uint8_t
kept_sides(const struct hg_app *app, uint8_t sides)
{
	const uint64_t bit = HG_PROTO_BIT(app->decoder->proto);

	if (!hg_as_peer(app->suricata7, HG_DIFF_APP_STORED_SIDES))
		return sides;
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (!(app->apps->stores[dir] & bit))
			sides &= (uint8_t)~SIDE(dir);
	return sides;
}

static void
want_files(struct hg_tx *tx, uint8_t sides, bool open_only)
{
	tx->stored |= sides;
	for (struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (sides & SIDE(f->dir) && (!open_only || f->state == HG_FILE_OPEN))
			f->wanted = true;
}

void
hg_tx_store(struct hg_tx *tx, enum hg_store_scope scope, uint8_t sides, enum hg_dir looks)
{
	struct hg_app *app = tx->app;
	const struct hg_filestore_config *store = hg_files_store(app->files);

	if (store == NULL)
		return;
	tx->deep |= (uint8_t)SIDE(looks);
	if (app->flow->stream != NULL)
		hg_stream_set_depth(app->flow, store->depth);
	if (scope == HG_STORE_FILE)
		return;
	sides = kept_sides(app, sides);
	if (scope == HG_STORE_TX) {
		want_files(tx, sides, false);
		return;
	}
	if ((app->stored & sides) == sides)
		return;
	app->stored |= sides;
	for (struct hg_tx *other = app->txs; other != NULL; other = other->next)
		want_files(other, sides, true);
}

uint32_t
hg_tx_files(const struct hg_tx *tx, enum hg_dir dir)
{
	uint32_t n = 0;

	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		n += f->dir == dir;
	return n;
}

/* Does a buffer of files in this direction speak of it? */
static bool
is_asked(const struct hg_tx *tx, const struct hg_file *f, enum hg_dir dir)
{
	return f->dir == dir && (tx->only == NULL || tx->only == f);
}

bool
hg_tx_file_view(
	const struct hg_tx *tx, enum hg_dir dir, uint32_t index, bool eof, bool at_once, struct hg_view *out)
{
	for (struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (is_asked(tx, f, dir) && hg_body_view(&f->body, eof, at_once, out) && index-- == 0)
			return true;
	return false;
}

bool
hg_tx_file_name(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next) {
		if (is_asked(tx, f, dir) && index-- == 0) {
			*out = (struct hg_view){ f->name, 0, true };
			return true;
		}
	}
	return false;
}

void
hg_tx_files_inspected(struct hg_tx *tx, enum hg_dir dir)
{
	for (struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (f->dir == dir)
			hg_body_inspected(&f->body);
}

bool
hg_tx_file_size(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (is_asked(tx, f, dir) && hg_file_size(f, out) && index-- == 0)
			return true;
	return false;
}

bool
hg_tx_file_digest(const struct hg_tx *tx, enum hg_dir dir, unsigned hash, uint32_t index, struct hg_view *out)
{
	for (const struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (is_asked(tx, f, dir) && hg_file_digest(f, hash, out) && index-- == 0)
			return true;
	return false;
}

bool
hg_tx_file_type(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out)
{
	for (struct hg_file *f = tx->files; f != NULL; f = f->next)
		if (is_asked(tx, f, dir) && hg_file_type(tx->app->files, f, out) && index-- == 0)
			return true;
	return false;
}
