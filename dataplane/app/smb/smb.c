/* The SMB decoder: its rows and its life. */
#include "app/smb/smb_int.h"

#define AT_ONCE      \
	{            \
		0, 0 \
	}

#define FRAME(name, doc)                                                           \
	{                                                                          \
		"frame:smb." name, HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FRAME, 2, doc \
	}

static const struct hg_buffer_row buffers[HG_SMB_ROWS + 1] = {
	HG_DCERPC_BUFFERS,
	[HG_SMB_SHARE] = { "smb.share", HG_SIDE_SERVER, { 0, 0 }, 0, 2,
		"share that is connected to, unless it is one of pipes" },
	[HG_SMB_NAMED_PIPE] = { "smb.named_pipe", HG_SIDE_SERVER, { 0, 0 }, 0, 2,
		"share of pipes that is connected to" },
	[HG_SMB_USER] = { "smb.ntlmssp_user", HG_SIDE_SERVER, { 0, 0 }, 0, 2, "user who logs in by NTLM" },
	[HG_SMB_DOMAIN] = { "smb.ntlmssp_domain", HG_SIDE_SERVER, { 0, 0 }, 0, 2,
		"domain of the user who logs in by NTLM" },
	[HG_SMB_PATH] = { "smb.path", HG_SIDE_SERVER, { 0, 0 }, 0, 2,
		"share and path of what a message is about, as \\\\SERVER\\share\\folder\\file" },
	[HG_SMB_OPERATION] = { "smb.operation", HG_SIDE_SERVER, { 0, 0 }, 0, 2,
		"what a message asks for: open, read, write, rename, delete …" },
	[HG_SMB_WHO] = { "smb.user", HG_SIDE_SERVER, { 0, 0 }, 0, 2,
		"who has logged in to the session, of what is asked behind the login" },
	[HG_SMB_FILE_DATA] = { "file.data", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FILE | HG_BUFFER_GROWING, 2,
		"bytes of a file that is read or written" },
	[HG_SMB_FILE_NAME] = { "file.name", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FILE, 2,
		"name of a file that is read or written" },
	[HG_SMB_FILE_TYPE] = HG_FILE_TYPE_ROW(0, 0, 0),
	[HG_SMB_FILE_SIZE] = { "filesize", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FILE, 4,
		"size of a file that was read or written, eight bytes" },
	HG_FILE_DIGEST_ROWS(HG_SMB_FILE_DIGEST, AT_ONCE),
	[HG_SMB_FRAME_NBSS_PDU] = FRAME("nbss.pdu", "a message of a NetBIOS session"),
	[HG_SMB_FRAME_NBSS_HDR] = FRAME("nbss.hdr", "its type and length"),
	[HG_SMB_FRAME_NBSS_DATA] = FRAME("nbss.data", "what it holds"),
	[HG_SMB_FRAME_SMB1] = FRAME("smb1.pdu", "a message of SMB1"),
	[HG_SMB_FRAME_SMB1 + 1] = FRAME("smb1.hdr", "its head of 32 bytes"),
	[HG_SMB_FRAME_SMB1 + 2] = FRAME("smb1.data", "what follows the head"),
	[HG_SMB_FRAME_SMB2] = FRAME("smb2.pdu", "a message of SMB2, one of several in a chain"),
	[HG_SMB_FRAME_SMB2 + 1] = FRAME("smb2.hdr", "its head of 64 bytes"),
	[HG_SMB_FRAME_SMB2 + 2] = FRAME("smb2.data", "what follows the head"),
	[HG_SMB_FRAME_SMB3] = FRAME("smb3.pdu", "an encrypted message"),
	[HG_SMB_FRAME_SMB3 + 1] = FRAME("smb3.hdr", "its head of 52 bytes"),
	[HG_SMB_FRAME_SMB3 + 2] = FRAME("smb3.data", "what follows the head"),
	[HG_SMB_ROWS] = HG_FRAME_STREAM("smb"),
};

