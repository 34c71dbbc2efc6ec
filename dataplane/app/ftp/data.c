/* The decoder of FTP's data connections that were announced: each is one transaction with one file, which the sender's end
 * completes. */
#include "app/ftp/ftp_int.h"

/* What the peer has for files of protocols without settings of their own. */
static const struct hg_inspect_limits limits = { .limit = 0, .min = 32768, .window = 4096 };

struct ftp_data {
	struct hg_ftp_data_tx *tx; /* NULL: no memory; the connection is passed over */
};

#define END                                      \
	{                                        \
		HG_FTP_COMPLETE, HG_FTP_COMPLETE \
	}

static const struct hg_buffer_row buffers[HG_FTP_DATA_BUFFERS + 1] = {
	[HG_FTP_DATA_COMMAND] = { "ftpdata_command", HG_SIDE_BOTH, { 0, 0 }, 0, 4,
		"1 of files that are read (RETR), 2 of those that are written (STOR, APPE, STOU), a number "
		"of one byte" },
	[HG_FTP_DATA_FILE] = { "file.data", HG_SIDE_BOTH, { HG_FTP_OPEN, HG_FTP_OPEN },
		HG_BUFFER_FILE | HG_BUFFER_GROWING | HG_BUFFER_MULTI, 2, "bytes of the file" },
	[HG_FTP_DATA_NAME] = { "file.name", HG_SIDE_BOTH, { HG_FTP_OPEN, HG_FTP_OPEN },
		HG_BUFFER_FILE | HG_BUFFER_MULTI, 2, "name of the file, as the command has it" },
	[HG_FTP_DATA_TYPE] = HG_FILE_TYPE_ROW(HG_FTP_OPEN, HG_FTP_OPEN, HG_BUFFER_MULTI),
	[HG_FTP_DATA_SIZE] = { "filesize", HG_SIDE_BOTH, { HG_FTP_COMPLETE, HG_FTP_COMPLETE },
		HG_BUFFER_FILE | HG_BUFFER_MULTI, 4, "size of the whole file, a number of eight bytes" },
	HG_FILE_DIGEST_ROWS(HG_FTP_DATA_DIGEST, END),
	[HG_FTP_DATA_BUFFERS] = HG_FRAME_STREAM("ftp-data"),
};

static void
open(struct hg_app *app)
{
	struct ftp_data *s = app->state;
	const uint32_t arg = app->flow->expected_arg;

	s->tx = (struct hg_ftp_data_tx *)hg_tx_new(app);
	if (s->tx == NULL)
		return;
	s->tx->command = (uint8_t)(arg >> 1);
	s->tx->dir = arg & 1;
	s->tx->name = hg_span_keep(
		&s->tx->tx.arena, hg_span(app->flow->expected_note, app->flow->expected_note_len));
	hg_tx_progress(&s->tx->tx, !s->tx->dir, HG_FTP_COMPLETE);
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_ftp_data_tx *tx = ((struct ftp_data *)app->state)->tx;

	*taken = in.len;
	if (tx == NULL || dir != tx->dir)
		return HG_FEED_OK;
	if (tx->file == NULL)
		tx->file = hg_tx_file_open(&tx->tx, tx->name, dir, &limits);
	if (tx->file == NULL)
		return HG_FEED_OK;
	hg_file_append(app->files, tx->file, in);
	hg_tx_progress(&tx->tx, dir, HG_FTP_OPEN);
	return HG_FEED_OK;
}

static void
end_file(struct hg_app *app, struct hg_ftp_data_tx *tx, enum hg_file_state state)
{
	if (tx->file != NULL)
		hg_file_close(app->files, tx->file, state);
	hg_tx_progress(&tx->tx, tx->dir, HG_FTP_COMPLETE);
}

static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_ftp_data_tx *tx = ((struct ftp_data *)app->state)->tx;

	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_GAP)) {
		if (tx != NULL && dir == tx->dir)
			end_file(app, tx, HG_FILE_TRUNCATED);
		return false;
	}
	if (tx != NULL && dir == tx->dir && tx->file != NULL)
		hg_file_gap(app->files, tx->file, bytes);
	return true;
}

