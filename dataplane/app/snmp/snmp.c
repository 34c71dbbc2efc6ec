/* The SNMP decoder: each datagram a message, each message a transaction of one side. */
#include "app/snmp/snmp_int.h"

#include "base/difference.h"
#include "base/utf8.h"

#define COMPLETE 1

struct snmp_state {
	uint32_t version;  /* of the first message; 0: none yet */
	bool told_default; /* a default community was told of: pollers send one every minute */
};

#define ROW(name, doc)                                                \
	{                                                             \
		name, HG_SIDE_BOTH, { COMPLETE, COMPLETE }, 0, 2, doc \
	}

static const struct hg_buffer_row buffers[] = {
	ROW("snmp.community", "community of versions 1 and 2c"),
	ROW("snmp.usm", "user of version 3"),
	ROW("snmp.version", "1, 2 or 3, a number of four bytes"),
	ROW("snmp.pdu_type", "what the message asks or tells, a number of four bytes"),
	HG_FRAME_STREAM("snmp"),
};
enum { COMMUNITY, USER, VERSION, PDU_TYPE };

static const struct hg_anomaly_row anomalies[HG_SNMP_ANOMALIES] = {
	[HG_SNMP_MALFORMED] = { "malformed_data", "a message does not follow RFC 1157, 3416 or 3412" },
	[HG_SNMP_SECURITY_MODEL] = { "unknown_security_model",
		"version 3 with another security model than that of users" },
	[HG_SNMP_VERSION_MISMATCH] = { "version_mismatch",
		"another version than that of the flow's first message" },
	[HG_SNMP_DEFAULT_COMMUNITY] = { "default_community",
		"the community is one that devices come with, public or private; once a flow (native only)" },
};

static void
put_u32(uint8_t to[4], uint32_t n)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (uint8_t)(n >> (24 - 8 * i));
}

static void
report_malformed(struct hg_app *app, enum hg_dir dir)
{
	struct hg_tx *last = hg_tx_last(app);

	if (!hg_as_peer(app->suricata7, HG_DIFF_SNMP_MALFORMED))
		hg_tx_refuse(app, dir, HG_SNMP_MALFORMED);
	else if (last != NULL)
		hg_tx_anomaly(last, dir, HG_SNMP_MALFORMED);
}

static bool
keep(struct hg_snmp_tx *snmp)
{
	struct hg_span *const spans[] = { &snmp->m.community, &snmp->m.user, &snmp->m.enterprise,
		&snmp->m.address, &snmp->m.vars };
	bool kept = true;

	for (unsigned i = 0; i < HG_COUNT(spans); i++) {
		const struct hg_span s = hg_span_keep(&snmp->tx.arena, *spans[i]);

		kept &= s.p != NULL || spans[i]->len == 0;
		*spans[i] = s;
	}
	return kept;
}

static bool
is_default(struct hg_span community)
{
	return hg_span_eq(community, HG_BYTES("public")) || hg_span_eq(community, HG_BYTES("private"));
}

static void
note_anomalies(struct hg_snmp_tx *snmp, enum hg_dir dir, struct snmp_state *s)
{
	if (snmp->m.version == 3 && !snmp->m.has_usm)
		hg_tx_anomaly(&snmp->tx, dir, HG_SNMP_SECURITY_MODEL);
	if (snmp->m.version != s->version)
		hg_tx_anomaly(&snmp->tx, dir, HG_SNMP_VERSION_MISMATCH);
	if (hg_as_peer(snmp->tx.app->suricata7, HG_DIFF_SNMP_MESSAGE) || s->told_default ||
		!is_default(snmp->m.community))
		return;
	s->told_default = true;
	hg_tx_anomaly(&snmp->tx, dir, HG_SNMP_DEFAULT_COMMUNITY);
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SNMP_MESSAGE);
	struct snmp_state *s = app->state;
	struct hg_snmp_message m;
	struct hg_snmp_tx *snmp;

	*taken = in.len;
	if (s->version == 0)
		hg_snmp_version(in, &s->version);
	if (!hg_snmp_read(in, &m) || (peer && !hg_utf8_valid(m.community))) {
		report_malformed(app, dir);
		return HG_FEED_OK;
	}
	snmp = (struct hg_snmp_tx *)hg_tx_new(app);
	if (snmp == NULL)
		return HG_FEED_OK;
	snmp->tx.sides = (uint8_t)(1u << dir);
	snmp->m = m;
	snmp->tx.unlogged = snmp->tx.bare = !keep(snmp);
	snmp->version = peer ? s->version : m.version;
	put_u32(snmp->version_net, snmp->version);
	put_u32(snmp->pdu_net, m.pdu);
	note_anomalies(snmp, dir, s);
	hg_tx_progress(&snmp->tx, dir, COMPLETE);
	return HG_FEED_OK;
}

static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	uint32_t version;

	(void)dir;
	(void)udp;
	return hg_snmp_version(in, &version) ? HG_PROBE_YES : HG_PROBE_NO;
}

static bool
get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_snmp_tx *snmp = (const struct hg_snmp_tx *)tx;
	const struct hg_span values[] = {
		[COMMUNITY] = snmp->m.community,
		[USER] = snmp->m.user,
		[VERSION] = hg_span(snmp->version_net, sizeof(snmp->version_net)),
		[PDU_TYPE] = snmp->m.encrypted ? HG_SPAN_NONE : hg_span(snmp->pdu_net, sizeof(snmp->pdu_net)),
	};

	(void)dir;
	(void)eof;
	if (index > 0 || snmp->tx.bare || values[row].len == 0)
		return false;
	*out = (struct hg_view){ values[row], 0, true };
	return true;
}

const struct hg_decoder hg_snmp = {
	.name = "snmp",
	.proto = HG_PROTO_SNMP,
	.udp = true,
	.complete = { COMPLETE, COMPLETE },
	.ports = { 161, 162 },
	.probe = probe,
	.probe_most = 16,
	.state_size = sizeof(struct snmp_state),
	.tx_size = sizeof(struct hg_snmp_tx),
	.feed = feed,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.alert_bare = true,
	.log_sender = true,
	.log = hg_snmp_log,
	.audit = hg_snmp_audit,
	.event_type = "snmp",
};
