/* The Telnet decoder: its rows, its transactions, its life. */
#include "app/telnet/telnet_int.h"

static const struct hg_buffer_row buffers[HG_TELNET_ROWS] = {
	[HG_TELNET_DATA] = { "telnet.data", HG_SIDE_BOTH, { HG_TELNET_OPEN, HG_TELNET_OPEN }, HG_BUFFER_MULTI,
		2, "a line without commands and line ends, one value a line" },
	[HG_TELNET_OPTION] = { "telnet.option", HG_SIDE_BOTH, { HG_TELNET_OPEN, HG_TELNET_OPEN },
		HG_BUFFER_MULTI, 4, "a negotiation as `WILL TERMINAL-TYPE`, one value each" },
	[HG_TELNET_ENV] = { "telnet.environ", HG_SIDE_BOTH, { HG_TELNET_OPEN, HG_TELNET_OPEN },
		HG_BUFFER_MULTI, 2, "a variable as `NAME=value`, one value each" },
	[HG_TELNET_FRAME_PDU] = { "frame:telnet.pdu", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FRAME, 2,
		"a line or a command" },
	[HG_TELNET_FRAME_CTL] = { "frame:telnet.ctl", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FRAME, 2,
		"a command between lines; of a subnegotiation IAC SE is one of its own" },
	[HG_TELNET_FRAME_DATA] = { "frame:telnet.data", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FRAME, 2,
		"a line with its end, and with the commands inside" },
	[HG_TELNET_FRAME_STREAM] = HG_FRAME_STREAM("telnet"),
	[HG_TELNET_USER_BUFFER] = { "telnet.user", HG_SIDE_SERVER, { HG_TELNET_OPEN, HG_TELNET_OPEN }, 0, 2,
		"who enters a command; not there where nobody knows" },
	[HG_TELNET_COMMAND_BUFFER] = { "telnet.command", HG_SIDE_SERVER, { HG_TELNET_OPEN, HG_TELNET_OPEN },
		0, 2, "a command line as it was edited, behind the login" },
	[HG_TELNET_OUTPUT_BUFFER] = { "telnet.output", HG_SIDE_CLIENT,
		{ HG_TELNET_COMPLETE, HG_TELNET_COMPLETE }, 0, 2,
		"the first 512 bytes that a command printed" },
	[HG_TELNET_TERMINAL_BUFFER] = { "telnet.terminal", HG_SIDE_SERVER, { HG_TELNET_OPEN, HG_TELNET_OPEN },
		0, 2, "the name of the client's terminal" },
};

static const struct hg_anomaly_row anomalies[HG_TELNET_ANOMALIES] = {
	[HG_TELNET_IAC_TRUNCATED] = { "iac_truncated", "the connection ends inside a command" },
	[HG_TELNET_BAD_COMMAND] = { "invalid_command", "IAC is followed by a byte that is no command" },
	[HG_TELNET_SB_LONG] = { "subnegotiation_too_long", "a subnegotiation is longer than 1024 bytes" },
	[HG_TELNET_SB_BROKEN] = { "subnegotiation_broken", "a command stands inside a subnegotiation" },
	[HG_TELNET_LINE_LONG] = { "line_too_long",
		"a line is longer than 4096 bytes: the rest of it is not shown" },
	[HG_TELNET_MANY_OPTIONS] = { "too_many_options", "more than 64 options were negotiated" },
	[HG_TELNET_MANY_ENVIRON] = { "too_many_variables", "more than 32 environment variables were sent" },
	[HG_TELNET_BAD_ENVIRON] = { "environ_malformed", "a list of variables does not follow RFC 1572" },
	[HG_TELNET_ENVIRON_DASH] = { "environ_option_value",
		"a variable's value begins with a dash: an option to the login program" },
	[HG_TELNET_ENVIRON_LOADER] = { "environ_risky_name",
		"a variable that changes how programs are loaded or found" },
	[HG_TELNET_LONG_KEY] = { "encrypt_key_too_long", "a key identifier is longer than 64 bytes" },
	[HG_TELNET_MANY_SLC] = { "linemode_too_many_slc",
		"LINEMODE sets more special characters than there are" },
	[HG_TELNET_MISSING] = { "data_missing",
		"bytes are missing: a line or a command in front of the gap is lost" },
	[HG_TELNET_USER_BYPASS] = { "environ_user_bypass",
		"USER begins with -f: a login without a password (CVE-2026-24061, CVE-2007-0882)" },
	[HG_TELNET_SB_OPEN] = { "subnegotiation_unterminated",
		"the connection ends inside a subnegotiation" },
	[HG_TELNET_ERASE_FIRST] = { "erase_first",
		"there is nothing yet that EC or EL could erase (CVE-2022-39028)" },
	[HG_TELNET_AYT_FLOOD] = { "are_you_there_flood", "AYT was sent more than 20 times (CVE-2001-0554)" },
	[HG_TELNET_BAD_SLC] = { "linemode_bad_slc",
		"LINEMODE sets a special character that does not exist (CVE-2026-32746)" },
	[HG_TELNET_OPTION_LOOP] = { "option_loop", "an option was negotiated more than 16 times" },
	[HG_TELNET_URGENT_IN_SB] = { "urgent_in_subnegotiation",
		"a data mark stands inside a subnegotiation (CVE-2020-10188)" },
	[HG_TELNET_MANY_COMMANDS] = { "too_many_commands",
		"more than 10000 commands: further ones are counted only" },
	[HG_TELNET_TYPED_AHEAD] = { "typed_ahead",
		"more than 32 lines wait for the server's echo: further ones are not told" },
};

