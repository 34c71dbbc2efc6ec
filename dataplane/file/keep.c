/* Whole files: kept while a rule may still want them stored, handed to the store when one does. */
#include "file/file_int.h"

/* Bytes of a file as they came; the first piece of a small file is small. */
struct hg_kept {
	struct hg_kept *next;
	uint32_t used, room;
	uint8_t bytes[];
};

#define PIECE_LEAST ((size_t)1 << 10)
#define PIECE_MOST ((size_t)16 << 10)
#define SHARE 4 /* one file may take this part of what may be kept */

static void
free_kept(struct hg_files *f, struct hg_file *file)
{
	struct hg_mem *mem = file->body.bytes.mem;

	while (file->kept != NULL) {
		struct hg_kept *k = file->kept;

		file->kept = k->next;
		hg_mem_give(mem, k, sizeof(*k) + k->room);
	}
	file->kept_last = NULL;
	f->stats.kept -= file->kept_bytes;
	file->kept_bytes = 0;
}

static struct hg_kept *
new_piece(struct hg_files *f, struct hg_file *file, size_t wanted)
{
	const size_t most = hg_desk_config(f->desk)->hold;
	const size_t size =
		hg_mem_class(HG_MIN(HG_MAX(wanted, PIECE_LEAST), PIECE_MOST) + sizeof(struct hg_kept));
	const bool fits = f->stats.kept + size <= most && file->kept_bytes + size <= most / SHARE;
	struct hg_kept *k = fits ? hg_mem_take(file->body.bytes.mem, size) : NULL;

	if (k == NULL)
		return NULL;
	*k = (struct hg_kept){ .room = (uint32_t)(size - sizeof(*k)) };
	file->kept_bytes += size;
	f->stats.kept += size;
	if (file->kept == NULL)
		file->kept = k;
	else
		file->kept_last->next = k;
	file->kept_last = k;
	return k;
}

static void
keep(struct hg_files *f, struct hg_file *file, struct hg_span bytes)
{
	while (bytes.len > 0) {
		struct hg_kept *k = file->kept_last;
		size_t n;

		if (k == NULL || k->used == k->room)
			k = new_piece(f, file, bytes.len);
		if (k == NULL) {
			free_kept(f, file);
			file->keeping = HG_FILE_FORGOTTEN;
			return;
		}
		n = HG_MIN(bytes.len, (size_t)(k->room - k->used));
		memcpy(k->bytes + k->used, bytes.p, n);
		k->used += (uint32_t)n;
		bytes = hg_span_from(bytes, n);
	}
}

static void
lose(struct hg_files *f, struct hg_file *file, uint64_t *counter)
{
	free_kept(f, file);
	file->keeping = HG_FILE_LOST;
	++*counter;
}

void
hg_file_take(struct hg_files *f, struct hg_file *file, struct hg_span bytes)
{
	if (file->keeping == HG_FILE_KEPT)
		keep(f, file, bytes);
	else if (file->keeping == HG_FILE_STORING && !hg_desk_put(f->desk, file->slot, bytes))
		lose(f, file, &f->stats.store_lost);
}

void
hg_file_keep(struct hg_files *f, struct hg_file *file)
{
	if (f->desk != NULL && file->keeping == HG_FILE_PASSES && file->body.total == 0)
		file->keeping = HG_FILE_KEPT;
}

void
hg_file_note_rule(struct hg_file *file, uint32_t sid)
{
	for (unsigned i = 0; i < file->n_sids; i++)
		if (file->sids[i] == sid)
			return;
	if (file->n_sids < HG_FILE_SIDS)
		file->sids[file->n_sids++] = sid;
}

/* What was kept goes on its way. */
static void
begin(struct hg_files *f, struct hg_file *file)
{
	const bool named = file->hashes != NULL || (file->digests & HG_HASH_SHA256) != 0;
	const int slot = named ? hg_desk_begin(f->desk, &file->store_id) : -1;
	bool good = slot >= 0;

	file->slot = (int16_t)slot;
	for (const struct hg_kept *k = file->kept; good && k != NULL; k = k->next)
		good = hg_desk_put(f->desk, slot, hg_span(k->bytes, k->used));
	if (!good) {
		lose(f, file, &f->stats.store_lost);
		return;
	}
	free_kept(f, file);
	file->keeping = HG_FILE_STORING;
	if (file->logged)
		hg_file_settle(f, file);
}

void
hg_file_store(struct hg_files *f, struct hg_file *file)
{
	file->wanted = false;
	if (f->desk == NULL)
		return;
	hg_file_keep(f, file);
	if (file->keeping == HG_FILE_KEPT)
		begin(f, file);
	else if (file->keeping == HG_FILE_PASSES || file->keeping == HG_FILE_FORGOTTEN)
		lose(f, file, &f->stats.store_forgotten);
}

void
hg_file_settle(struct hg_files *f, struct hg_file *file)
{
	if (file->wanted)
		hg_file_store(f, file);
	if (file->keeping != HG_FILE_STORING || file->state == HG_FILE_OPEN)
		return;
	if ((file->digests & HG_HASH_SHA256) == 0) {
		hg_desk_drop(f->desk, file->slot);
		lose(f, file, &f->stats.store_lost);
	} else if (hg_desk_end(f->desk, file->slot, file->digest[2])) {
		file->keeping = HG_FILE_STORED;
	} else {
		lose(f, file, &f->stats.store_lost);
	}
}

void
hg_file_tell(struct hg_files *f, const struct hg_file *file, uint64_t seconds, struct hg_span record)
{
	if (file->keeping == HG_FILE_STORED && record.len > 0)
		f->stats.store_untold += !hg_desk_tell(f->desk, file->slot, seconds, record);
}

void
hg_file_let_go(struct hg_files *f, struct hg_file *file)
{
	free_kept(f, file);
	if (file->keeping == HG_FILE_STORING && f->desk != NULL)
		hg_desk_drop(f->desk, file->slot);
	file->keeping = HG_FILE_PASSES;
}
