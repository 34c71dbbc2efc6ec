/* Frames: a command between lines, or a line with its end and whatever commands stand inside, however the input is cut. */
#include "app/telnet/telnet_int.h"

enum { BETWEEN, LINE, COMMAND, VERB, SB, SB_DATA, SB_IAC };

/* With the peer a server asks for a name, is told it, and asks for the secret: what it says until ": " is one line then. */
enum { NAME_UNASKED, NAME_ASKED, NAME_TOLD, SECRET_ASKED };

static const uint8_t iac = HG_IAC;

static bool
asks(const struct hg_telnet *t, const struct hg_app *app, enum hg_dir dir)
{
	return dir == HG_TO_CLIENT && (t->dialog == NAME_UNASKED || t->dialog == NAME_TOLD) &&
		hg_as_peer(app->suricata7, HG_DIFF_TELNET_PROMPT);
}

/* The unit ends `back` bytes in front of `at`. */
static void
end(struct hg_app *app, enum hg_dir dir, const uint8_t *at, size_t back)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_unit *u = &t->unit[dir];

	hg_app_frame_end(app, dir, HG_TELNET_FRAME_PDU, at, back);
	hg_app_frame_end(app, dir, u->phase == LINE ? HG_TELNET_FRAME_DATA : HG_TELNET_FRAME_CTL, at, back);
	if (u->phase == LINE && (asks(t, app, dir) || (dir == HG_TO_SERVER && t->dialog == NAME_ASKED)))
		t->dialog++;
	u->phase = BETWEEN;
}

static void
begin(struct hg_app *app, enum hg_dir dir, const uint8_t *at)
{
	struct hg_telnet_unit *u = &((struct hg_telnet *)app->state)->unit[dir];
	const bool command = *at == HG_IAC;

	u->phase = command ? COMMAND : LINE;
	u->last = 0;
	hg_app_frame(app, dir, HG_TELNET_FRAME_PDU, at, HG_FRAME_OPEN);
	hg_app_frame(app, dir, command ? HG_TELNET_FRAME_CTL : HG_TELNET_FRAME_DATA, at, HG_FRAME_OPEN);
}

/* IAC SE, of which the second byte stands at `at`, is a unit behind the subnegotiation that it ends. */
static void
end_sb(struct hg_app *app, enum hg_dir dir, const uint8_t *at)
{
	const bool here = at > app->fed_now.p;

	end(app, dir, at, 1);
	for (uint16_t row = HG_TELNET_FRAME_PDU; row <= HG_TELNET_FRAME_CTL; row++)
		if (here)
			hg_app_frame(app, dir, row, at - 1, 2);
		else
			hg_app_frame_led(app, dir, row, hg_span(&iac, 1), 2);
}

static void
take_line(struct hg_app *app, enum hg_dir dir, const uint8_t *at)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_unit *u = &t->unit[dir];
	const bool over = asks(t, app, dir) ? *at == ' ' && u->last == ':' : *at == '\n';

	u->last = *at;
	if (over)
		end(app, dir, at + 1, 0);
}

static void
take_command(struct hg_app *app, enum hg_dir dir, const uint8_t *at)
{
	struct hg_telnet_unit *u = &((struct hg_telnet *)app->state)->unit[dir];

	if (*at == HG_IAC_SB)
		u->phase = SB;
	else if (*at >= HG_IAC_WILL && *at != HG_IAC)
		u->phase = VERB;
	else
		end(app, dir, at + 1, 0);
}

static void
take(struct hg_app *app, enum hg_dir dir, const uint8_t *at)
{
	struct hg_telnet_unit *u = &((struct hg_telnet *)app->state)->unit[dir];

	if (u->phase == BETWEEN) {
		begin(app, dir, at);
		if (u->phase == LINE)
			take_line(app, dir, at);
	} else if (u->phase == LINE) {
		take_line(app, dir, at);
	} else if (u->phase == COMMAND) {
		take_command(app, dir, at);
	} else if (u->phase == VERB) {
		end(app, dir, at + 1, 0);
	} else if (u->phase == SB_IAC && *at == HG_IAC_SE) {
		end_sb(app, dir, at);
	} else {
		u->phase = u->phase != SB && *at == HG_IAC ? SB_IAC : SB_DATA;
	}
}

void
hg_telnet_frames(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_telnet_unit *u = &((struct hg_telnet *)app->state)->unit[dir];

	for (uint16_t row = HG_TELNET_FRAME_PDU; u->torn && row <= HG_TELNET_FRAME_DATA; row++)
		hg_app_frame_end(app, dir, row, in.p, 0);
	if (u->torn)
		u->phase = BETWEEN;
	u->torn = false;
	for (size_t i = 0; i < in.len; i++)
		take(app, dir, in.p + i);
}
