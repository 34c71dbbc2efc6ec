/* Calls and replies of ONC RPC (RFC 5531 9), and who belongs to whom. */
#include <stdio.h>

#include "app/nfs/nfs_int.h"

#define PROGRAM 100003
#define AUTH_MOST 400    /* bytes of a credential or verifier (RFC 5531 8.2) */
#define MACHINE_MOST 255 /* of a machine's name (RFC 5531 appendix A) */

enum { CALL, REPLY };

struct call {
	uint32_t xid, version, procedure, flavor;
	struct hg_span creds;
};

static struct hg_keyed_key
key_of(uint32_t xid)
{
	return (struct hg_keyed_key){ .message = xid };
}

static void
put32(uint8_t out[4], uint32_t n)
{
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)(n >> (24 - 8 * i));
}

static struct hg_span
read_machine(const struct hg_nfs_tx *tx, struct hg_reader *r)
{
	uint32_t n;

	if (!hg_as_peer(tx->base.app->suricata7, HG_DIFF_NFS_CREDENTIALS))
		return hg_nfs_opaque(r, MACHINE_MOST);
	n = hg_read_u32be(r);
	return hg_read_span(r, n <= MACHINE_MOST ? n : SIZE_MAX);
}

/* AUTH_SYS: stamp, machine, user, group, other groups. */
static bool
read_creds(struct hg_nfs_tx *tx, struct hg_span creds)
{
	struct hg_reader r = hg_reader_of(creds);
	struct hg_span machine;
	char user[MACHINE_MOST + 16];
	int n;

	hg_read_skip(&r, 4);
	machine = read_machine(tx, &r);
	tx->uid = hg_read_u32be(&r);
	tx->gid = hg_read_u32be(&r);
	if (hg_reader_failed(&r))
		return false;
	tx->has_creds = true;
	tx->machine = hg_span_keep(&tx->base.arena, machine);
	n = snprintf(user, sizeof(user), "%u@", tx->uid);
	memcpy(user + n, machine.p, machine.len);
	tx->user = hg_span_keep(&tx->base.arena, hg_span((uint8_t *)user, (size_t)n + machine.len));
	return true;
}

/* The peer makes of what moves files' bytes a transaction a file, and none of NFS 4's other calls. */
static bool
is_told(const struct hg_app *app, const struct call *c)
{
	static const uint32_t moves = 1u << 6 | 1u << 7 | 1u << HG_NFS_V3_COMMIT;

	if (!hg_as_peer(app->suricata7, HG_DIFF_NFS_CALLS))
		return true;
	return c->version < 4 && (c->version != 3 || c->procedure > 31 || (moves >> c->procedure & 1) == 0);
}

static bool
begin_call(struct hg_app *app, const struct call *c, struct hg_reader *r, bool torn)
{
	struct hg_nfs *s = app->state;
	const struct hg_keyed_key key = key_of(c->xid);
	struct hg_keyed_slot *slot;
	struct hg_nfs_tx *tx = (struct hg_nfs_tx *)hg_tx_new(app);
	bool good;

	if (tx == NULL) {
		if (hg_tx_last(app) != NULL)
			hg_tx_anomaly(hg_tx_last(app), HG_TO_SERVER, HG_NFS_TOO_MANY);
		return true;
	}
	tx->xid = c->xid;
	tx->version = c->version;
	tx->procedure = c->procedure;
	tx->flavor = c->flavor;
	put32(tx->numbers[0], c->version);
	put32(tx->numbers[1], c->procedure);
	tx->base.unlogged = c->version < 4 && c->procedure == HG_NFS_V3_GETATTR;
	good = c->flavor != HG_NFS_AUTH_SYS || read_creds(tx, c->creds);
	good &= hg_nfs_arguments(tx, r) || torn;
	tx->incomplete = torn && hg_reader_failed(r);
	slot = hg_keyed_put(&s->calls, &key);
	if (slot != NULL)
		slot->value = tx->base.id;
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_NFS_DONE);
	return good;
}

/* A call that is sent again, as UDP does, has its transaction. */
static bool
take_call(struct hg_app *app, uint32_t xid, struct hg_reader *r, bool torn)
{
	struct hg_nfs *s = app->state;
	const struct hg_keyed_key key = key_of(xid);
	const uint32_t rpc = hg_read_u32be(r), program = hg_read_u32be(r);
	struct call c = { .xid = xid };
	const struct hg_keyed_slot *known = hg_keyed_find(&s->calls, &key);

	c.version = hg_read_u32be(r);
	c.procedure = hg_read_u32be(r);
	c.flavor = hg_read_u32be(r);
	c.creds = hg_nfs_opaque(r, AUTH_MOST);
	hg_read_skip(r, 4);
	hg_nfs_opaque(r, AUTH_MOST);
	if (hg_reader_failed(r))
		return torn;
	if (rpc != 2)
		return false;
	if ((program != PROGRAM && !hg_as_peer(app->suricata7, HG_DIFF_NFS_PROGRAMS)) || !is_told(app, &c))
		return true;
	if (known != NULL && hg_tx_find(app, known->value) != NULL)
		return true;
	return begin_call(app, &c, r, torn);
}

static struct hg_nfs_tx *
answered_by(struct hg_app *app, uint32_t xid)
{
	struct hg_nfs *s = app->state;
	const struct hg_keyed_key key = key_of(xid);
	struct hg_keyed_slot *slot = hg_keyed_find(&s->calls, &key);
	struct hg_tx *tx;

	if (slot == NULL)
		return NULL;
	tx = hg_tx_find(app, slot->value);
	hg_keyed_drop(&s->calls, slot);
	return (struct hg_nfs_tx *)tx;
}

/* Replies whose call was not seen say nothing. */
static bool
take_reply(struct hg_app *app, uint32_t xid, struct hg_reader *r, bool torn)
{
	struct hg_nfs_tx *tx = answered_by(app, xid);

	if (tx == NULL)
		return true;
	tx->reply_stat = hg_read_u32be(r);
	if (tx->reply_stat == 0) {
		hg_read_skip(r, 4);
		hg_nfs_opaque(r, AUTH_MOST);
		tx->accept_stat = hg_read_u32be(r);
		if (tx->accept_stat == 0 && tx->procedure != 0)
			tx->status = hg_read_u32be(r);
	}
	tx->answered = !hg_reader_failed(r);
	if (tx->answered && tx->reply_stat == 0 && tx->accept_stat == 0)
		hg_nfs_results(tx, r);
	tx->incomplete |= torn && !tx->answered;
	hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_NFS_DONE);
	return tx->answered || torn;
}

bool
hg_nfs_message(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool torn)
{
	struct hg_reader r = hg_reader_of(in);
	const uint32_t xid = hg_read_u32be(&r), type = hg_read_u32be(&r);

	if (hg_reader_failed(&r))
		return torn;
	if (dir == HG_TO_SERVER && type == CALL)
		return take_call(app, xid, &r, torn);
	if (dir == HG_TO_CLIENT && type == REPLY)
		return take_reply(app, xid, &r, torn);
	return type <= REPLY; /* servers of NFS 4.1 call back on the client's connection */
}
