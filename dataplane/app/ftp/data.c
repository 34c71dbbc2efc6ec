/* The decoder of FTP's data connections that were announced: each is one transaction with one file, which the sender's end
 * completes. */
#include "app/ftp/ftp_int.h"

/* What the peer has for files of protocols without settings of their own. */
static const struct hg_inspect_limits limits = { .limit = 0, .min = 32768, .window = 4096 };

struct ftp_data {
	struct hg_ftp_data_tx *tx; /* NULL: no memory; the connection is passed over */
	struct hg_ftp_coding coding;
};

static const struct hg_anomaly_row anomalies[HG_FTP_DATA_ANOMALIES] = {
	[HG_FTP_DATA_BAD_DEFLATE] = { "deflate_invalid",
		"what comes in MODE Z is no deflate, or goes on behind its end: the file ends there" },
	[HG_FTP_DATA_BOMB] = { "deflate_bomb",
		"what comes in MODE Z inflates to more than 64 MiB: the file ends there" },
	[HG_FTP_DATA_BEHIND_EOF] = { "data_behind_end",
		"in MODE B bytes stand behind the last block: they are not read" },
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
	struct hg_ftp_data_tx *tx = (struct hg_ftp_data_tx *)hg_tx_new(app);
	struct hg_ftp_note note = { .type = 'I', .mode = 'S' };

	s->tx = tx;
	if (tx == NULL)
		return;
	hg_ftp_note_read(hg_span(app->flow->expected_note, app->flow->expected_note_len), &note);
	tx->command = (uint8_t)(arg >> 1);
	tx->dir = arg & 1;
	tx->type = note.type;
	tx->mode = hg_as_peer(app->suricata7, HG_DIFF_FTP_CODED) ? 'S' : note.mode;
	tx->offset = note.offset;
	tx->name = hg_span_keep(&tx->tx.arena, note.name);
	tx->path = hg_span_keep(&tx->tx.arena, note.path);
	tx->user = hg_span_keep(&tx->tx.arena, note.user);
	hg_tx_progress(&tx->tx, !tx->dir, HG_FTP_COMPLETE);
}

/* Entries of a listing are its lines. */
static void
count(struct hg_ftp_data_tx *tx, struct hg_span plain)
{
	for (size_t at = hg_span_find(plain, 0, '\n'); at != SIZE_MAX; at = hg_span_find(plain, at + 1, '\n'))
		tx->entries++;
	hg_tx_progress(&tx->tx, tx->dir, HG_FTP_OPEN);
}

/* Bytes of the file itself. */
void
hg_ftp_data_carry(struct hg_app *app, struct hg_ftp_data_tx *tx, struct hg_span plain)
{
	if (hg_ftp_lists(tx->command)) {
		count(tx, plain);
		return;
	}
	if (tx->file == NULL)
		tx->file = hg_tx_file_open(&tx->tx, tx->name, tx->dir, &limits);
	if (tx->file == NULL)
		return;
	hg_file_append(app->files, tx->file, plain);
	hg_tx_progress(&tx->tx, tx->dir, HG_FTP_OPEN);
}

static enum hg_feed
feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct ftp_data *s = app->state;
	struct hg_ftp_data_tx *tx = s->tx;

	*taken = in.len;
	if (tx == NULL || dir != tx->dir)
		return HG_FEED_OK;
	tx->bytes += in.len;
	hg_ftp_coding_feed(app, &s->coding, tx, in);
	return HG_FEED_OK;
}

/* Who announced it hears what came of it. */
static void
tell(struct hg_app *app, const struct hg_ftp_data_tx *tx)
{
	struct hg_app *control = hg_app_announcer(app);

	if (control == NULL)
		return;
	hg_ftp_session_carried(control,
		&(struct hg_ftp_carried){ .flow_id = app->flow->id,
			.bytes = tx->bytes,
			.entries = tx->entries,
			.command = tx->command,
			.whole = tx->whole });
}

static void
end_file(struct hg_app *app, struct hg_ftp_data_tx *tx, enum hg_file_state state)
{
	if (tx->file != NULL)
		hg_file_close(app->files, tx->file, state);
	tx->whole = state == HG_FILE_CLOSED && !tx->gaps;
	tell(app, tx);
	hg_tx_progress(&tx->tx, tx->dir, HG_FTP_COMPLETE);
}

static bool
gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct ftp_data *s = app->state;
	struct hg_ftp_data_tx *tx = s->tx;

	if (hg_as_peer(app->suricata7, HG_DIFF_FTP_GAP)) {
		if (tx != NULL && dir == tx->dir)
			end_file(app, tx, HG_FILE_TRUNCATED);
		return false;
	}
	if (tx == NULL || dir != tx->dir)
		return true;
	tx->gaps = true;
	s->coding.broken |= tx->mode != 'S';
	if (tx->file != NULL)
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
	const struct ftp_data *s = app->state;
	struct hg_ftp_data_tx *tx = s->tx;

	if (tx == NULL || dir != tx->dir)
		return;
	end_file(app, tx,
		is_whole(app, dir) && hg_ftp_coding_is_whole(&s->coding, tx) ? HG_FILE_CLOSED
									     : HG_FILE_TRUNCATED);
}

static void
close(struct hg_app *app)
{
	hg_ftp_coding_close(&((struct ftp_data *)app->state)->coding, app->mem);
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
		return !hg_ftp_lists(tx->command) && shows_command(tx, dir);
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
	.inspected = inspected,
	.log = hg_ftp_data_log,
	.audit = hg_ftp_data_audit,
	.log_tx_id = true,
	.file_is_flow = true,
	.event_type = "ftp_data",
	.listed_as = "ftp",
};