static const struct hg_anomaly_row anomalies[HG_SMB_ANOMALIES] = {
	[HG_SMB_INTERNAL] = { "internal_error", "never raised: the decoder has no such state" },
	[HG_SMB_MALFORMED] = { "malformed_data", "a message does not follow [MS-SMB2], [MS-CIFS] or C706" },
	[HG_SMB_BAD_NTLMSSP] = { "malformed_ntlmssp_request", "a login by NTLM does not follow [MS-NLMP]" },
	[HG_SMB_NTLMSSP_ORDER] = { "unusual_ntlmssp_order",
		"a login by NTLM has its domain, user and host in another order than Windows" },
	[HG_SMB_BAD_DIALECTS] = { "negotiate_malformed_dialects", "the list of dialects cannot be read" },
	[HG_SMB_MAX_READ] = { "negotiate_max_read_size_too_large",
		"the server allows longer READs than max-read-size" },
	[HG_SMB_MAX_WRITE] = { "negotiate_max_write_size_too_large",
		"the server allows longer WRITEs than max-write-size" },
	[HG_SMB_READ_REQUEST_LARGE] = { "read_request_too_large",
		"a READ asks for more than was agreed or than max-read-size" },
	[HG_SMB_READ_LARGE] = { "read_response_too_large",
		"a READ brings more than was agreed or than max-read-size: its data is passed over" },
	[HG_SMB_READ_QUEUE_SIZE] = { "read_queue_size_exceeded",
		"more is read out of order than max-read-queue-size: the rest is passed over" },
	[HG_SMB_READ_QUEUE_COUNT] = { "read_queue_cnt_exceeded",
		"more pieces are read out of order than max-read-queue-cnt: the rest is passed over" },
	[HG_SMB_WRITE_LARGE] = { "write_request_too_large",
		"a WRITE sends more than was agreed or than max-write-size: its data is passed over" },
	[HG_SMB_WRITE_QUEUE_SIZE] = { "write_queue_size_exceeded",
		"more is written out of order than max-write-queue-size: the rest is passed over" },
	[HG_SMB_WRITE_QUEUE_COUNT] = { "write_queue_cnt_exceeded",
		"more pieces are written out of order than max-write-queue-cnt: the rest is passed over" },
	[HG_SMB_RESPONSE_TO_SERVER] = { "response_to_server", "the client sends an answer" },
	[HG_SMB_REQUEST_TO_CLIENT] = { "request_to_client", "the server sends a request" },
	[HG_SMB_MANY_TXS] = { "too_many_transactions",
		"more transactions are open than max-tx: the oldest is given up" },
	[HG_SMB_FILE_OVERLAP] = { "file_overlap", "bytes of a file come again" },
	[HG_SMB_LONG_MESSAGE] = { "message_too_long",
		"a message that is no READ or WRITE is longer than 1 MiB: it is passed over" },
	[HG_SMB_LONG_STUB] = { "stub_data_too_long",
		"a side of a DCERPC call is longer than 1 MiB, or a fragment longer than 64 KiB" },
	[HG_SMB_ADMIN_SHARE] = { "admin_share",
		"an administrative share was connected to: a drive (C$) or ADMIN$" },
	[HG_SMB_NULL_SESSION] = { "null_session",
		"the server let somebody in without a name and a password" },
	[HG_SMB_GUEST] = { "guest_session", "the server let somebody in as guest" },
	[HG_SMB_OLD_VERSION] = { "smb1_in_use", "SMB1 is spoken" },
	[HG_SMB_OLD_NTLM] = { "old_ntlm", "a login by LM or by version 1 of NTLM" },
	[HG_SMB_EXEC_PIPE] = { "remote_exec_pipe",
		"a pipe of a tool that runs programs from afar was opened (PSEXESVC, RemCom …)" },
	[HG_SMB_EXEC_SERVICE] = { "remote_service", "a session created a service and started one" },
	[HG_SMB_EXEC_TASK] = { "remote_task", "a task was scheduled from afar" },
	[HG_SMB_REPLICATION] = { "directory_replication",
		"secrets of a directory were asked for as domain controllers do (GetNCChanges)" },
	[HG_SMB_MASS_RENAME] = { "mass_rename",
		"a session renamed mass-rename files to another extension within mass-seconds" },
	[HG_SMB_MASS_DELETE] = { "mass_delete", "a session deleted mass-delete files within mass-seconds" },
	[HG_SMB_MASS_REWRITE] = { "mass_rewrite",
		"a session read mass-rename files and wrote them over within mass-seconds" },
	[HG_SMB_MANY_SESSIONS] = { "too_many_sessions",
		"a connection has more than 32 sessions: the one not asked for the longest is forgotten" },
	[HG_SMB_BAD_COMPRESSION] = { "compression_malformed",
		"a compressed message does not follow [MS-SMB2] or [MS-XCA], or does not become what it "
		"says" },
	[HG_SMB_COMPRESSION_SIZE] = { "compression_too_large",
		"a compressed message says that it becomes more than max-decompressed-size: it is passed "
		"over" },
	[HG_SMB_COMPRESSION_RATIO] = { "compression_bomb",
		"compressed messages become more than decompression-ratio allows: they are passed over" },
};