void
hg_telnet_anomaly(struct hg_telnet *t, enum hg_dir dir, enum hg_telnet_anomaly row)
{
	if (t->session != NULL)
		hg_tx_anomaly(&t->session->tx, dir, (uint8_t)row);
}

static void
end_turn(struct hg_telnet *t)
{
	if (t->turn == NULL)
		return;
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (t->turn->tx.sides & 1u << dir)
			hg_tx_progress(&t->turn->tx, (enum hg_dir)dir, HG_TELNET_COMPLETE);
	t->turn = NULL;
}

void
hg_telnet_value(struct hg_app *app, enum hg_dir dir, enum hg_telnet_buffer kind, struct hg_span value)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_turn *turn = t->turn;

	if (turn == NULL || turn->n == HG_TELNET_VALUES || !(turn->tx.sides & 1u << dir)) {
		end_turn(t);
		turn = t->turn = (struct hg_telnet_turn *)hg_tx_new(app);
		if (turn == NULL)
			return;
		turn->tx.sides = (uint8_t)(1u << dir);
	}
	hg_tx_progress(&turn->tx, dir, HG_TELNET_OPEN);
	value = hg_span_keep(&turn->tx.arena, value);
	if (value.p == NULL)
		return;
	turn->of[turn->n] = (uint8_t)kind;
	turn->hidden[turn->n] = kind == HG_TELNET_DATA && dir == HG_TO_SERVER && hg_telnet_is_hidden(t);
	turn->value[turn->n++] = value;
}

static void
open(struct hg_app *app)
{
	struct hg_telnet *t = app->state;

	t->session = (struct hg_telnet_session *)hg_tx_new_session(app);
	if (t->session != NULL)
		t->session->kind = HG_TELNET_SESSION;
	for (unsigned i = 0; i < HG_DIRS; i++) {
		hg_buf_init(&t->side[i].line, app->mem, HG_TELNET_LINE);
		hg_buf_init(&t->side[i].sb, app->mem, HG_TELNET_SB);
	}
	t->follow.shown.wide = true;
}

static void
close(struct hg_app *app)
{
	struct hg_telnet *t = app->state;

	hg_telnet_follow_fini(app);
	for (unsigned i = 0; i < HG_DIRS; i++) {
		hg_buf_fini(&t->side[i].line);
		hg_buf_fini(&t->side[i].sb);
	}
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_telnet *t = app->state;

	*taken = hg_telnet_nvt(app, dir, in);
	hg_telnet_frames(app, dir, hg_span_sub(in, 0, *taken));
	if (!t->to_tls)
		return HG_FEED_OK;
	hg_app_expect(app, HG_PROTO_TLS);
	return HG_FEED_CHANGE;
}

/* A half line and a half command cannot be trusted to go on behind a gap. */
static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_side *s = &t->side[dir];

	(void)bytes;
	s->phase = HG_NVT_DATA;
	s->truncated = false;
	hg_buf_clear(&s->line);
	hg_buf_clear(&s->sb);
	t->unit[dir].torn = true;
	hg_telnet_follow_gap(app);
	hg_telnet_anomaly(t, dir, HG_TELNET_MISSING);
	return true;
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_side *s = &t->side[dir];

	if (s->phase >= HG_NVT_IAC && !t->to_tls && !t->opaque)
		hg_telnet_anomaly(t, dir, HG_TELNET_IAC_TRUNCATED);
	if (s->phase >= HG_NVT_SB && !t->to_tls && !t->opaque)
		hg_telnet_anomaly(t, dir, HG_TELNET_SB_OPEN);
	t->ended |= (uint8_t)(1u << dir);
	if (t->ended == HG_SIDE_BOTH)
		hg_telnet_follow_end(app);
	if (hg_buf_len(&s->line) > 0)
		hg_telnet_end_line(app, dir);
	s->phase = HG_NVT_DATA;
	if (t->turn != NULL && t->turn->tx.sides & 1u << dir)
		end_turn(t);
	if (t->session == NULL)
		return;
	t->session->lines[dir] = s->lines;
	t->session->bytes[dir] = s->bytes;
	hg_tx_progress(&t->session->tx, dir, HG_TELNET_COMPLETE);
}

