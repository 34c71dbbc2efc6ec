/* The network virtual terminal (RFC 854): data without commands, as lines, whatever the input is cut into. */
#include "app/telnet/telnet_int.h"

static struct hg_telnet_side *
side_of(struct hg_app *app, enum hg_dir dir)
{
	return &((struct hg_telnet *)app->state)->side[dir];
}

/* Empty lines count and are not shown. */
void
hg_telnet_end_line(struct hg_app *app, enum hg_dir dir)
{
	struct hg_telnet_side *s = side_of(app, dir);

	s->lines++;
	if (!s->truncated && hg_buf_len(&s->line) > 0)
		hg_telnet_value(app, dir, HG_TELNET_DATA, hg_buf_span(&s->line));
	s->truncated = false;
	hg_buf_clear(&s->line);
}

/* The user's side of it (follow.c). */
static void
follow(struct hg_app *app, enum hg_dir dir, struct hg_span data)
{
	if (dir == HG_TO_SERVER)
		hg_telnet_typed(app, data);
	else
		hg_telnet_shown(app, data);
	side_of(app, dir)->spoken = true;
}

static void
follow_end_of_line(struct hg_app *app, enum hg_dir dir)
{
	if (dir == HG_TO_SERVER)
		hg_telnet_entered(app);
	else
		hg_telnet_shown(app, HG_BYTES("\n"));
	side_of(app, dir)->spoken = true;
}

static void
add_data(struct hg_app *app, enum hg_dir dir, struct hg_span data)
{
	struct hg_telnet_side *s = side_of(app, dir);
	size_t room = HG_TELNET_LINE - hg_buf_len(&s->line);

	follow(app, dir, data);
	if (s->truncated)
		return;
	hg_buf_append(&s->line, hg_span_sub(data, 0, room));
	if (data.len <= room)
		return;
	hg_telnet_anomaly(app->state, dir, HG_TELNET_LINE_LONG);
	hg_telnet_value(app, dir, HG_TELNET_DATA, hg_buf_span(&s->line));
	hg_buf_clear(&s->line);
	s->truncated = true;
}

static void
end_line(struct hg_app *app, enum hg_dir dir)
{
	hg_telnet_end_line(app, dir);
	follow_end_of_line(app, dir);
}

/* The key that enters a line; on a screen it only goes back to the front. */
static void
take_cr(struct hg_app *app, enum hg_dir dir)
{
	side_of(app, dir)->phase = HG_NVT_CR;
	hg_telnet_end_line(app, dir);
	if (dir == HG_TO_SERVER)
		follow_end_of_line(app, dir);
	else
		follow(app, dir, HG_BYTES("\r"));
}

/* Everything up to the next byte that means something. */
static size_t
take_data(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_telnet_side *s = side_of(app, dir);
	size_t n = 0;

	while (n < in.len && in.p[n] != HG_IAC && in.p[n] != '\r' && in.p[n] != '\n' && in.p[n] != '\0')
		n++;
	if (n > 0)
		add_data(app, dir, hg_span_sub(in, 0, n));
	if (n == in.len)
		return n;
	if (in.p[n] == HG_IAC)
		s->phase = HG_NVT_IAC;
	else if (in.p[n] == '\r')
		take_cr(app, dir);
	else if (in.p[n] == '\n')
		end_line(app, dir);
	return n + 1;
}

/* Behind CR stands LF or NUL; a bare CR ended the line too, and what follows belongs to the next. */
static size_t
take_behind_cr(struct hg_app *app, enum hg_dir dir, uint8_t c)
{
	if (c == '\n' && dir == HG_TO_CLIENT)
		follow_end_of_line(app, dir);
	side_of(app, dir)->phase = HG_NVT_DATA;
	return c == '\n' || c == '\0' ? 1 : 0;
}

/* Commands that edit, interrupt and ask, and what attacks make of them. */
static void
note_command(struct hg_app *app, enum hg_dir dir, uint8_t c)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_side *s = &t->side[dir];

	if (c == HG_IAC_AYT && s->ayt <= HG_TELNET_AYT && ++s->ayt > HG_TELNET_AYT)
		hg_telnet_anomaly(t, dir, HG_TELNET_AYT_FLOOD);
	if ((c == HG_IAC_EC || c == HG_IAC_EL) && !s->spoken)
		hg_telnet_anomaly(t, dir, HG_TELNET_ERASE_FIRST);
	if (c == HG_IAC_DM && t->session != NULL)
		t->session->data_marks++;
	if (dir != HG_TO_SERVER)
		return;
	if (c == HG_IAC_EC)
		hg_telnet_erase_character(&t->follow.typed);
	else if (c == HG_IAC_EL)
		hg_telnet_line_clear(&t->follow.typed);
	else if (c == HG_IAC_IP || c == HG_IAC_BRK)
		hg_telnet_cancelled(app);
}

