/* Messages, as leniently as servers read them: any text in fields, LF as the end of a line (RFC 3261 7). */
#include "app/sip/sip_int.h"

static const struct {
	const char *name;
	uint8_t field;
} names[] = {
	{ "via", HG_SIP_VIA },
	{ "v", HG_SIP_VIA },
	{ "from", HG_SIP_FROM },
	{ "f", HG_SIP_FROM },
	{ "to", HG_SIP_TO },
	{ "t", HG_SIP_TO },
	{ "call-id", HG_SIP_CALL_ID },
	{ "i", HG_SIP_CALL_ID },
	{ "cseq", HG_SIP_CSEQ },
	{ "content-length", HG_SIP_CONTENT_LENGTH },
	{ "l", HG_SIP_CONTENT_LENGTH },
	{ "content-type", HG_SIP_CONTENT_TYPE },
	{ "c", HG_SIP_CONTENT_TYPE },
	{ "contact", HG_SIP_CONTACT },
	{ "m", HG_SIP_CONTACT },
	{ "expires", HG_SIP_EXPIRES },
	{ "user-agent", HG_SIP_USER_AGENT },
	{ "server", HG_SIP_SERVER },
	{ "authorization", HG_SIP_AUTHORIZATION },
	{ "proxy-authorization", HG_SIP_PROXY_AUTHORIZATION },
	{ "www-authenticate", HG_SIP_AUTHENTICATE },
	{ "proxy-authenticate", HG_SIP_PROXY_AUTHENTICATE },
};

/* Those of which a message has one (RFC 3261 20). */
#define ONCE                                                                              \
	(1u << HG_SIP_FROM | 1u << HG_SIP_TO | 1u << HG_SIP_CALL_ID | 1u << HG_SIP_CSEQ | \
		1u << HG_SIP_CONTENT_LENGTH)

/* Bytes of the line with its end; 0: it has none. */
static size_t
take_line(struct hg_span in, struct hg_span *line)
{
	const size_t end = hg_span_find(in, 0, '\n');

	if (end == SIZE_MAX)
		return 0;
	*line = hg_span_sub(in, 0, end - (end > 0 && in.p[end - 1] == '\r'));
	return end + 1;
}

static bool
is_version(struct hg_span s)
{
	return s.len > 4 && s.len <= 16 && hg_span_starts_nocase(s, HG_BYTES("SIP/"));
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
read_status(struct hg_span line, struct hg_sip_message *m)
{
	const size_t blank = hg_span_find(line, 0, ' ');
	const struct hg_span rest = hg_span_from(line, blank == SIZE_MAX ? line.len : blank + 1);

	m->version = hg_span_sub(line, 0, blank);
	m->code = hg_span_sub(rest, 0, 3);
	m->reason = hg_span_from(rest, 4);
	return m->code.len == 3 && (rest.len == 3 || rest.p[3] == ' ') && is_version(m->version) &&
		is_digit(m->code.p[0]) && is_digit(m->code.p[1]) && is_digit(m->code.p[2]);
}

static bool
read_request(struct hg_span line, struct hg_sip_message *m)
{
	const size_t blank = hg_span_find(line, 0, ' ');
	size_t last = line.len;

	while (last > 0 && line.p[last - 1] != ' ')
		last--;
	if (blank == SIZE_MAX || blank == 0 || blank > HG_SIP_METHOD || last < blank + 3)
		return false;
	m->request = true;
	m->method = hg_span_sub(line, 0, blank);
	m->uri = hg_span_sub(line, blank + 1, last - blank - 2);
	m->version = hg_span_from(line, last);
	for (size_t i = 0; i < m->method.len; i++)
		if (m->method.p[i] <= ' ' || m->method.p[i] >= 0x7f)
			return false;
	return is_version(m->version);
}

static bool
read_start(struct hg_span line, struct hg_sip_message *m)
{
	m->line = line;
	return hg_span_starts_nocase(line, HG_BYTES("SIP/")) ? read_status(line, m) : read_request(line, m);
}

bool
hg_sip_is_start(struct hg_span line)
{
	struct hg_sip_message m = { 0 };

	return read_start(line, &m);
}

static void
note_field(struct hg_sip_message *m, struct hg_span name, struct hg_span value)
{
	for (unsigned i = 0; i < HG_COUNT(names); i++) {
		struct hg_span *field = &m->field[names[i].field];

		if (!hg_span_eq_nocase(name, hg_span_str(names[i].name)))
			continue;
		if (field->p == NULL)
			*field = value;
		else if ((ONCE >> names[i].field & 1) != 0 && !hg_span_eq(*field, value))
			m->twice |= 1u << names[i].field;
		return;
	}
}

/* A line that begins with a blank goes on with the field before it (RFC 3261 7.3.1). */
static size_t
field_length(struct hg_span in)
{
	struct hg_span line;
	size_t n = take_line(in, &line);

	while (n > 0 && n < in.len && hg_is_blank(in.p[n])) {
		const size_t more = take_line(hg_span_from(in, n), &line);

		n += more > 0 ? more : in.len - n;
	}
	return n > 0 ? n : in.len;
}

void
hg_sip_fields(struct hg_span headers, struct hg_sip_message *m)
{
	while (headers.len > 0) {
		const size_t n = field_length(headers);
		const struct hg_span field = hg_span_sub(headers, 0, n);
		const size_t colon = hg_span_find(field, 0, ':');

		if (colon != SIZE_MAX)
			note_field(m, hg_span_trim(hg_span_sub(field, 0, colon)),
				hg_span_trim(hg_span_from(field, colon + 1)));
		headers = hg_span_from(headers, n);
	}
}

enum hg_sip_read
hg_sip_read(struct hg_span in, struct hg_sip_message *m)
{
	struct hg_span line, headers;
	size_t n = take_line(in, &line), at = n;

	*m = (struct hg_sip_message){ 0 };
	if (!read_start(n > 0 ? line : in, m))
		return HG_SIP_READ_BAD;
	m->line_len = n;
	for (;;) {
		n = at > 0 ? take_line(hg_span_from(in, at), &line) : 0;
		if (n == 0)
			return HG_SIP_READ_MORE;
		if (line.len == 0)
			break;
		at += n;
	}
	m->headers_len = at - m->line_len;
	headers = hg_span_sub(in, m->line_len, m->headers_len);
	m->body = hg_span_from(in, at + n);
	hg_sip_fields(headers, m);
	return HG_SIP_READ;
}

bool
hg_sip_length(const struct hg_sip_message *m, uint64_t *n)
{
	const struct hg_span text = m->field[HG_SIP_CONTENT_LENGTH];

	*n = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.p[i]) || i >= 10)
			return false;
		*n = *n * 10 + (uint64_t)(text.p[i] - '0');
	}
	return text.len > 0;
}
