/* The MySQL decoder: its life, and whose packet it is. */
#include "app/mysql/mysql_int.h"

#define MARK 4             /* length, number */
#define PART_MOST 0xffffff /* another part of the packet follows such a one */

struct hg_mysql_tx *
hg_mysql_begin(struct hg_mysql *s)
{
	return (struct hg_mysql_tx *)hg_tx_new(s->app);
}

struct hg_mysql_tx *
hg_mysql_tx_of(struct hg_mysql *s, uint64_t id)
{
	return id == UINT64_MAX ? NULL : (struct hg_mysql_tx *)hg_tx_find(s->app, id);
}

void
hg_mysql_odd(struct hg_mysql_tx *tx, enum hg_dir dir, enum hg_mysql_anomaly row)
{
	if (tx != NULL)
		hg_tx_anomaly(&tx->base, dir, (uint8_t)row);
}

static void
mysql_open(struct hg_app *app)
{
	struct hg_mysql *s = app->state;
	struct hg_buf *const names[] = { &s->user, &s->database, &s->plugin, &s->program, &s->secret };

	s->app = app;
	s->login = UINT64_MAX;
	s->server_caps = UINT32_MAX;
	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_head_init(&s->head[d], app->mem, HG_MYSQL_TEXT);
	for (unsigned i = 0; i < HG_COUNT(names); i++)
		hg_buf_init(names[i], app->mem, HG_MYSQL_NAME);
}

static void
mysql_close(struct hg_app *app)
{
	struct hg_mysql *s = app->state;
	struct hg_buf *const names[] = { &s->user, &s->database, &s->plugin, &s->program, &s->secret };

	for (unsigned d = 0; d < HG_DIRS; d++)
		hg_head_fini(&s->head[d]);
	for (unsigned i = 0; i < HG_COUNT(names); i++)
		hg_buf_fini(names[i]);
}

/* A file ends with an empty packet. Commands begin to be numbered anew, whether or not the login's end was seen. */
static bool
take_client(struct hg_mysql *s, struct hg_span body, uint8_t number)
{
	if (s->file) {
		s->file = s->head[HG_TO_SERVER].length > 0;
		return true;
	}
	if (s->phase < HG_MYSQL_AUTH)
		return number > 0 && hg_mysql_login(s, body);
	if (number == 0) {
		if (s->phase == HG_MYSQL_AUTH)
			hg_mysql_login_over(s, HG_LOGIN_UNKNOWN);
		return hg_mysql_command_begins(s, body, s->head[HG_TO_SERVER].mark[3]);
	}
	if (s->phase == HG_MYSQL_AUTH)
		hg_mysql_auth_said(s, body);
	return true;
}

static bool
take_server(struct hg_mysql *s, struct hg_span body, uint8_t number)
{
	if (s->phase == HG_MYSQL_GREETING)
		return hg_mysql_greeting(s, body);
	if (s->phase < HG_MYSQL_READY)
		return hg_mysql_auth_answer(s, body);
	return hg_mysql_reply(s, body, number);
}

/* Of a packet in several parts the first one's number counts with the client, and all but the last one's with its answer. */
static bool
take_packet(struct hg_mysql *s, enum hg_dir dir)
{
	const struct hg_head *h = &s->head[dir];
	const struct hg_span body = hg_head_span(h);
	const uint8_t parts = (uint8_t)(h->length / PART_MOST);
	const uint8_t number = (uint8_t)(h->mark[3] - parts);

	return dir == HG_TO_SERVER ? take_client(s, body, number) : take_server(s, body, number);
}

static bool
read_packets(struct hg_mysql *s, enum hg_dir dir, struct hg_span *in)
{
	struct hg_head *h = &s->head[dir];

	while (!s->opaque && !s->to_tls) {
		uint32_t length;

		if (!h->follows) {
			if (!hg_head_mark(h, MARK, in))
				break;
			hg_head_follow(h, s->app, hg_le16(h->mark) | (uint32_t)h->mark[2] << 16, in);
		}
		if (!hg_head_body(h, in))
			break;
		length = hg_le16(h->mark) | (uint32_t)h->mark[2] << 16;
		if (length == PART_MOST) {
			hg_head_more(h);
			continue;
		}
		if (!take_packet(s, dir))
			return false;
		hg_head_done(h);
	}
	return true;
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_mysql *s = app->state;
	struct hg_span rest = in;

	*taken = in.len;
	s->spoke[dir] = true;
	if (!read_packets(s, dir, &rest)) {
		hg_tx_refuse(app, dir, HG_MYSQL_MALFORMED);
		hg_mysql_settle_all(s);
		return HG_FEED_ERROR;
	}
	if (!s->to_tls)
		return HG_FEED_OK;
	*taken = in.len - rest.len;
	hg_app_expect(app, HG_PROTO_TLS);
	return HG_FEED_CHANGE;
}

/* Missing bytes of a packet end where it does; elsewhere nobody knows where one begins. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_mysql *s = app->state;

	s->spoke[dir] = true;
	if (s->opaque || hg_head_gap(&s->head[dir], bytes))
		return true;
	hg_mysql_settle_all(s);
	return false;
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_mysql *s = app->state;

	s->ended |= (uint8_t)(1u << dir);
	if ((s->ended & HG_SIDE_CLIENT) != 0 || !s->spoke[HG_TO_CLIENT])
		hg_mysql_settle_all(s);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_mysql_tx *tx = (const struct hg_mysql_tx *)base;
	struct hg_span value = HG_SPAN_NONE;
	bool has = false;

	(void)dir;
	(void)eof;
	if (row == HG_MYSQL_VERSION) {
		value = tx->version;
		has = tx->greeted;
	} else if (row == HG_MYSQL_USER) {
		value = tx->user;
		has = tx->login || value.len > 0;
	} else if (row == HG_MYSQL_COMMAND) {
		value = hg_span_str(hg_mysql_command_name(tx->command));
		has = value.len > 0 && !tx->base.bare && (!tx->login || tx->command == HG_MYSQL_CHANGE_USER);
	} else if (row == HG_MYSQL_STATEMENT) {
		value = tx->text;
		has = value.len > 0;
	} else {
		value = tx->message;
		has = tx->status == HG_MYSQL_ERR;
	}
	*out = (struct hg_view){ .data = value, .complete = true };
	return has && index == 0;
}

const struct hg_decoder hg_mysql = {
	.name = "mysql",
	.proto = HG_PROTO_MYSQL,
	.tcp = true,
	.gap_ok = true,
	.unknown_over = HG_OVER_TCP,
	.complete = { HG_MYSQL_DONE, HG_MYSQL_DONE },
	.ports = { 3306 },
	.probe = hg_mysql_probe,
	.probe_any = true,
	.state_size = sizeof(struct hg_mysql),
	.tx_size = sizeof(struct hg_mysql_tx),
	.open = mysql_open,
	.close = mysql_close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.buffers = hg_mysql_buffers,
	.n_buffers = HG_COUNT(hg_mysql_buffers),
	.anomalies = hg_mysql_anomalies,
	.n_anomalies = HG_COUNT(hg_mysql_anomalies),
	.get = get,
	.log = hg_mysql_log,
	.audit = hg_mysql_audit,
	.log_tx_id = true,
	.event_type = "mysql",
};
