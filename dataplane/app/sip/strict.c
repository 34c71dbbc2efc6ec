/* compat suricata7: which bytes Suricata 7 takes for a message, and for which it waits in vain. It knows its own sets of characters,
 * CR LF as the only end of a line, and no request from a server. */
#include "app/sip/sip_int.h"

#define TOKEN "!%'*+-._`~"

static bool
is_alpha(uint8_t c)
{
	c = hg_lower(c);
	return c >= 'a' && c <= 'z';
}

static bool
is_one_of(uint8_t c, const char *set)
{
	return is_alpha(c) || (c >= '0' && c <= '9') || (c != 0 && strchr(set, c) != NULL);
}

static bool
is_uri(uint8_t c)
{
	return is_one_of(c, TOKEN "#@:;=?&$,/");
}

static bool
is_version(uint8_t c)
{
	return c == '.' || (c >= '0' && c <= '9');
}

static bool
is_reason(uint8_t c)
{
	return is_one_of(c, TOKEN "$&(),/:;=?@[\\]^ ");
}

static bool
is_name(uint8_t c)
{
	return is_one_of(c, TOKEN);
}

static bool
is_value(uint8_t c)
{
	return is_one_of(c, TOKEN "\"#$&(),/;:<=>?@[]{}^|\\");
}

/* As many as are of the set; those that reach to the end of the input may go on. */
static enum hg_sip_read
take_set(struct hg_span *in, bool (*of)(uint8_t), size_t least, struct hg_span *out)
{
	size_t n = 0;

	while (n < in->len && of(in->p[n]))
		n++;
	if (n == in->len)
		return HG_SIP_READ_MORE;
	if (n < least)
		return HG_SIP_READ_BAD;
	*out = hg_span_sub(*in, 0, n);
	*in = hg_span_from(*in, n);
	return HG_SIP_READ;
}

static enum hg_sip_read
take_text(struct hg_span *in, struct hg_span text)
{
	const struct hg_span begin = hg_span_sub(*in, 0, text.len);

	if (!hg_span_eq(begin, hg_span_sub(text, 0, begin.len)))
		return HG_SIP_READ_BAD;
	if (begin.len < text.len)
		return HG_SIP_READ_MORE;
	*in = hg_span_from(*in, text.len);
	return HG_SIP_READ;
}

#define END HG_BYTES("\r\n")
#define BLANK HG_BYTES(" ")

static enum hg_sip_read
take_version(struct hg_span *in, struct hg_span *out)
{
	const uint8_t *begin = in->p;
	struct hg_span number;
	enum hg_sip_read r = take_text(in, HG_BYTES("SIP/"));

	if (r == HG_SIP_READ)
		r = take_set(in, is_version, 1, &number);
	*out = hg_span(begin, (size_t)(in->p - begin));
	return r;
}

/* Up to where the line ends and the next one does not go on with it. A byte that is of no value is waited behind. */
static enum hg_sip_read
take_value(struct hg_span *in)
{
	size_t end = 0, blanks = 0;

	for (size_t i = 0; i < in->len; i++) {
		const uint8_t c = in->p[i];

		if (c == '\n') {
			if (++i == in->len)
				break;
			if (hg_is_blank(in->p[i]))
				continue;
			*in = hg_span_from(*in, end + blanks);
			return HG_SIP_READ;
		}
		if (hg_is_blank(c)) {
			blanks++;
		} else if (c != '\r') {
			if (!is_value(c))
				break;
			blanks = 0;
			end = i + 1;
		}
	}
	return HG_SIP_READ_MORE;
}

static bool
is_blank(uint8_t c)
{
	return hg_is_blank(c);
}

static enum hg_sip_read
take_field(struct hg_span *in)
{
	struct hg_span part;
	enum hg_sip_read r = take_set(in, is_name, 0, &part);

	if (r == HG_SIP_READ)
		r = take_set(in, is_blank, 0, &part);
	if (r == HG_SIP_READ)
		r = take_text(in, HG_BYTES(":"));
	if (r == HG_SIP_READ)
		r = take_set(in, is_blank, 0, &part);
	if (r == HG_SIP_READ)
		r = take_value(in);
	return r == HG_SIP_READ ? take_text(in, END) : r;
}

static enum hg_sip_read
take_fields(struct hg_span *in)
{
	for (;;) {
		struct hg_span here = *in;
		enum hg_sip_read r = take_text(&here, END);

		if (r == HG_SIP_READ_BAD)
			r = take_field(in);
		else
			return r;
		if (r != HG_SIP_READ)
			return r;
	}
}

static enum hg_sip_read
take_request(struct hg_span *in, struct hg_sip_message *m)
{
	enum hg_sip_read r = take_set(in, is_alpha, 0, &m->method);

	m->request = true;
	if (r == HG_SIP_READ)
		r = take_text(in, BLANK);
	if (r == HG_SIP_READ)
		r = take_set(in, is_uri, 1, &m->uri);
	if (r == HG_SIP_READ)
		r = take_text(in, BLANK);
	return r == HG_SIP_READ ? take_version(in, &m->version) : r;
}

static enum hg_sip_read
take_status(struct hg_span *in, struct hg_sip_message *m)
{
	enum hg_sip_read r = take_version(in, &m->version);

	if (r == HG_SIP_READ)
		r = take_text(in, BLANK);
	if (r != HG_SIP_READ)
		return r;
	m->code = hg_span_sub(*in, 0, 3);
	if (m->code.len < 3)
		return HG_SIP_READ_MORE;
	*in = hg_span_from(*in, 3);
	r = take_text(in, BLANK);
	return r == HG_SIP_READ ? take_set(in, is_reason, 0, &m->reason) : r;
}

/* Its start line ends in front of the first byte that no reason phrase has: `#` in a URI. */
static struct hg_span
shown_line(struct hg_span in)
{
	size_t n = 0;

	while (n < in.len && is_reason(in.p[n]))
		n++;
	return hg_span_sub(in, 0, n);
}

enum hg_sip_read
hg_sip_read_strict(enum hg_dir dir, struct hg_span in, struct hg_sip_message *m)
{
	struct hg_span rest = in;
	enum hg_sip_read r;

	*m = (struct hg_sip_message){ 0 };
	r = dir == HG_TO_SERVER ? take_request(&rest, m) : take_status(&rest, m);
	if (r == HG_SIP_READ)
		r = take_text(&rest, END);
	m->line_len = in.len - rest.len;
	if (r == HG_SIP_READ)
		r = take_fields(&rest);
	m->headers_len = in.len - rest.len - m->line_len;
	if (r != HG_SIP_READ)
		return r;
	m->line = shown_line(in);
	m->body = hg_span_from(rest, END.len);
	hg_sip_fields(hg_span_sub(in, m->line_len, m->headers_len), m);
	return HG_SIP_READ;
}
