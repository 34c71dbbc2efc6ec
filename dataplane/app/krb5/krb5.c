/* The Kerberos decoder: its rows, and the loop that finds messages in streams. */
#include "app/known.h"
#include "app/krb5/krb5_int.h"

#define AT_MESSAGE                         \
	{                                  \
		HG_KRB5_DONE, HG_KRB5_DONE \
	}

static const struct hg_buffer_row buffers[HG_KRB5_ROWS] = {
	[HG_KRB5_ROW_TYPE] = { "krb5_msg_type", HG_SIDE_BOTH, AT_MESSAGE, 0, 4,
		"type of the message, a number of four bytes: 10 AS-REQ, 11 AS-REP, 12 TGS-REQ, 13 TGS-REP, "
		"30 an "
		"error" },
	[HG_KRB5_ROW_CODE] = { "krb5_err_code", HG_SIDE_BOTH, AT_MESSAGE, 0, 4,
		"code of an error, a number of four bytes" },
	[HG_KRB5_ROW_TICKET] = { "krb5.ticket_encryption", HG_SIDE_CLIENT, AT_MESSAGE, 0, 4,
		"by what a ticket is encrypted, a number of four bytes" },
	[HG_KRB5_ROW_CNAME] = { "krb5.cname", HG_SIDE_CLIENT, AT_MESSAGE, HG_BUFFER_MULTI, 2,
		"name of the client in an answer, one value a component" },
	[HG_KRB5_ROW_SNAME] = { "krb5.sname", HG_SIDE_CLIENT, AT_MESSAGE, HG_BUFFER_MULTI, 2,
		"name of the service in an answer, one value a component" },
};

static const struct hg_anomaly_row anomalies[HG_KRB5_ANOMALIES] = {
	[HG_KRB5_MALFORMED] = { "malformed_data", "a message does not follow RFC 4120" },
	[HG_KRB5_WEAK] = { "weak_encryption",
		"an answer is encrypted by something else than AES or Camellia: RC4, DES" },
	[HG_KRB5_WEAK_ASKED] = { "weak_encryption_asked",
		"a client likes best what is neither AES nor Camellia, as who wants to guess the key of a "
		"service does" },
	[HG_KRB5_WEAK_TICKET] = { "weak_ticket",
		"a ticket is encrypted by something else than AES or Camellia: the service's password can be "
		"guessed of it" },
	[HG_KRB5_NO_PREAUTH] = { "no_preauth",
		"a client that has proven nothing got what its password encrypts, by which that can be "
		"guessed" },
	[HG_KRB5_TOO_MANY] = { "too_many_transactions",
		"more requests wait for their answers than are remembered of a flow" },
};

/* Who asks is the client, whoever was seen first. */
static enum hg_probe
confirm(enum hg_dir dir, struct hg_span in, bool udp)
{
	const int type = hg_krb5_type_of(hg_span_from(in, udp ? 0 : sizeof(uint32_t)));
	const bool asks = type == HG_KRB5_AS_REQ || type == HG_KRB5_TGS_REQ,
		   answers = type == HG_KRB5_AS_REP || type == HG_KRB5_TGS_REP || type == HG_KRB5_ERROR;

	return dir == HG_TO_CLIENT ? (asks ? HG_PROBE_REVERSE : HG_PROBE_YES)
				   : (answers ? HG_PROBE_REVERSE : HG_PROBE_YES);
}

static size_t
record_most(const struct hg_app *app)
{
	return hg_as_peer(app->suricata7, HG_DIFF_KRB5_STREAM) ? HG_KRB5_RECORD_7 : HG_KRB5_RECORD;
}

static void
krb5_open(struct hg_app *app)
{
	struct hg_krb5 *s = app->state;

	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		hg_buf_init(&s->side[dir].body, app->mem, record_most(app));
}

static void
krb5_close(struct hg_app *app)
{
	struct hg_krb5 *s = app->state;

	while (s->waiting != NULL) {
		struct hg_krb5_waiting *w = s->waiting;

		s->waiting = w->next;
		hg_krb5_forget(app, w);
	}
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		hg_buf_fini(&s->side[dir].body);
}

/* Behind its first message the peer has lost the stream. */
static bool
end_message(struct hg_app *app, enum hg_dir dir, struct hg_span message)
{
	struct hg_krb5_side *s = &((struct hg_krb5 *)app->state)->side[dir];
	const bool torn = s->torn;

	s->n_mark = 0;
	s->torn = false;
	s->over = hg_as_peer(app->suricata7, HG_DIFF_KRB5_STREAM);
	return torn || message.len == 0 || hg_krb5_take(app, dir, message);
}

/* A byte of the mark; the fourth one begins the message. */
static bool
take_mark(struct hg_app *app, enum hg_dir dir, uint8_t byte)
{
	struct hg_krb5_side *s = &((struct hg_krb5 *)app->state)->side[dir];
	struct hg_reader r = hg_reader_of(hg_span(s->mark, sizeof(s->mark)));

	s->mark[s->n_mark++] = byte;
	if (s->n_mark < sizeof(s->mark))
		return true;
	s->left = hg_read_u32be(&r);
	if (s->left > record_most(app)) {
		if (!hg_as_peer(app->suricata7, HG_DIFF_KRB5_STREAM))
			hg_tx_refuse(app, dir, HG_KRB5_MALFORMED);
		return false;
	}
	return s->left > 0 || end_message(app, dir, HG_SPAN_NONE);
}