/* Only who says that it has sent everything has (RFC 959 3.4: the end of the connection is that of the file). */
static bool
is_whole(const struct hg_app *app, enum hg_dir dir)
{
	struct hg_stream_view view;

	if (app->depth_reached || hg_as_peer(app->suricata7, HG_DIFF_FTP_END))
		return !app->depth_reached;
	hg_stream_view(app->flow, &view);
	return (view.flags[dir] & HG_TCP_FIN) != 0;
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_ftp_data_tx *tx = ((struct ftp_data *)app->state)->tx;

	if (tx != NULL && dir == tx->dir)
		end_file(app, tx, is_whole(app, dir) ? HG_FILE_CLOSED : HG_FILE_TRUNCATED);
}

static void
tx_close(struct hg_app *app, struct hg_tx *tx)
{
	struct ftp_data *s = app->decoder == &hg_ftp_data ? app->state : NULL;

	if (s != NULL && (struct hg_tx *)s->tx == tx)
		s->tx = NULL;
}

/* The direction in which rules see the command: that of the file. To the peer files are read by clients and written to servers,
 * whoever has opened the connection. */
static bool
shows_command(const struct hg_ftp_data_tx *tx, enum hg_dir dir)
{
	if (hg_as_peer(tx->tx.app->suricata7, HG_DIFF_FTP_COMMAND_SIDE))
		return (tx->command == HG_FTP_RETR) == (dir == HG_TO_CLIENT);
	return dir == tx->dir;
}

/* The peer lets go of a file with its record, and of what is there when the flow ends before that. */
static bool
is_gone(const struct hg_ftp_data_tx *tx)
{
	return hg_as_peer(tx->tx.app->suricata7, HG_DIFF_FTP_FILE_GONE) &&
		(tx->tx.app->flow->dying || tx->file->logged);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	static const uint8_t kinds[] = { HG_FTP_READS, HG_FTP_WRITES };
	struct hg_ftp_data_tx *tx = (struct hg_ftp_data_tx *)base;

	if (index > 0 || (row != HG_FTP_DATA_COMMAND && (tx->file == NULL || dir != tx->dir)))
		return false;
	switch (row) {
	case HG_FTP_DATA_COMMAND:
		*out = (struct hg_view){ hg_span(&kinds[tx->command != HG_FTP_RETR], 1), 0, true };
		return shows_command(tx, dir);
	case HG_FTP_DATA_FILE:
		return !is_gone(tx) && hg_body_view(&tx->file->body, eof, base->app->ips, out);
	case HG_FTP_DATA_TYPE:
		return !is_gone(tx) && hg_file_type(base->app->files, tx->file, out);
	case HG_FTP_DATA_SIZE:
		return hg_file_size(tx->file, out);
	case HG_FTP_DATA_DIGEST ... HG_FTP_DATA_DIGEST + HG_FILE_DIGESTS - 1:
		return hg_file_digest(tx->file, HG_FILE_DIGEST(row, HG_FTP_DATA_DIGEST), out);
	default:
		*out = (struct hg_view){ tx->file->name, 0, true };
		return !is_gone(tx) && tx->file->name.len > 0;
	}
}

static void
inspected(struct hg_tx *base, enum hg_dir dir, uint16_t row)
{
	struct hg_ftp_data_tx *tx = (struct hg_ftp_data_tx *)base;

	if (row == HG_FTP_DATA_FILE && tx->file != NULL && dir == tx->dir)
		hg_body_inspected(&tx->file->body);
}

const struct hg_decoder hg_ftp_data = {
	.name = "ftp-data",
	.proto = HG_PROTO_FTP_DATA,
	.tcp = true,
	.gap_ok = true,
	.one_tx = true,
	.complete = { HG_FTP_COMPLETE, HG_FTP_COMPLETE },
	.state_size = sizeof(struct ftp_data),
	.tx_size = sizeof(struct hg_ftp_data_tx),
	.open = open,
	.feed = feed,
	.gap = gap,
	.finish = finish,
	.tx_close = tx_close,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.get = get,
	.inspected = inspected,
	.log = hg_ftp_data_log,
	.log_tx_id = true,
	.file_is_flow = true,
	.event_type = "ftp_data",
	.listed_as = "ftp",
};
