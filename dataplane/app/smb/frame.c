/* Messages out of the stream: NetBIOS sessions (RFC 1002 4.3, [MS-SMB2] 2.1), and the way back behind missing bytes. */
#include "app/smb/smb1.h"
#include "app/smb/smb2.h"
#include "app/smb/smb_int.h"

#define NETBIOS 4
#define SMB3_HEAD 52
#define HEAD (NETBIOS + 4)

#define COMPRESSED 0xfc
#define ENCRYPTED 0xfd

static bool
is_head(const struct hg_app *app, struct hg_span at)
{
	const uint8_t first = hg_as_peer(app->suricata7, HG_DIFF_SMB_COMPRESSED) ? ENCRYPTED : COMPRESSED;

	return at.len >= 4 && at.p[0] >= first && hg_span_eq(hg_span_sub(at, 1, 3), HG_BYTES("SMB"));
}

/* Where the next message begins; in.len - HEAD + 1 bytes are none for sure when there is none. */
static size_t
seek(const struct hg_app *app, struct hg_span in, bool *found)
{
	*found = false;
	for (size_t i = NETBIOS + 1; i < in.len; i++) {
		i = hg_span_find(in, i, 'S');
		if (i == SIZE_MAX)
			break;
		*found = is_head(app, hg_span_from(in, i - 1)) && in.p[i - 1 - NETBIOS] == 0;
		if (*found)
			return i - 1 - NETBIOS;
	}
	return in.len < HEAD ? 0 : in.len - HEAD + 1;
}

/* Data of a READ or WRITE that was begun with, then what nobody looks at. Returns what of it is there. */
static size_t
take_rest(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	struct hg_smb_side *side = &((struct hg_smb *)app->state)->side[dir];
	const size_t data = (size_t)HG_MIN((uint64_t)in.len, side->left);
	const size_t skip = (size_t)HG_MIN((uint64_t)(in.len - data), data == side->left ? side->skip : 0);

	if (data > 0)
		hg_smb_continue(app, dir, hg_span_sub(in, 0, data));
	side->left -= data;
	side->skip -= skip;
	return data + skip;
}

/* Of what has no head that could be read. */
static const struct hg_smb_head none;

/* What is inside cannot be known. */
static void
note_encrypted(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_smb_traffic *t = &((struct hg_smb *)app->state)->traffic;

	t->encrypted[dir]++;
	t->encrypted_bytes[dir] += bytes;
}

static bool
take_message(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	if (is_head(app, in)) {
		switch (in.p[0]) {
		case 0xff:
			return hg_smb1_message(app, dir, in);
		case ENCRYPTED:
			note_encrypted(app, dir, in.len);
			return true;
		case COMPRESSED:
			hg_smb_compressed(app, dir, in);
			return true;
		default:
			return hg_smb2_message(app, dir, in);
		}
	}
	hg_smb_report(app, &none, dir, HG_SMB_MALFORMED);
	return false;
}

/* A message of which a part is there; 0: more of it is needed. */
static size_t
take_early(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t length)
{
	struct hg_smb_side *side = &((struct hg_smb *)app->state)->side[dir];
	const struct hg_span body = hg_span_from(in, NETBIOS);
	const uint64_t more = length - body.len;

	if (in.len < HG_SMB_EARLY)
		return 0;
	if (is_head(app, body) && body.p[0] == 0xff && hg_smb1_early(app, dir, body, more))
		return in.len;
	if (is_head(app, body) && body.p[0] == 0xfe && hg_smb2_early(app, dir, body, more))
		return in.len;
	if (length <= HG_SMB_FRAME)
		return 0;
	if (is_head(app, body) && body.p[0] == ENCRYPTED)
		note_encrypted(app, dir, length);
	else
		hg_smb_report(app, &none, dir, HG_SMB_LONG_MESSAGE);
	side->skip = more;
	return in.len;
}

static void
name_message(
	struct hg_app *app, enum hg_dir dir, unsigned row, const uint8_t *at, uint64_t head, uint64_t length)
{
	hg_app_frame(app, dir, (uint16_t)row, at, length);
	hg_app_frame(app, dir, (uint16_t)(row + 1), at, HG_MIN(head, length));
	if (length > head)
		hg_app_frame(app, dir, (uint16_t)(row + 2), at + head, length - head);
}

