/* What calls are about: handles and names (RFC 1094 2.2, RFC 1813 3.3), and which handle has which name. */
#include "app/nfs/nfs_int.h"

#define HANDLE_MOST 64 /* NFS 3; those of NFS 2 have 32 bytes always */
#define HANDLE_V2 32
#define ATTRIBUTES 84
#define NAME_MOST 1024 /* longer ones are none */
#define NAMED_MOST (HANDLE_MOST + NAME_MOST)

enum {
	LOOKUP = 3,
	ACCESS = 4,
	CREATE = 8,
	MKDIR = 9,
	REMOVE = 12,
	RMDIR = 13,
	RENAME = 14,
	READDIRPLUS = 17
};

/* XDR: a length, so many bytes, and those that make it a multiple of four (RFC 4506 4.10). */
struct hg_span
hg_nfs_opaque(struct hg_reader *r, uint32_t most)
{
	const uint32_t n = hg_read_u32be(r);
	const struct hg_span s = hg_read_span(r, n <= most ? n : SIZE_MAX);

	hg_read_skip(r, -n & 3);
	return s;
}

/* The same in numbers of NFS 3; 0: nothing of it is read. */
static uint32_t
as_v3(const struct hg_nfs_tx *tx)
{
	static const uint8_t of_v2[] = {
		[4] = LOOKUP, [9] = CREATE, [10] = REMOVE, [11] = RENAME, [14] = MKDIR, [15] = RMDIR
	};

	if (tx->version == 3)
		return tx->procedure <= HG_NFS_V3_COMMIT ? tx->procedure : 0;
	return tx->version == 2 && tx->procedure < HG_COUNT(of_v2) ? of_v2[tx->procedure] : 0;
}

static struct hg_span
read_handle(const struct hg_nfs_tx *tx, struct hg_reader *r)
{
	return tx->version == 2 ? hg_read_span(r, HANDLE_V2) : hg_nfs_opaque(r, HANDLE_MOST);
}

static bool
has_name(uint32_t procedure)
{
	return procedure == LOOKUP || procedure == CREATE || procedure == MKDIR || procedure == REMOVE ||
		procedure == RMDIR || procedure == RENAME;
}

/* NFS 3 names a handle first in all its calls but NULL; the peer keeps it of some. */
static bool
keeps_handle(const struct hg_nfs_tx *tx, uint32_t procedure)
{
	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_NFS_LOOKUP))
		return true;
	return has_name(procedure) || procedure == ACCESS || procedure == HG_NFS_V3_GETATTR ||
		procedure == READDIRPLUS;
}

/* ---- names of handles ---- */

static struct hg_keyed_key
key_of(struct hg_span handle)
{
	return (struct hg_keyed_key){ .session = hg_hash(&HG_HASH_KEY_REPLAY, handle.p, handle.len),
		.message = handle.len };
}

/* The slot's text is the handle and the name: a hash alone would let one file take another one's name. */
static struct hg_span
name_of(struct hg_app *app, struct hg_span handle)
{
	struct hg_nfs *s = app->state;
	const struct hg_keyed_key key = key_of(handle);
	const struct hg_keyed_slot *slot = hg_keyed_find(&s->handles, &key);

	if (slot == NULL || !hg_span_starts(hg_keyed_text_of(slot), handle))
		return HG_SPAN_NONE;
	return hg_span_from(hg_keyed_text_of(slot), handle.len);
}

static void
learn(struct hg_app *app, struct hg_span handle, struct hg_span name)
{
	struct hg_nfs *s = app->state;
	const struct hg_keyed_key key = key_of(handle);
	struct hg_keyed_slot *slot = hg_keyed_put(&s->handles, &key);

	if (slot == NULL)
		return;
	if (!hg_keyed_add_text(&s->handles, slot, handle, NAMED_MOST) ||
		!hg_keyed_add_text(&s->handles, slot, name, NAMED_MOST))
		hg_keyed_drop(&s->handles, slot);
}

/* ---- */

bool
hg_nfs_arguments(struct hg_nfs_tx *tx, struct hg_reader *r)
{
	const uint32_t procedure = as_v3(tx);
	struct hg_arena *arena = &tx->base.arena;
	struct hg_span handle;

	if (procedure == 0)
		return true;
	handle = read_handle(tx, r);
	if (keeps_handle(tx, procedure))
		tx->handle = hg_span_keep(arena, handle);
	if (has_name(procedure))
		tx->name = hg_span_keep(arena, hg_nfs_opaque(r, NAME_MOST));
	else if (tx->handle.len > 0)
		tx->name = hg_span_keep(arena, name_of(tx->base.app, tx->handle));
	if (procedure == RENAME) {
		read_handle(tx, r);
		tx->to = hg_span_keep(arena, hg_nfs_opaque(r, NAME_MOST));
	}
	return !hg_reader_failed(r);
}

/* post_op_attr (RFC 1813 2.6) */
static void
skip_attributes(struct hg_reader *r)
{
	if (hg_read_u32be(r) != 0)
		hg_read_skip(r, ATTRIBUTES);
}

static bool
is_dots(struct hg_span name)
{
	return hg_span_eq(name, HG_BYTES(".")) || hg_span_eq(name, HG_BYTES(".."));
}

/* As far as the head of the record reaches. */
static void
learn_entries(struct hg_app *app, struct hg_reader *r)
{
	skip_attributes(r);
	hg_read_skip(r, 8);
	while (hg_read_u32be(r) != 0) {
		struct hg_span name, handle = HG_SPAN_NONE;

		hg_read_skip(r, 8);
		name = hg_nfs_opaque(r, NAME_MOST);
		hg_read_skip(r, 8);
		skip_attributes(r);
		if (hg_read_u32be(r) != 0)
			handle = hg_nfs_opaque(r, HANDLE_MOST);
		if (!hg_reader_failed(r) && handle.len > 0 &&
			(hg_as_peer(app->suricata7, HG_DIFF_NFS_NAMES) || !is_dots(name)))
			learn(app, handle, name);
	}
}

/* The peer takes for a handle what stands behind the status of LOOKUP, whatever that is. */
static void
lookup_as_peer(struct hg_nfs_tx *tx, struct hg_reader *r)
{
	const struct hg_span handle = hg_nfs_opaque(r, HANDLE_MOST);

	if (handle.len == 0)
		return;
	tx->handle = hg_span_keep(&tx->base.arena, handle);
	learn(tx->base.app, handle, tx->name);
}

/* Its reply tells the handle of what the call names. */
static bool
makes_known(const struct hg_app *app, uint32_t procedure)
{
	return procedure == LOOKUP || procedure == CREATE ||
		(procedure == MKDIR && !hg_as_peer(app->suricata7, HG_DIFF_NFS_NAMES));
}

void
hg_nfs_results(struct hg_nfs_tx *tx, struct hg_reader *r)
{
	const uint32_t procedure = as_v3(tx);
	struct hg_app *app = tx->base.app;
	struct hg_span handle;

	if (procedure == LOOKUP && tx->version == 3 && hg_as_peer(app->suricata7, HG_DIFF_NFS_LOOKUP)) {
		lookup_as_peer(tx, r);
		return;
	}
	if (tx->status == 0 && procedure == READDIRPLUS)
		learn_entries(app, r);
	if (tx->status != 0 || !makes_known(app, procedure))
		return;
	if (tx->version == 3 && procedure != LOOKUP && hg_read_u32be(r) == 0)
		return;
	handle = read_handle(tx, r);
	if (!hg_reader_failed(r) && tx->name.len > 0)
		learn(app, handle, tx->name);
}