static void
tx_close(struct hg_app *app, struct hg_tx *tx)
{
	struct hg_telnet *t = app->decoder == &hg_telnet ? app->state : NULL;

	if (t != NULL && (struct hg_tx *)t->turn == tx)
		t->turn = NULL;
	if (t != NULL && (struct hg_tx *)t->session == tx)
		t->session = NULL;
	if (t != NULL && (struct hg_tx *)t->follow.command == tx)
		t->follow.command = NULL;
}

/* IAC and a command that begins a session. On other ports than Telnet's it must be a negotiation of an option that exists. */
static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	(void)dir;
	(void)udp;
	if (in.len == 0)
		return HG_PROBE_MORE;
	if (in.p[0] != HG_IAC)
		return HG_PROBE_NO;
	if (in.len < 3)
		return HG_PROBE_MORE;
	if (in.p[1] < HG_IAC_SB || in.p[1] == HG_IAC)
		return HG_PROBE_NO;
	return in.p[2] < 50 || in.p[2] >= 128 ? HG_PROBE_YES : HG_PROBE_NO;
}

/* What begins with a control character that no terminal gets is no text, on whatever port. */
static enum hg_probe
confirm(enum hg_dir dir, struct hg_span in, bool udp)
{
	static const uint32_t ours = 1u << '\a' | 1u << '\b' | 1u << '\t' | 1u << '\n' | 1u << '\v' |
		1u << '\f' | 1u << '\r' | 1u << 27;

	(void)dir;
	(void)udp;
	return in.p[0] < 32 && (ours & 1u << in.p[0]) == 0 ? HG_PROBE_NO : HG_PROBE_YES;
}

static bool
get_of_turn(const struct hg_telnet_turn *t, uint16_t row, uint32_t index, struct hg_view *out)
{
	for (unsigned i = 0; i < t->n; i++) {
		if (t->of[i] != row || index-- > 0)
			continue;
		*out = (struct hg_view){ t->value[i], 0, true };
		return true;
	}
	return false;
}

static bool
get_of_command(const struct hg_telnet_command *c, uint16_t row, struct hg_view *out)
{
	struct hg_span value = HG_SPAN_NONE;

	if (row == HG_TELNET_USER_BUFFER && c->user.len > 0)
		value = c->user;
	else if (row == HG_TELNET_COMMAND_BUFFER)
		value = c->text;
	else if (row == HG_TELNET_OUTPUT_BUFFER && c->over && c->head != NULL)
		value = hg_span(c->head, c->head_len);
	*out = (struct hg_view){ value, 0, true };
	return value.p != NULL;
}

static bool
get(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	const struct hg_telnet_session *s = (struct hg_telnet_session *)tx;

	(void)dir;
	(void)eof;
	switch (hg_telnet_kind_of(tx)) {
	case HG_TELNET_TURN:
		return get_of_turn((struct hg_telnet_turn *)tx, row, index, out);
	case HG_TELNET_COMMAND:
		return index == 0 && get_of_command((struct hg_telnet_command *)tx, row, out);
	case HG_TELNET_SESSION:
		break;
	}
	if (row != HG_TELNET_TERMINAL_BUFFER || index > 0 || s->terminal.len == 0)
		return false;
	*out = (struct hg_view){ s->terminal, 0, true };
	return true;
}

const struct hg_decoder hg_telnet = {
	.name = "telnet",
	.proto = HG_PROTO_TELNET,
	.tcp = true,
	.gap_ok = true,
	.complete = { HG_TELNET_COMPLETE, HG_TELNET_COMPLETE },
	.ports = { 23 },
	.probe_any = true,
	.probe = probe,
	.port_tells = 2,
	.confirm = confirm,
	.state_size = sizeof(struct hg_telnet),
	.tx_size = sizeof(union hg_telnet_tx),
	.open = open,
	.close = close,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.tx_close = tx_close,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.log = hg_telnet_log,
	.log_record = hg_telnet_log_record,
	.audit = hg_telnet_audit,
	.awaits_secret = hg_telnet_awaits_secret,
	.event_type = "telnet",
	.config_keys = hg_telnet_keys,
	.n_config_keys = HG_TELNET_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_telnet_configure,
};