/* Messages of a chain lie one behind the other, as far as it is there. */
static void
name_chain(struct hg_app *app, enum hg_dir dir, struct hg_span in, uint64_t length)
{
	for (;;) {
		struct hg_reader r = hg_reader_of(in);
		uint32_t next;

		hg_read_skip(&r, 20);
		next = hg_read_u32le(&r);
		if (hg_reader_failed(&r) || next < HG_SMB2_HEAD || next >= in.len || next >= length)
			break;
		name_message(app, dir, HG_SMB_FRAME_SMB2, in.p, HG_SMB2_HEAD, next);
		in = hg_span_from(in, next);
		length -= next;
	}
	name_message(app, dir, HG_SMB_FRAME_SMB2, in.p, HG_SMB2_HEAD, length);
}

/* in: of the NetBIOS message what is there. */
static void
name_frames(struct hg_app *app, enum hg_dir dir, struct hg_span in, uint64_t length)
{
	const struct hg_span body = hg_span_from(in, NETBIOS);

	hg_app_frame(app, dir, HG_SMB_FRAME_NBSS_PDU, in.p, NETBIOS + length);
	hg_app_frame(app, dir, HG_SMB_FRAME_NBSS_HDR, in.p, NETBIOS);
	if (length == 0)
		return;
	hg_app_frame(app, dir, HG_SMB_FRAME_NBSS_DATA, body.p, length);
	if (!is_head(app, body))
		return;
	if (body.p[0] == 0xff)
		name_message(app, dir, HG_SMB_FRAME_SMB1, body.p, HG_SMB1_HEAD, length);
	else if (body.p[0] == 0xfe)
		name_chain(app, dir, body, length);
	else if (body.p[0] == ENCRYPTED)
		name_message(app, dir, HG_SMB_FRAME_SMB3, body.p, SMB3_HEAD, length);
}

static enum hg_feed
take_stream(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	struct hg_smb_side *side = &((struct hg_smb *)app->state)->side[dir];

	while (*taken < in.len) {
		struct hg_span rest = hg_span_from(in, *taken);
		size_t length, n;
		bool found;

		if (side->left + side->skip > 0) {
			*taken += take_rest(app, dir, rest);
			continue;
		}
		if (side->lost) {
			*taken += seek(app, rest, &found);
			side->lost = !found;
			if (!found)
				return HG_FEED_OK;
			continue;
		}
		if (rest.len < NETBIOS)
			return HG_FEED_OK;
		length = (size_t)rest.p[1] << 16 | (size_t)rest.p[2] << 8 | rest.p[3];
		if (rest.len - NETBIOS >= length) {
			name_frames(app, dir, hg_span_sub(rest, 0, NETBIOS + length), length);
			/* other types than messages open and hold the session */
			if (rest.p[0] == 0 && !take_message(app, dir, hg_span_sub(rest, NETBIOS, length)))
				return HG_FEED_ERROR;
			*taken += NETBIOS + length;
			continue;
		}
		n = take_early(app, dir, rest, length);
		if (n == 0)
			return HG_FEED_OK;
		name_frames(app, dir, rest, length);
		*taken += n;
	}
	return HG_FEED_OK;
}

/* What was open when bytes were missing, and has no answer in what follows them, gets none. */
static void
settle(struct hg_app *app, enum hg_dir dir)
{
	struct hg_smb_side *side = &((struct hg_smb *)app->state)->side[dir];
	const bool peer = hg_as_peer(app->suricata7, HG_DIFF_SMB_GAPS);

	if (!side->missing || side->lost)
		return;
	hg_smb_abandon(app, dir, peer ? HG_MAX(app->tx_next, UINT64_C(1)) - 1 : side->open);
	side->missing = peer;
}

enum hg_feed
hg_smb_feed(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken)
{
	enum hg_feed said = take_stream(app, dir, in, taken);

	settle(app, dir);
	return said;
}

bool
hg_smb_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes)
{
	struct hg_smb *s = app->state;
	struct hg_smb_side *side = &s->side[dir];
	const uint64_t data = HG_MIN(bytes, side->left), skip = HG_MIN(bytes - data, side->skip);

	if (data > 0)
		hg_smb_missing(app, dir, data);
	side->left -= data;
	side->skip -= skip;
	if (data + skip == bytes)
		return true;
	side->lost = side->missing = true;
	side->open = app->tx_next;
	return true;
}