static void
open(struct hg_app *app)
{
	struct hg_smb *s = app->state;

	hg_keyed_init(&s->table, app->mem);
	hg_stream_set_depth(app->flow, app->ctx->depth);
}

static void
close(struct hg_app *app)
{
	struct hg_smb *s = app->state;

	hg_keyed_fini(&s->table);
	hg_smb_sessions_free(app);
}

static void
finish(struct hg_app *app, enum hg_dir dir)
{
	struct hg_smb *s = app->state;

	hg_smb_truncate_files(app, dir);
	s->ended |= (uint8_t)(1u << dir);
	if (s->ended == HG_SIDE_BOTH)
		hg_smb_sessions_end(app);
}

static void
tx_close(struct hg_app *app, struct hg_tx *base)
{
	struct hg_smb_tx *tx = (struct hg_smb_tx *)base;

	hg_smb_transfer_free(app, tx);
	if (tx->has_call)
		hg_dcerpc_call_fini(&tx->call);
}

/* RFC 1002 4.3.1, [MS-SMB2] 2.1: a session message with an SMB head, or a short NetBIOS message before it. */
static bool
is_message(struct hg_span in)
{
	struct hg_span head = hg_span_sub(in, 4, 4);
	uint8_t type = in.len == 0 ? 0xff : in.p[0];

	return (type == 0 || (type >= 0x81 && type <= 0x85)) && head.len == 4 && head.p[0] >= 0xfd &&
		hg_span_eq(hg_span_from(head, 1), HG_BYTES("SMB"));
}

/* The message in a NetBIOS one tells who sends it; an encrypted one does not. */
static enum hg_probe
probe_head(enum hg_dir dir, struct hg_span in)
{
	struct hg_span flags;
	bool response;

	if (!is_message(in))
		return HG_PROBE_NO;
	flags = hg_span_sub(in, in.p[4] == 0xff ? 13 : 20, 1);
	if (in.p[0] != 0 || in.p[4] < 0xfe || flags.len == 0)
		return HG_PROBE_YES;
	response = (flags.p[0] & (in.p[4] == 0xff ? 0x80 : 1)) != 0;
	return response == (dir == HG_TO_CLIENT) ? HG_PROBE_YES : HG_PROBE_REVERSE;
}

static enum hg_probe
probe(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	uint8_t type = hg_read_u8(&r);
	uint32_t length = hg_read_u24be(&r);

	(void)udp;
	if (in.len < 36)
		return HG_PROBE_MORE;
	if (is_message(in))
		return probe_head(dir, in);
	if (type < 0x81 || type > 0x85)
		return HG_PROBE_NO;
	if (in.len - 4 >= (size_t)length + 8)
		return probe_head(dir, hg_span_from(in, 4 + length));
	return length < 256 ? HG_PROBE_MORE : HG_PROBE_NO;
}

static bool
exists(struct hg_span s, struct hg_view *out)
{
	out->data = s;
	return s.len > 0;
}

/* Is it known whether the share is one of pipes? */
static bool
is_told(const struct hg_smb_tx *tx, bool eof)
{
	return tx->has_status || eof || hg_as_peer(tx->tx.app->suricata7, HG_DIFF_SMB_TREE_LATE);
}

static bool
tells_operation(const struct hg_smb_tx *tx, struct hg_view *out)
{
	const char *name = hg_smb_op_name(tx->op);

	return name != NULL && exists(hg_span_str(name), out);
}