static void
take_command(struct hg_app *app, enum hg_dir dir, uint8_t c)
{
	static const uint8_t iac = HG_IAC;
	struct hg_telnet_side *s = side_of(app, dir);

	s->phase = HG_NVT_DATA;
	note_command(app, dir, c);
	if (c == HG_IAC) {
		add_data(app, dir, hg_span(&iac, 1));
	} else if (c >= HG_IAC_WILL) {
		s->verb = c;
		s->phase = HG_NVT_VERB;
	} else if (c == HG_IAC_SB) {
		hg_buf_clear(&s->sb);
		s->sb_truncated = false;
		s->phase = HG_NVT_SB;
	} else if (c < HG_IAC_FIRST) {
		hg_telnet_anomaly(app->state, dir, HG_TELNET_BAD_COMMAND);
	}
}

static void
add_sb(struct hg_app *app, enum hg_dir dir, struct hg_span data)
{
	struct hg_telnet_side *s = side_of(app, dir);
	size_t room = HG_TELNET_SB - hg_buf_len(&s->sb);

	hg_buf_append(&s->sb, hg_span_sub(data, 0, room));
	if (data.len > room && !s->sb_truncated) {
		s->sb_truncated = true;
		hg_telnet_anomaly(app->state, dir, HG_TELNET_SB_LONG);
	}
}

static size_t
take_sb(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	size_t n = hg_span_find(in, 0, HG_IAC);

	if (n == SIZE_MAX) {
		add_sb(app, dir, in);
		return in.len;
	}
	add_sb(app, dir, hg_span_sub(in, 0, n));
	side_of(app, dir)->phase = HG_NVT_SB_IAC;
	return n + 1;
}

/* IAC inside a subnegotiation: doubled it is data, SE ends it. Anything else is broken: the subnegotiation is over and the
 * command counts, as receivers do it. */
static size_t
take_sb_iac(struct hg_app *app, enum hg_dir dir, uint8_t c)
{
	static const uint8_t iac = HG_IAC;
	struct hg_telnet_side *s = side_of(app, dir);

	if (c == HG_IAC) {
		add_sb(app, dir, hg_span(&iac, 1));
		s->phase = HG_NVT_SB_DATA;
		return 1;
	}
	if (c == HG_IAC_DM)
		hg_telnet_anomaly(app->state, dir, HG_TELNET_URGENT_IN_SB);
	s->phase = c == HG_IAC_SE ? HG_NVT_DATA : HG_NVT_IAC;
	if (c != HG_IAC_SE)
		hg_telnet_anomaly(app->state, dir, HG_TELNET_SB_BROKEN);
	hg_telnet_subnegotiation(app, dir, hg_buf_span(&s->sb));
	hg_buf_clear(&s->sb);
	return c == HG_IAC_SE ? 1 : 0;
}

static size_t
step(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_telnet_side *s = side_of(app, dir);

	switch ((enum hg_telnet_phase)s->phase) {
	case HG_NVT_DATA:
		return take_data(app, dir, in);
	case HG_NVT_CR:
		return take_behind_cr(app, dir, in.p[0]);
	case HG_NVT_IAC:
		take_command(app, dir, in.p[0]);
		return 1;
	case HG_NVT_VERB:
		s->phase = HG_NVT_DATA;
		hg_telnet_negotiate(app, dir, s->verb, in.p[0]);
		return 1;
	case HG_NVT_SB:
		/* The option itself: 255 stands for itself here. */
		add_sb(app, dir, hg_span_sub(in, 0, 1));
		s->phase = HG_NVT_SB_DATA;
		return 1;
	case HG_NVT_SB_DATA:
		return take_sb(app, dir, in);
	case HG_NVT_SB_IAC:
		return take_sb_iac(app, dir, in.p[0]);
	}
	return in.len;
}

size_t
hg_telnet_nvt(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_telnet *t = app->state;
	size_t taken = 0;

	while (taken < in.len && !t->to_tls && !t->opaque)
		taken += step(app, dir, hg_span_from(in, taken));
	if (t->opaque)
		taken = in.len;
	t->side[dir].bytes += taken;
	return taken;
}
