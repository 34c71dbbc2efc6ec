/* Binary packets in the clear (RFC 4253 6): length, padding length, message number, up to NEWKEYS. */
#include "app/ssh/ssh_int.h"

#define HEADER 6
#define WAIT ((size_t)0)
#define LOST SIZE_MAX

enum { KEXINIT = 20, NEWKEYS = 21 };

static void
take_newkeys(struct hg_app *app, enum hg_dir dir, bool whole)
{
	struct hg_ssh_state *s = app->state;
	struct hg_tx *tx = hg_tx_last(app);

	s->stream[dir].newkeys = true;
	if (!hg_as_peer(app->suricata7, HG_DIFF_SSH_OPAQUE))
		s->stream[dir].phase = HG_SSH_OPAQUE;
	if (!s->stream[!dir].newkeys)
		return;
	if (tx != NULL) {
		hg_tx_progress(tx, dir, HG_SSH_FINISHED);
		hg_tx_progress(tx, !dir, HG_SSH_FINISHED);
	}
	if (!s->opaque && (whole || !hg_as_peer(app->suricata7, HG_DIFF_SSH_NEWKEYS_BY_PIECE))) {
		s->opaque = true;
		hg_app_over(app);
	}
}

/* Its bytes are passed over once it was looked at. false: wait for more. */
static bool
take_kexinit(struct hg_app *app, enum hg_dir dir, struct hg_span payload, size_t len, bool *lost_count)
{
	const bool by_piece = hg_as_peer(app->suricata7, HG_DIFF_SSH_KEXINIT_BY_PIECE);
	struct hg_ssh_tx *ssh = (struct hg_ssh_tx *)hg_tx_last(app);
	const bool whole = payload.len >= len;

	if (len >= HG_SSH_KEXINIT && !(by_piece && whole)) {
		hg_ssh_odd(app, dir, HG_SSH_LONG_KEXINIT);
		*lost_count = by_piece;
		return true;
	}
	if (whole && ssh != NULL) {
		hg_ssh_kexinit(ssh, dir, hg_span_sub(payload, 0, len));
		hg_tx_touch(&ssh->tx, dir);
	}
	return whole;
}

size_t
hg_ssh_packet(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_ssh_state *s = app->state;
	struct hg_reader r = hg_reader_of(in);
	uint32_t length = hg_read_u32be(&r);
	bool lost_count = false;
	struct hg_span payload;
	uint8_t number;

	hg_read_skip(&r, 1);
	number = hg_read_u8(&r);
	if (hg_reader_failed(&r))
		return WAIT;
	if (length < 2) {
		hg_ssh_odd(app, dir, HG_SSH_INVALID_RECORD);
		return LOST;
	}
	length -= 2;
	payload = hg_read_rest(&r);
	if (number == KEXINIT && app->ctx->hassh == HG_WANTED_YES &&
		!take_kexinit(app, dir, payload, length, &lost_count))
		return WAIT;
	s->stream[dir].skip = length;
	if (number == NEWKEYS)
		take_newkeys(app, dir, payload.len >= length);
	return lost_count ? in.len : HEADER;
}