/* Bytes of the message; one that lies there as a whole is read where it lies. */
static bool
take_bytes(struct hg_app *app, enum hg_dir dir, struct hg_span part)
{
	struct hg_krb5_side *s = &((struct hg_krb5 *)app->state)->side[dir];
	const bool whole = part.len == s->left && hg_buf_len(&s->body) == 0;
	bool good = true;

	if (!whole && !s->torn && !hg_buf_append(&s->body, part))
		s->torn = true;
	s->left -= (uint32_t)part.len;
	if (s->left == 0) {
		good = end_message(app, dir, whole ? part : hg_buf_span(&s->body));
		hg_buf_clear(&s->body);
	}
	return good;
}

static enum hg_feed
feed_stream(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_krb5_side *s = &((struct hg_krb5 *)app->state)->side[dir];
	bool good = true;

	while (*taken < in.len && good && !s->over) {
		const struct hg_span part = hg_span_sub(in, *taken, (size_t)HG_MIN(s->left, in.len - *taken));

		if (s->n_mark < sizeof(s->mark)) {
			good = take_mark(app, dir, in.p[(*taken)++]);
			continue;
		}
		*taken += part.len;
		good = take_bytes(app, dir, part);
	}
	if (s->over)
		*taken = in.len;
	return good ? HG_FEED_OK : HG_FEED_ERROR;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	if (app->flow->key.proto != HG_IP_UDP)
		return feed_stream(app, dir, in, taken);
	hg_krb5_take(app, dir, in);
	*taken = in.len;
	return HG_FEED_OK;
}

/* Missing bytes of a message end where it does; elsewhere nobody knows where one begins. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_krb5_side *s = &((struct hg_krb5 *)app->state)->side[dir];

	if (hg_as_peer(app->suricata7, HG_DIFF_KRB5_STREAM) || s->n_mark < sizeof(s->mark) || bytes > s->left)
		return false;
	s->torn = true;
	s->left -= (uint32_t)bytes;
	if (s->left > 0)
		return true;
	hg_buf_clear(&s->body);
	return end_message(app, dir, HG_SPAN_NONE);
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	if (dir == HG_TO_CLIENT)
		hg_krb5_unanswered(app);
}

/* With the peer an empty component is the end. */
static bool
get_part(const struct hg_krb5_tx *tx, const struct hg_krb5_name *name, uint32_t index, struct hg_view *out)
{
	if (tx->answer == 0 || index >= name->n)
		return false;
	for (uint32_t i = 0; i <= index && hg_as_peer(tx->base.app->suricata7, HG_DIFF_KRB5_EMPTY_NAME); i++)
		if (name->parts[i].len == 0)
			return false;
	out->data = name->parts[index];
	return true;
}

static bool
get_number(const struct hg_krb5_tx *tx, enum hg_dir dir, uint16_t row, struct hg_view *out)
{
	const bool failed = tx->answer == HG_KRB5_ERROR;
	unsigned at = row;

	if (row == HG_KRB5_ROW_TYPE && tx->answer != 0 && (dir == HG_TO_CLIENT || tx->request == 0))
		at = HG_KRB5_NUMBER_ANSWER;
	else if (row == HG_KRB5_ROW_TYPE && dir == HG_TO_CLIENT && tx->base.sides == HG_SIDE_BOTH)
		return false;
	if ((row == HG_KRB5_ROW_CODE && (!failed || (dir == HG_TO_SERVER && tx->request != 0))) ||
		(row == HG_KRB5_ROW_TICKET && (tx->answer == 0 || failed)))
		return false;
	out->data = hg_span(tx->numbers[at], sizeof(tx->numbers[at]));
	return true;
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_krb5_tx *tx = (const struct hg_krb5_tx *)base;

	(void)eof;
	*out = (struct hg_view){ .complete = true };
	if (row == HG_KRB5_ROW_CNAME)
		return get_part(tx, tx->told.cname.known ? &tx->told.cname : &tx->asked.cname, index, out);
	if (row == HG_KRB5_ROW_SNAME)
		return get_part(tx, tx->told.sname.known ? &tx->told.sname : &tx->asked.sname, index, out);
	return index == 0 && get_number(tx, dir, row, out);
}

const struct hg_decoder hg_krb5 = {
	.name = "krb5",
	.proto = HG_PROTO_KRB5,
	.tcp = true,
	.udp = true,
	.gap_ok = true,
	.complete = AT_MESSAGE,
	.ports = { 88 },
	.probe = hg_probe_krb5,
	.probe_most = 16,
	.confirm = confirm,
	.state_size = sizeof(struct hg_krb5),
	.tx_size = sizeof(struct hg_krb5_tx),
	.open = krb5_open,
	.close = krb5_close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.alert_bare = true,
	.log_sender = true,
	.get = get,
	.log = hg_krb5_log,
	.audit = hg_krb5_audit,
	.event_type = "krb5",
};
