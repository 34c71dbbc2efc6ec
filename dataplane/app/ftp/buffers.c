/* What rules see of the control connection. */
#include "app/ftp/ftp_int.h"

#define ASKED                            \
	{                                \
		HG_FTP_OPEN, HG_FTP_OPEN \
	}
#define ANSWERED                                 \
	{                                        \
		HG_FTP_COMPLETE, HG_FTP_COMPLETE \
	}

const struct hg_buffer_row hg_ftp_buffers[HG_FTP_BUFFERS + 1] = {
	[HG_FTP_BOUNCE] = { "ftpbounce", HG_SIDE_SERVER, ASKED, 0, 4,
		"1 of a PORT that names another host than the client, a number of one byte" },
	[HG_FTP_COMMAND_NAME] = { "ftp.command", HG_SIDE_SERVER, ASKED, 0, 4,
		"name of a command, in capitals" },
	[HG_FTP_COMMAND_DATA] = { "ftp.command_data", HG_SIDE_SERVER, ASKED, 0, 2,
		"what stands behind the name of a command" },
	[HG_FTP_REPLY] = { "ftp.reply", HG_SIDE_CLIENT, ANSWERED, HG_BUFFER_MULTI, 2,
		"a line of a reply, without its code" },
	[HG_FTP_CODE] = { "ftp.completion_code", HG_SIDE_CLIENT, ANSWERED, HG_BUFFER_MULTI, 4,
		"code of a line of a reply" },
	[HG_FTP_MODE] = { "ftp.mode", HG_SIDE_CLIENT, ANSWERED, 0, 4,
		"0 of a port agreed upon in active mode, 1 in passive mode, a number of one byte" },
	[HG_FTP_DYNAMIC_PORT] = { "ftp.dynamic_port", HG_SIDE_CLIENT, ANSWERED, 0, 4,
		"port agreed upon for a data connection, a number of two bytes" },
	[HG_FTP_RECEIVED] = { "ftp.reply_received", HG_SIDE_SERVER, ANSWERED, 0, 4,
		"1 of a command that was answered, else 0, a number of one byte" },
	[HG_FTP_WHO] = { "ftp.user", HG_SIDE_SERVER, ANSWERED, 0, 2,
		"who is logged in when a command is answered" },
	[HG_FTP_WHERE] = { "ftp.path", HG_SIDE_SERVER, ANSWERED, 0, 2,
		"absolute path of what a command names, when it is answered" },
	[HG_FTP_BUFFERS] = HG_FRAME_STREAM("ftp"),
};

static const uint8_t numbers[2] = { 0, 1 };

/* The peer looks at the newest command, when something has been answered. */
static bool
is_asked_for(const struct hg_ftp_tx *tx)
{
	const struct hg_app *app = tx->tx.app;
	const struct hg_ftp *s = app->decoder == &hg_ftp ? app->state : NULL;

	if (!hg_as_peer(app->suricata7, HG_DIFF_FTP_REPLIES))
		return true;
	return tx->done && (s == NULL || s->command == tx->command);
}

static bool
show(struct hg_span value, struct hg_view *out)
{
	*out = (struct hg_view){ value, 0, true };
	return value.len > 0;
}

/* Asked for one after the other, so that the place of the last one is remembered. */
static bool
show_reply(struct hg_ftp_tx *tx, uint32_t index, bool code, struct hg_view *out)
{
	struct hg_ftp_cursor *c = &tx->cursor[code];

	if (c->reply == NULL || index < c->index)
		*c = (struct hg_ftp_cursor){ .reply = tx->replies };
	for (; c->reply != NULL; c->reply = c->reply->next) {
		const bool has = hg_ftp_has_code(c->reply->text);

		if (code && !has)
			continue;
		if (c->index == index) {
			*out = (struct hg_view){ code ? hg_span_sub(c->reply->text, 0, 3)
						      : hg_span_from(c->reply->text, has ? 4 : 0),
				0, true };
			return true;
		}
		c->index++;
	}
	return false;
}

static bool
show_data(const struct hg_ftp_tx *tx, struct hg_view *out)
{
	struct hg_span data;

	return hg_ftp_argument(tx->name, tx->line, false, &data) && show(data, out);
}

static bool
show_port(struct hg_ftp_tx *tx, struct hg_view *out)
{
	tx->port_bytes[0] = (uint8_t)(tx->port >> 8);
	tx->port_bytes[1] = (uint8_t)tx->port;
	*out = (struct hg_view){ hg_span(tx->port_bytes, sizeof(tx->port_bytes)), 0, true };
	return tx->port != 0;
}

static bool
show_number(bool is, bool there, struct hg_view *out)
{
	*out = (struct hg_view){ hg_span(&numbers[is], 1), 0, true };
	return there;
}

bool
hg_ftp_get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	struct hg_ftp_tx *tx = (struct hg_ftp_tx *)base;

	(void)dir;
	(void)eof;
	if (tx->session != NULL)
		return false;
	switch (row) {
	case HG_FTP_BOUNCE:
		return show_number(tx->bounces, tx->command == HG_FTP_PORT && is_asked_for(tx), out);
	case HG_FTP_COMMAND_NAME:
		return show(tx->name, out);
	case HG_FTP_COMMAND_DATA:
		return show_data(tx, out);
	case HG_FTP_REPLY:
	case HG_FTP_CODE:
		return show_reply(tx, index, row == HG_FTP_CODE, out);
	case HG_FTP_MODE:
		return show_number(!tx->active, tx->port != 0, out);
	case HG_FTP_DYNAMIC_PORT:
		return show_port(tx, out);
	case HG_FTP_RECEIVED:
		return show_number(tx->done, tx->line.len > 0, out);
	case HG_FTP_WHO:
		return show(tx->user, out);
	default:
		return show(tx->path, out);
	}
}
