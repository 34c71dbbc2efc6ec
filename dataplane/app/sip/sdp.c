/* Session descriptions (RFC 8866): where media are to be sent. */
#include "app/sip/sip_int.h"

static bool
may_describe(struct hg_span type)
{
	return hg_span_starts_nocase(type, HG_BYTES("application/sdp")) ||
		hg_span_starts_nocase(type, HG_BYTES("multipart/"));
}

static struct hg_span
keep(struct hg_arena *arena, struct hg_span text)
{
	return hg_span_keep(arena, hg_span_sub(text, 0, HG_SIP_SHOWN));
}

/* `audio 49170/2 RTP/AVP 0` */
static uint16_t
port_of(struct hg_span media)
{
	struct hg_span rest = media, word;
	uint32_t port = 0;

	hg_sip_word(&rest);
	word = hg_sip_word(&rest);
	for (size_t i = 0; i < word.len && word.p[i] >= '0' && word.p[i] <= '9' && port <= UINT16_MAX; i++)
		port = port * 10 + (uint32_t)(word.p[i] - '0');
	return port <= UINT16_MAX ? (uint16_t)port : 0;
}

/* `IN IP4 192.0.2.1/127` */
static struct hg_span
address_of(struct hg_span connection)
{
	struct hg_span rest = connection, word;

	hg_sip_word(&rest);
	hg_sip_word(&rest);
	word = hg_sip_word(&rest);
	return hg_span_sub(word, 0, hg_span_find(word, 0, '/'));
}

static void
read_line(struct hg_arena *arena, uint8_t type, struct hg_span value, struct hg_sip_sdp *sdp, bool *beyond)
{
	switch (type) {
	case 'o':
		sdp->origin = keep(arena, value);
		break;
	case 's':
		sdp->name = keep(arena, value);
		break;
	case 'c':
		if (sdp->n_media == 0)
			sdp->connection = keep(arena, value);
		else if (!*beyond)
			sdp->media[sdp->n_media - 1].address = keep(arena, address_of(value));
		break;
	case 'm':
		*beyond = sdp->n_media == HG_SIP_MEDIA;
		if (!*beyond)
			sdp->media[sdp->n_media++] = (struct hg_sip_media){ .text = keep(arena, value),
				.address = address_of(sdp->connection),
				.port = port_of(value) };
		break;
	default:
		break;
	}
}

/* Within a body of several parts it begins with its version and ends with an empty line. */
void
hg_sip_read_sdp(struct hg_arena *arena, const struct hg_sip_message *m, struct hg_sip_sdp *sdp)
{
	struct hg_span rest = m->body;
	bool beyond = false;

	if (!may_describe(m->field[HG_SIP_CONTENT_TYPE]))
		return;
	while (rest.len > 0) {
		const size_t end = hg_span_find(rest, 0, '\n');
		const struct hg_span line = hg_span_trim(hg_span_sub(rest, 0, end));

		rest = hg_span_from(rest, end == SIZE_MAX ? rest.len : end + 1);
		if (sdp->seen && line.len == 0)
			return;
		sdp->seen |= hg_span_starts(line, HG_BYTES("v="));
		if (sdp->seen && line.len > 2 && line.p[1] == '=')
			read_line(arena, line.p[0], hg_span_from(line, 2), sdp, &beyond);
	}
}
