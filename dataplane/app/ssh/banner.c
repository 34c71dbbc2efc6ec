/* The banner: `SSH-protoversion-softwareversion SP comments CR LF` (RFC 4253 4.2). */
#include "app/ssh/ssh_int.h"

#define WAIT ((size_t)0)
#define LOST SIZE_MAX

/* Bytes of the line with its end, which is LF, CR LF or CR; 0: it has none yet. *len: without it, as far as is known. */
static size_t
line_end(struct hg_span in, size_t *len)
{
	size_t n = 0;

	while (n < in.len && in.p[n] != '\r' && in.p[n] != '\n')
		n++;
	*len = n;
	if (n < in.len && in.p[n] == '\n')
		return n + 1;
	return n + 1 < in.len ? n + 1 + (in.p[n + 1] == '\n') : 0;
}

/* The software ends where comments begin. */
static bool
read_banner(struct hg_ssh_tx *ssh, enum hg_dir dir, struct hg_span line)
{
	struct hg_span rest = hg_span_from(line, 4), software;
	size_t dash = hg_span_find(rest, 0, '-'), blank;

	if (!hg_span_starts(line, HG_BYTES("SSH-")) || dash == SIZE_MAX || dash == 0)
		return false;
	software = hg_span_from(rest, dash + 1);
	blank = hg_span_find(software, 0, ' ');
	if (blank > 0)
		software = hg_span_sub(software, 0, blank);
	if (ssh != NULL) {
		ssh->side[dir].proto = hg_span_keep(&ssh->tx.arena, hg_span_sub(rest, 0, dash));
		ssh->side[dir].software = hg_span_keep(&ssh->tx.arena, software);
	}
	return true;
}

static size_t
pass_over(struct hg_ssh_stream *stream, struct hg_span in)
{
	size_t len, n = line_end(in, &len);

	if (n == 0)
		return len;
	stream->phase = stream->named ? HG_SSH_AT_PACKET : HG_SSH_AT_BANNER;
	return n;
}

size_t
hg_ssh_banner(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	const bool by_piece = hg_as_peer(app->suricata7, HG_DIFF_SSH_BANNER_BY_PIECE);
	struct hg_ssh_stream *stream = &((struct hg_ssh_state *)app->state)->stream[dir];
	struct hg_ssh_tx *ssh = (struct hg_ssh_tx *)hg_tx_last(app);
	size_t len, n, shown;

	if (stream->phase == HG_SSH_IN_BANNER)
		return pass_over(stream, in);
	n = line_end(by_piece ? in : hg_span_sub(in, 0, HG_SSH_BANNER + 2), &len);
	if (n == 0 && (by_piece ? in.len : len) < HG_SSH_BANNER)
		return WAIT;
	shown = by_piece ? len : HG_MIN(len, HG_SSH_BANNER);
	stream->phase = n > 0 ? HG_SSH_AT_PACKET : HG_SSH_IN_BANNER;
	stream->named = read_banner(ssh, dir, hg_span_sub(in, 0, shown));
	if (!stream->named) {
		if (dir == HG_TO_SERVER || hg_as_peer(app->suricata7, HG_DIFF_SSH_LINES) ||
			++stream->lines > HG_SSH_LINES) {
			hg_ssh_odd(app, dir, HG_SSH_INVALID_BANNER);
			return LOST;
		}
		if (n > 0)
			stream->phase = HG_SSH_AT_BANNER;
		return n > 0 ? n : shown;
	}
	stream->cut = by_piece && n == 0;
	if (len >= HG_SSH_BANNER)
		hg_ssh_odd(app, dir, HG_SSH_LONG_BANNER);
	if (ssh != NULL && (n > 0 || !by_piece))
		hg_tx_progress(&ssh->tx, dir, HG_SSH_BANNER_DONE);
	return n > 0 ? n : shown;
}