static bool
get(struct hg_tx *base, enum hg_dir dir, uint16_t row, uint32_t index, bool eof, struct hg_view *out)
{
	struct hg_smb_tx *tx = (struct hg_smb_tx *)base;
	struct hg_file *f = base->files;

	*out = (struct hg_view){ .complete = true };
	if (index > 0)
		return false;
	if (row < HG_DCERPC_ROWS)
		return tx->has_call && hg_dcerpc_call_get(&tx->call, dir, row, &out->data);
	if (row >= HG_SMB_FILE_DIGEST && row < HG_SMB_FILE_DIGEST + HG_FILE_DIGESTS)
		return hg_tx_file_digest(base, dir, HG_FILE_DIGEST(row, HG_SMB_FILE_DIGEST), index, out);
	switch ((enum hg_smb_row)row) {
	case HG_SMB_SHARE:
		return tx->type == HG_SMB_TREE && !tx->pipe && is_told(tx, eof) && exists(tx->name, out);
	case HG_SMB_NAMED_PIPE:
		return tx->type == HG_SMB_TREE && tx->pipe && exists(tx->name, out);
	case HG_SMB_USER:
		return tx->ntlmssp && exists(tx->user, out);
	case HG_SMB_DOMAIN:
		return tx->ntlmssp && exists(tx->domain, out);
	case HG_SMB_PATH:
		return exists(tx->path, out);
	case HG_SMB_OPERATION:
		return tells_operation(tx, out);
	case HG_SMB_WHO: /* a login's is known by its answer, for which its request does not wait */
		return tx->type != HG_SMB_SESSION && exists(tx->who, out);
	case HG_SMB_FILE_DATA:
		return f != NULL && f->dir == dir && hg_body_view(&f->body, eof, base->app->ips, out);
	case HG_SMB_FILE_NAME:
		return f != NULL && f->dir == dir && exists(f->name, out);
	case HG_SMB_FILE_TYPE:
		return hg_tx_file_type(base, dir, index, out);
	case HG_SMB_FILE_SIZE:
		return hg_tx_file_size(base, dir, index, out);
	default:
		return false;
	}
}

static void
inspected(struct hg_tx *tx, enum hg_dir dir, uint16_t row)
{
	if (row == HG_SMB_FILE_DATA && tx->files != NULL && tx->files->dir == dir)
		hg_body_inspected(&tx->files->body);
}

/* The peer takes all stub data in pipes for little endian. */
static bool
little_endian(const struct hg_tx *base)
{
	const struct hg_smb_tx *tx = (const struct hg_smb_tx *)base;

	return !tx->has_call || tx->call.little || hg_as_peer(base->app->suricata7, HG_DIFF_SMB_PIPES);
}

#define HEAD(first, to)                                          \
	{                                                        \
		HG_BYTES(first "SMB"), 4, to, false, false, true \
	}

static const struct hg_magic magics[] = {
	HEAD("\xff", HG_TO_SERVER),
	HEAD("\xfe", HG_TO_SERVER),
	HEAD("\xfd", HG_TO_SERVER),
	HEAD("\xff", HG_TO_CLIENT),
	HEAD("\xfe", HG_TO_CLIENT),
	HEAD("\xfd", HG_TO_CLIENT),
};

const struct hg_decoder hg_smb = {
	.name = "smb",
	.proto = HG_PROTO_SMB,
	.tcp = true,
	.gap_ok = true,
	.complete = { HG_SMB_COMPLETE, HG_SMB_COMPLETE },
	.magics = magics,
	.n_magics = HG_COUNT(magics),
	.ports = { 139, 445 },
	.probe = probe,
	.probe_most = 36,
	.state_size = sizeof(struct hg_smb),
	.tx_size = sizeof(struct hg_smb_tx),
	.open = open,
	.close = close,
	.feed = hg_smb_feed,
	.gap = hg_smb_gap,
	.finish = finish,
	.tx_close = tx_close,
	.buffers = buffers,
	.n_buffers = HG_COUNT(buffers),
	.anomalies = anomalies,
	.n_anomalies = HG_COUNT(anomalies),
	.get = get,
	.inspected = inspected,
	.little_endian = little_endian,
	.log = hg_smb_log,
	.audit = hg_smb_audit,
	.event_type = "smb",
	.config_keys = hg_smb_keys,
	.n_config_keys = HG_SMB_KEYS,
	.ctx_size = sizeof(struct hg_decoder_ctx),
	.configure = hg_smb_configure,
};
