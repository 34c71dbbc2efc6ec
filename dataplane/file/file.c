/* Files while they pass: their list, their state, their EVE members. Digests: hash.c. */
#include "base/start.h"
#include "file/file.h"

#include "file/file_int.h"

#define HEAD_GOES ((size_t)16 << 10) /* of so many bytes the first ones may be let go of */

int
hg_files_open(struct hg_files **ret, unsigned hashes, uint32_t max_open, struct hg_error *err)
{
	struct hg_files *f = hg_start_take(sizeof(*f));
	int r;

	if (f == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for file hashing");
	r = hg_hashes_open(&f->hashes, hashes, hashes == 0 ? 0 : max_open, err);
	if (r < 0) {
		hg_start_give(f);
		return r;
	}
	*ret = f;
	return 0;
}

void
hg_files_close(struct hg_files *f)
{
	if (f == NULL)
		return;
	hg_hashes_close(&f->hashes);
	hg_start_give(f);
}

void
hg_files_reset(struct hg_files *f)
{
	hg_hashes_reset(&f->hashes);
	memset(&f->stats, 0, sizeof(f->stats));
	f->desk = NULL;
}

void
hg_files_desk(struct hg_files *f, struct hg_desk *desk)
{
	f->desk = desk;
	if (desk != NULL)
		hg_desk_reset(desk);
}

const struct hg_filestore_config *
hg_files_store(const struct hg_files *f)
{
	return f->desk == NULL ? NULL : hg_desk_config(f->desk);
}

const struct hg_files_stats *
hg_files_stats(const struct hg_files *f)
{
	return &f->stats;
}

void
hg_files_typer(struct hg_files *f, struct hg_typer *typer, bool every, bool peer)
{
	f->typer = typer;
	f->types_every = every;
	f->types_peer = peer;
}

/* The list's end and its length: at most HG_FILES_A_TX steps. */
static struct hg_file **
list_end(struct hg_file **list, uint32_t *n)
{
	*n = 0;
	while (*list != NULL) {
		list = &(*list)->next;
		++*n;
	}
	return list;
}

struct hg_file *
hg_file_open(struct hg_files *f, struct hg_file **list, struct hg_arena *arena, struct hg_span name,
	enum hg_dir dir, const struct hg_inspect_limits *limits)
{
	uint32_t n;
	struct hg_file **end = list_end(list, &n);
	struct hg_file *file = n < HG_FILES_A_TX ? hg_arena_take0(arena, sizeof(*file)) : NULL;

	if (file == NULL) {
		f->stats.cap++;
		return NULL;
	}
	file->arena = arena;
	file->name = hg_span_keep(arena, name);
	file->dir = (uint8_t)dir;
	file->state = HG_FILE_OPEN;
	file->id = n;
	hg_body_init(&file->body, arena->mem, limits);
	if (f->hashes.kinds != 0) {
		file->hashes = hg_hashes_take(&f->hashes);
		f->stats.hash_refused += file->hashes == NULL;
	}
	f->stats.opened++;
	*end = file;
	return file;
}

bool
hg_file_move(struct hg_files *f, struct hg_file *file, struct hg_file **list, struct hg_arena *arena)
{
	uint32_t n;
	struct hg_file **end = list_end(list, &n);
	struct hg_file *to = n < HG_FILES_A_TX ? hg_arena_take(arena, sizeof(*to)) : NULL;

	if (to == NULL) {
		f->stats.cap++;
		hg_file_free(f, file);
		return false;
	}
	*to = *file;
	to->next = NULL;
	to->arena = arena;
	to->name = hg_span_keep(arena, file->name);
	to->type = hg_span_keep(arena, file->type);
	to->id = n;
	*end = to;
	return true;
}

/* By its head, once: before enough is there nothing is said, unless it is all. */
bool
hg_file_type(struct hg_files *f, struct hg_file *file, struct hg_view *out)
{
	const struct hg_span head =
		hg_span_sub(hg_buf_span(&file->body.bytes), 0, f->types_peer ? HG_TYPE_MOST : HG_TYPE_HEAD);
	const size_t least = f->types_peer ? HG_TYPE_LEAST : HG_TYPE_HEAD;

	if (!file->typed && f->typer != NULL && file->body.base == 0 && head.len > 0 &&
		(head.len >= least || file->state != HG_FILE_OPEN)) {
		file->typed = true;
		file->type = hg_span_keep(file->arena, hg_typer_ask(f->typer, head));
	}
	*out = (struct hg_view){ file->type, 0, true };
	return file->type.len > 0;
}

bool
hg_file_awaits_rules(const struct hg_files *f, const struct hg_file *file)
{
	return file->keeping == HG_FILE_KEPT || (f->types_peer && f->typer != NULL && !file->typed);
}

void
hg_file_note_type(struct hg_files *f, struct hg_file *file)
{
	struct hg_view type;

	if ((f->types_every || !f->types_peer) && f->typer != NULL && !file->typed)
		hg_file_type(f, file, &type);
}

void
hg_file_append(struct hg_files *f, struct hg_file *file, struct hg_span bytes)
{
	if (file->state != HG_FILE_OPEN)
		return;
	hg_body_append(&file->body, bytes);
	if (hg_buf_len(&file->body.bytes) >= HEAD_GOES)
		hg_file_note_type(f, file);
	if (file->hashes != NULL)
		hg_hashes_update(&f->hashes, file->hashes, bytes);
	if (file->keeping != HG_FILE_PASSES)
		hg_file_take(f, file, bytes);
}

void
hg_file_gap(struct hg_files *f, struct hg_file *file, uint64_t bytes)
{
	if (file->state != HG_FILE_OPEN)
		return;
	file->gaps = true;
	hg_file_note_type(f, file);
	if (bytes > 0)
		hg_body_skip(&file->body, bytes);
	/* A digest over a gap names no file, but what is stored of one. */
	if (f->desk == NULL)
		hg_hashes_give(&f->hashes, &file->hashes);
}

void
hg_file_close(struct hg_files *f, struct hg_file *file, enum hg_file_state state)
{
	if (file->state != HG_FILE_OPEN)
		return;
	if (file->gaps && state == HG_FILE_CLOSED)
		state = HG_FILE_TRUNCATED;
	file->state = (uint8_t)state;
	for (unsigned i = 0; i < sizeof(file->size); i++)
		file->size[i] = (uint8_t)(file->body.total >> 8 * (sizeof(file->size) - 1 - i));
	hg_body_finish(&file->body);
	if (file->hashes != NULL)
		file->digests = hg_hashes_final(&f->hashes, file->hashes, file->digest);
	if (file->gaps)
		file->digests &= HG_HASH_SHA256;
	hg_hashes_give(&f->hashes, &file->hashes);
	f->stats.closed += state == HG_FILE_CLOSED;
	f->stats.truncated += state == HG_FILE_TRUNCATED;
	f->stats.errors += state == HG_FILE_ERROR;
}

bool
hg_file_size(const struct hg_file *file, struct hg_view *out)
{
	*out = (struct hg_view){ hg_span(file->size, sizeof(file->size)), 0, file->state == HG_FILE_CLOSED };
	return file->state != HG_FILE_OPEN;
}

bool
hg_file_digest(const struct hg_file *file, unsigned hash, struct hg_view *out)
{
	static const uint8_t lengths[] = { 16, 20, 32, 32 };
	const unsigned i = (unsigned)__builtin_ctz(hash);

	*out = (struct hg_view){ hg_span(file->digest[i], lengths[i]), 0, true };
	return file->state == HG_FILE_CLOSED && (file->digests & hash) != 0;
}

void
hg_file_free(struct hg_files *f, struct hg_file *file)
{
	hg_hashes_give(&f->hashes, &file->hashes);
	hg_body_fini(&file->body);
	if (file->keeping != HG_FILE_PASSES)
		hg_file_let_go(f, file);
}

void
hg_file_log_digests(const struct hg_file *file, struct hg_json *j)
{
	for (unsigned i = 0; i < HG_COUNT(hg_hash_rows); i++)
		if ((file->digests & hg_hash_rows[i].kind) != 0)
			hg_json_hex(j, hg_hash_rows[i].json, hg_span(file->digest[i], hg_hash_rows[i].size),
				'\0');
}

void
hg_file_log(const struct hg_file *file, struct hg_span name, uint64_t tx_id, struct hg_json *j)
{
	static const char *const states[] = { "UNKNOWN", "CLOSED", "TRUNCATED", "ERROR" };

	if (name.len > 0)
		hg_json_str(j, "filename", name);
	if (file->n_sids > 0) {
		hg_json_array_at(j, "sid");
		for (unsigned i = 0; i < file->n_sids; i++)
			hg_json_item_u64(j, file->sids[i]);
		hg_json_array_end(j);
	}
	if (file->type.len > 0)
		hg_json_str(j, "magic", file->type);
	hg_json_bool(j, "gaps", file->gaps);
	hg_json_cstr(j, "state", states[file->state]);
	hg_file_log_digests(file, j);
	hg_json_bool(j, "stored", file->keeping == HG_FILE_STORED);
	if (file->keeping == HG_FILE_STORED)
		hg_json_u64(j, "file_id", file->store_id);
	if (file->keeping == HG_FILE_STORING)
		hg_json_bool(j, "storing", true);
	hg_json_u64(j, "size", file->body.total);
	if (file->has_range) {
		hg_json_u64(j, "start", file->start);
		hg_json_u64(j, "end", file->end);
	}
	hg_json_u64(j, "tx_id", tx_id);
}
