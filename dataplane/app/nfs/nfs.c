/* The NFS decoder: its rows, and the loop that puts fragments together to records. */
#include "app/known.h"
#include "app/nfs/nfs_int.h"

enum { BUFFER_VERSION, BUFFER_PROCEDURE };

#define AT_CALL                \
	{                      \
		HG_NFS_DONE, 0 \
	}

static const struct hg_buffer_row buffers[] = {
	[BUFFER_VERSION] = { "nfs.version", HG_SIDE_SERVER, AT_CALL, 0, 4,
		"version of NFS that the call speaks, a number of four bytes" },
	[BUFFER_PROCEDURE] = { "nfs_procedure", HG_SIDE_SERVER, AT_CALL, 0, 4,
		"procedure that the call asks for, a number of four bytes" },
};

static const struct hg_anomaly_row anomalies[HG_NFS_ANOMALIES] = {
	[HG_NFS_MALFORMED] = { "malformed_data",
		"a call or a reply does not follow RFC 5531, 1094, 1813 or 7530" },
	[HG_NFS_TOO_MANY] = { "too_many_transactions",
		"more calls wait for their replies than are remembered of a connection" },
};

static void
nfs_open(struct hg_app *app)
{
	struct hg_nfs *s = app->state;

	hg_keyed_init(&s->calls, app->mem);
	hg_keyed_init(&s->handles, app->mem);
}

static void
nfs_close(struct hg_app *app)
{
	struct hg_nfs *s = app->state;

	hg_keyed_fini(&s->calls);
	hg_keyed_fini(&s->handles);
}

static void
report(struct hg_app *app, enum hg_dir dir)
{
	struct hg_tx *tx = hg_tx_last(app);

	if (tx != NULL)
		hg_tx_anomaly(tx, dir, HG_NFS_MALFORMED);
}

static bool
end_record(struct hg_app *app, enum hg_dir dir)
{
	struct hg_nfs_side *s = &((struct hg_nfs *)app->state)->side[dir];
	const struct hg_span head = hg_span(s->head, s->have);
	const bool torn = s->torn;

	s->have = 0;
	s->n_fragments = 0;
	s->torn = false;
	return (head.len == 0 && !torn) || hg_nfs_message(app, dir, head, torn);
}

static bool
end_fragment(struct hg_app *app, enum hg_dir dir)
{
	struct hg_nfs_side *s = &((struct hg_nfs *)app->state)->side[dir];

	s->n_mark = 0;
	return !s->last || end_record(app, dir);
}

/* A byte of the mark; the fourth one begins the fragment. */
static bool
take_mark(struct hg_app *app, enum hg_dir dir, uint8_t byte)
{
	struct hg_nfs_side *s = &((struct hg_nfs *)app->state)->side[dir];
	struct hg_reader r = hg_reader_of(hg_span(s->mark, sizeof(s->mark)));

	s->mark[s->n_mark++] = byte;
	if (s->n_mark < sizeof(s->mark))
		return true;
	s->left = hg_read_u32be(&r);
	s->last = s->left >> 31 != 0;
	s->left &= 0x7fffffff;
	if (++s->n_fragments > HG_NFS_FRAGMENTS)
		return false;
	return s->left > 0 || end_fragment(app, dir);
}

static void
keep(struct hg_nfs_side *s, struct hg_span in)
{
	const size_t n = s->torn ? 0 : HG_MIN(in.len, sizeof(s->head) - s->have);

	if (n > 0)
		memcpy(s->head + s->have, in.p, n);
	s->have = (uint16_t)(s->have + n);
	s->torn |= n < in.len;
}

static enum hg_feed
feed_stream(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_nfs_side *s = &((struct hg_nfs *)app->state)->side[dir];
	bool good = true;

	while (*taken < in.len && good) {
		const struct hg_span part = hg_span_sub(in, *taken, (size_t)HG_MIN(s->left, in.len - *taken));

		if (s->n_mark < sizeof(s->mark)) {
			good = take_mark(app, dir, in.p[(*taken)++]);
			continue;
		}
		keep(s, part);
		*taken += part.len;
		s->left -= (uint32_t)part.len;
		good = s->left > 0 || end_fragment(app, dir);
	}
	if (!good)
		report(app, dir);
	return good ? HG_FEED_OK : HG_FEED_ERROR;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	if (app->flow->key.proto != HG_IP_UDP)
		return feed_stream(app, dir, in, taken);
	if (!hg_nfs_message(app, dir, in, false))
		report(app, dir);
	*taken = in.len;
	return HG_FEED_OK;
}

/* Missing bytes of a fragment end where it does; elsewhere nobody knows where one begins. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_nfs_side *s = &((struct hg_nfs *)app->state)->side[dir];

	if (s->n_mark < sizeof(s->mark) || bytes > s->left)
		return false;
	s->torn = true;
	s->left -= (uint32_t)bytes;
	return s->left > 0 || end_fragment(app, dir);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_nfs_tx *tx = (const struct hg_nfs_tx *)base;

	(void)dir;
	(void)eof;
	*out = (struct hg_view){ .data = hg_span(tx->numbers[row], sizeof(tx->numbers[row])),
		.complete = true };
	return index == 0;
}

const struct hg_decoder hg_nfs = {
	.name = "nfs",
	.proto = HG_PROTO_NFS,
	.tcp = true,
	.udp = true,
	.gap_ok = true,
	.complete = { HG_NFS_DONE, HG_NFS_DONE },
	.ports = { 2049 },
	.probe = hg_probe_nfs,
	.probe_most = 32, /* the mark and the head of a call: fewer bytes say nothing, however they are cut */
	.state_size = sizeof(struct hg_nfs),
	.tx_size = sizeof(struct hg_nfs_tx),
	.open = nfs_open,
	.close = nfs_close,
	.feed = feed,
	.gap = gap,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.alert_bare = true,
	.log_sender = true,
	.get = get,
	.log = hg_nfs_log,
	.audit = hg_nfs_audit,
	.event_type = "nfs",
};
