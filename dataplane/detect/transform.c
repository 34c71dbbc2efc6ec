#include "detect/detect_int.h"

#include <openssl/evp.h>

/* Transforms (3.6) write into the scratch of the worker, which lasts as long as the transaction is worked on. */

struct out {
	uint8_t *p;
	size_t n;
};

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
dotprefix(struct hg_span in, struct out *out)
{
	out->p[0] = '.';
	memcpy(out->p + 1, in.p, in.len);
	out->n = in.len + 1;
}

static void
strip_whitespace(struct hg_span in, struct out *out)
{
	for (size_t i = 0; i < in.len; i++)
		if (!is_space(in.p[i]))
			out->p[out->n++] = in.p[i];
}

static void
compress_whitespace(struct hg_span in, struct out *out)
{
	for (size_t i = 0; i < in.len; i++)
		if (!is_space(in.p[i]) || i == 0 || !is_space(in.p[i - 1]))
			out->p[out->n++] = in.p[i];
}

static void
change_case(struct hg_span in, bool upper, struct out *out)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = in.p[i];

		out->p[i] = upper && c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : upper ? c : hg_lower(c);
	}
	out->n = in.len;
}

static void
url_decode(struct hg_span in, struct out *out)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = in.p[i];

		if (c == '%' && i + 2 < in.len && hg_hex_digit(in.p[i + 1]) >= 0 &&
			hg_hex_digit(in.p[i + 2]) >= 0) {
			c = (uint8_t)(hg_hex_digit(in.p[i + 1]) << 4 | hg_hex_digit(in.p[i + 2]));
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		out->p[out->n++] = c;
	}
}

static void
xor_key(struct hg_span in, struct hg_span key, struct out *out)
{
	for (size_t i = 0; i < in.len; i++)
		out->p[i] = in.p[i] ^ key.p[i % key.len];
	out->n = in.len;
}

/* Names of headers, up to the colon, in small letters. */
static void
header_lower(struct hg_span in, struct out *out)
{
	bool name = true;

	for (size_t i = 0; i < in.len; i++) {
		out->p[i] = name ? hg_lower(in.p[i]) : in.p[i];
		if (in.p[i] == ':')
			name = false;
		else if (in.p[i] == '\n')
			name = true;
	}
	out->n = in.len;
}

static void
strip_pseudo_headers(struct hg_span in, struct out *out)
{
	for (size_t from = 0; from < in.len;) {
		size_t end = hg_span_find(in, from, '\n');
		size_t next = end == SIZE_MAX ? in.len : end + 1;

		if (in.p[from] != ':') {
			memcpy(out->p + out->n, in.p + from, next - from);
			out->n += next - from;
		}
		from = next;
	}
}

static bool
digest(struct hg_detect *d, uint8_t op, struct hg_span in, struct out *out)
{
	const EVP_MD *md = op == HG_TRANSFORM_MD5 ? d->md5 : op == HG_TRANSFORM_SHA1 ? d->sha1 : d->sha256;
	unsigned n = 0;

	if (md == NULL || EVP_DigestInit_ex(d->digest, md, NULL) != 1 ||
		EVP_DigestUpdate(d->digest, in.p, in.len) != 1 ||
		EVP_DigestFinal_ex(d->digest, out->p, &n) != 1)
		return false;
	out->n = n;
	return true;
}

/* The first capture, or the buffer as it is. */
static void
pcre_capture(struct hg_detect *d, const struct hg_transform *t, struct hg_span *data)
{
	const size_t *at;

	if (pcre2_match(t->code, data->p == NULL ? (PCRE2_SPTR) "" : data->p, data->len, 0, 0,
		    d->matcher.match_data, d->matcher.match_context) < 2)
		return;
	at = pcre2_get_ovector_pointer(d->matcher.match_data);
	*data = hg_span_sub(*data, at[2], at[3] - at[2]);
}

static bool
apply(struct hg_detect *d, const struct hg_transform *t, struct hg_span in, struct out *out)
{
	switch ((enum hg_transform_op)t->op) {
	case HG_TRANSFORM_DOTPREFIX:
		dotprefix(in, out);
		return true;
	case HG_TRANSFORM_STRIP_WHITESPACE:
		strip_whitespace(in, out);
		return true;
	case HG_TRANSFORM_COMPRESS_WHITESPACE:
		compress_whitespace(in, out);
		return true;
	case HG_TRANSFORM_TO_LOWER:
	case HG_TRANSFORM_TO_UPPER:
		change_case(in, t->op == HG_TRANSFORM_TO_UPPER, out);
		return true;
	case HG_TRANSFORM_MD5:
	case HG_TRANSFORM_SHA1:
	case HG_TRANSFORM_SHA256:
		return digest(d, t->op, in, out);
	case HG_TRANSFORM_URL_DECODE:
		url_decode(in, out);
		return true;
	case HG_TRANSFORM_XOR:
		xor_key(in, t->key, out);
		return true;
	case HG_TRANSFORM_HEADER_LOWER:
		header_lower(in, out);
		return true;
	case HG_TRANSFORM_STRIP_PSEUDO_HEADERS:
		strip_pseudo_headers(in, out);
		return true;
	case HG_TRANSFORM_PCRE:
		break;
	}
	return false;
}

bool
hg_transform(struct hg_detect *d, const struct hg_input *in, struct hg_view *view)
{
	for (unsigned i = 0; i < in->n_transforms; i++) {
		const struct hg_transform *t = &in->transforms[i];
		struct out out = { d->transformed + d->transformed_used, 0 };

		if (t->op == HG_TRANSFORM_PCRE) {
			pcre_capture(d, t, &view->data);
			continue;
		}
		if (view->data.len + EVP_MAX_MD_SIZE > HG_TRANSFORM_SCRATCH - d->transformed_used) {
			d->stats.state_refused++;
			return false;
		}
		if (!apply(d, t, view->data, &out))
			return false;
		d->transformed_used += out.n;
		view->data = hg_span(out.p, out.n);
	}
	return true;
}
