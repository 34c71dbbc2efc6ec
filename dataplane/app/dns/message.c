/* Reading DNS messages (RFC 1035 section 4): pure functions over a span. */
#include "app/dns/dns_int.h"

bool
hg_dns_header_read(struct hg_span message, struct hg_dns_header *h)
{
	struct hg_reader r = hg_reader_of(message);

	h->id = hg_read_u16be(&r);
	h->flags = hg_read_u16be(&r);
	h->questions = hg_read_u16be(&r);
	h->answers = hg_read_u16be(&r);
	h->authorities = hg_read_u16be(&r);
	h->additionals = hg_read_u16be(&r);
	return !hg_reader_failed(&r);
}

bool
hg_dns_header_fits(const struct hg_dns_header *h, size_t len)
{
	return 2u * ((size_t)h->questions + h->answers + h->authorities + h->additionals) <= len;
}

struct hg_dns_reader
hg_dns_reader_of(struct hg_span message)
{
	return (struct hg_dns_reader){ message, HG_DNS_HEADER, message.len, 0, 0 };
}

static void
add_label(struct hg_dns_reader *r, struct hg_dns_name *name, struct hg_span label)
{
	if (name->len >= HG_DNS_NAME)
		return;
	if (name->len > 0)
		name->text[name->len++] = '.';
	memcpy(name->text + name->len, label.p, label.len);
	name->len = (uint16_t)(name->len + label.len);
	if (name->len > HG_DNS_NAME) {
		name->len = HG_DNS_NAME;
		r->odd |= 1u << HG_DNS_LONG_NAME;
	}
}

/* A pointer at `at` of m: where it leads in a message of len bytes, SIZE_MAX when it cannot be followed. */
static size_t
follow(struct hg_span m, size_t len, size_t at)
{
	size_t to;

	if (m.len - at < 2)
		return SIZE_MAX;
	to = (size_t)(m.p[at] & 0x3f) << 8 | m.p[at + 1];
	return to > len ? SIZE_MAX : to;
}

/* Steps from label to label. Where a name that followed a pointer goes wrong, what it had so far stands: the place behind the
 * pointer is known, and the rest of the message can be read. */
bool
hg_dns_name_read(struct hg_dns_reader *r, struct hg_dns_name *name)
{
	struct hg_span m = r->message;
	size_t at = r->at, end = r->end, behind = SIZE_MAX;
	unsigned count = 0;

	name->len = 0;
	while (at < end) {
		uint8_t len = m.p[at];

		if (len == 0) {
			at++;
			break;
		} else if ((len & 0xc0) == 0) {
			if (end - at - 1 < len)
				return false;
			add_label(r, name, hg_span_sub(m, at + 1, len));
			at += 1u + len;
		} else if ((len & 0xc0) == 0xc0) {
			size_t to = follow(hg_span_sub(m, 0, end), m.len, at);

			if (to == SIZE_MAX)
				return false;
			if (to == at) {
				r->odd |= 1u << HG_DNS_LOOP;
				if (behind == SIZE_MAX)
					return false;
				break;
			}
			if (behind == SIZE_MAX)
				behind = at + 2;
			at = to;
			end = m.len;
		} else {
			return false;
		}
		if (++r->steps > HG_DNS_STEPS)
			return false;
		if (++count > HG_DNS_LABELS) {
			r->odd |= 1u << HG_DNS_MANY_LABELS;
			if (behind == SIZE_MAX)
				return false;
			break;
		}
	}
	r->at = behind == SIZE_MAX ? at : behind;
	return true;
}

bool
hg_dns_question_read(struct hg_dns_reader *r, struct hg_dns_name *name, struct hg_dns_rr *rr)
{
	struct hg_reader in;

	if (!hg_dns_name_read(r, name))
		return false;
	in = hg_reader_of(hg_span_from(r->message, r->at));
	*rr = (struct hg_dns_rr){ 0 };
	rr->type = hg_read_u16be(&in);
	rr->class = hg_read_u16be(&in);
	r->at += 4;
	return !hg_reader_failed(&in);
}

bool
hg_dns_rr_read(struct hg_dns_reader *r, struct hg_dns_name *name, struct hg_dns_rr *rr)
{
	struct hg_reader in;

	if (!hg_dns_question_read(r, name, rr))
		return false;
	in = hg_reader_of(hg_span_from(r->message, r->at));
	rr->ttl = hg_read_u32be(&in);
	rr->data = hg_read_counted16(&in);
	rr->data_at = r->at + 6;
	r->at = rr->data_at + rr->data.len;
	return !hg_reader_failed(&in);
}

/* Whether `names` names stand `from` bytes into the data, and `fixed` bytes behind them. */
static bool
skip_names(struct hg_dns_reader *r, const struct hg_dns_rr *rr, size_t from, unsigned names, size_t fixed)
{
	struct hg_dns_reader in = *r;
	struct hg_dns_name name;
	bool ok = from <= rr->data.len;

	in.at = rr->data_at + from;
	in.end = rr->data_at + rr->data.len;
	while (ok && names-- > 0)
		ok = hg_dns_name_read(&in, &name);
	r->steps = in.steps;
	r->odd = in.odd;
	return ok && in.end - in.at >= fixed;
}

/* Whether the data of a record can be shown. Types that are not shown may hold anything but nothing. */
static bool
check_data(struct hg_dns_reader *r, const struct hg_dns_rr *rr)
{
	if (rr->data.len == 0)
		return false;
	switch (rr->type) {
	case HG_DNS_CNAME:
	case HG_DNS_NS:
	case HG_DNS_PTR:
		return skip_names(r, rr, 0, 1, 0);
	case HG_DNS_MX:
		return skip_names(r, rr, 2, 1, 0);
	case HG_DNS_SRV:
		return skip_names(r, rr, 6, 1, 0);
	case HG_DNS_SOA:
		return skip_names(r, rr, 0, 2, 20);
	case HG_DNS_TXT:
		return rr->data.p[0] <= rr->data.len - 1;
	case HG_DNS_SSHFP:
		return rr->data.len >= 2;
	default:
		return true;
	}
}

bool
hg_dns_message_check(struct hg_dns_reader *r, const struct hg_dns_header *h, bool answer)
{
	struct hg_dns_name name;
	struct hg_dns_rr rr;
	uint32_t records = answer ? (uint32_t)h->answers + h->authorities : 0;

	for (unsigned i = 0; i < h->questions; i++)
		if (!hg_dns_question_read(r, &name, &rr))
			return false;
	for (uint32_t i = 0; i < records; i++)
		if (!hg_dns_rr_read(r, &name, &rr) || !check_data(r, &rr))
			return false;
	return true;
}
