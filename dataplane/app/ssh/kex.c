/* HASSH: MD5 of the algorithms that a side offers for its own direction (https://github.com/salesforce/hassh). */
#include "app/ssh/ssh_int.h"

#define COOKIE 16

/* The lists of a KEXINIT in their order (RFC 4253 7.1). */
enum {
	KEX,
	HOST_KEY,
	CIPHER,
	MAC = CIPHER + HG_DIRS,
	COMPRESSION = MAC + HG_DIRS,
	LANGUAGE = COMPRESSION + HG_DIRS,
	LISTS = LANGUAGE + HG_DIRS
};

static bool
read_lists(struct hg_span body, struct hg_span lists[LISTS])
{
	struct hg_reader r = hg_reader_of(body);

	hg_read_skip(&r, COOKIE);
	for (unsigned i = 0; i < LISTS; i++)
		lists[i] = hg_read_span(&r, hg_read_u32be(&r));
	hg_read_skip(&r, 1 + 4); /* first_kex_packet_follows, reserved */
	return !hg_reader_failed(&r);
}

/* Behind what stands there already, parted by ';'. */
static struct hg_span
join(struct hg_arena *arena, struct hg_span before, const struct hg_span *parts[], unsigned n)
{
	size_t len = before.len + n - 1, at = before.len;
	uint8_t *to;

	for (unsigned i = 0; i < n; i++)
		len += parts[i]->len;
	to = hg_arena_take(arena, len);
	if (to == NULL)
		return HG_SPAN_NONE;
	if (before.len > 0)
		memcpy(to, before.p, before.len);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			to[at++] = ';';
		if (parts[i]->len > 0)
			memcpy(to + at, parts[i]->p, parts[i]->len);
		at += parts[i]->len;
	}
	return hg_span(to, len);
}

static struct hg_span
hash_of(const struct hg_decoder_ctx *ctx, struct hg_arena *arena, struct hg_span before,
	struct hg_span string)
{
	uint8_t digest[32], *to;

	if (!hg_digest(&ctx->digests, HG_DIGEST_MD5, string, digest))
		return HG_SPAN_NONE;
	to = hg_arena_take(arena, before.len + 32);
	if (to == NULL)
		return HG_SPAN_NONE;
	if (before.len > 0)
		memcpy(to, before.p, before.len);
	for (unsigned i = 0; i < 32; i++)
		to[before.len + i] = (uint8_t) "0123456789abcdef"[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	return hg_span(to, before.len + 32);
}

void
hg_ssh_kexinit(struct hg_ssh_tx *ssh, enum hg_dir dir, struct hg_span body)
{
	struct hg_ssh_side *side = &ssh->side[dir];
	struct hg_arena *arena = &ssh->tx.arena;
	struct hg_span lists[LISTS], string, hash;
	const struct hg_span *parts[] = { &lists[KEX], &lists[CIPHER + dir], &lists[MAC + dir],
		&lists[COMPRESSION + dir] };

	/* Keys are exchanged anew behind encryption only; the peer puts a second one behind the first. */
	if (side->hassh.p != NULL && !hg_as_peer(ssh->tx.app->suricata7, HG_DIFF_SSH_KEXINIT_AGAIN))
		return;
	if (!read_lists(body, lists))
		return;
	string = join(arena, side->hassh_string, parts, HG_COUNT(parts));
	hash = string.p == NULL ? HG_SPAN_NONE : hash_of(ssh->tx.ctx, arena, side->hassh, string);
	if (hash.p == NULL)
		return;
	side->hassh_string = string;
	side->hassh = hash;
}
