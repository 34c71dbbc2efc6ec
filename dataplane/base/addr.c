#include "base/addr.h"

#include <arpa/inet.h>

/* Decimal without leading zeros; returns the end. */
static char *
put_byte(char *p, uint8_t v)
{
	if (v >= 100)
		*p++ = (char)('0' + v / 100);
	if (v >= 10)
		*p++ = (char)('0' + v / 10 % 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

size_t
hg_addr_text(const struct hg_addr *a, uint8_t family, char *buf)
{
	static const char hex[] = "0123456789abcdef";
	char *p = buf;

	for (unsigned i = 0; i < (family == 4 ? 4u : 16u); i++) {
		if (family == 4) {
			if (i > 0)
				*p++ = '.';
			p = put_byte(p, a->b[i]);
		} else {
			if (i > 0 && i % 2 == 0)
				*p++ = ':';
			*p++ = hex[a->b[i] >> 4];
			*p++ = hex[a->b[i] & 15];
		}
	}
	*p = '\0';
	return (size_t)(p - buf);
}

bool
hg_addr_parse(struct hg_span text, struct hg_addr *out, uint8_t *family)
{
	char z[HG_ADDR_TEXT];
	struct hg_addr a = { 0 };

	if (text.len == 0 || text.len >= sizeof(z) || memchr(text.p, '\0', text.len) != NULL)
		return false;
	memcpy(z, text.p, text.len);
	z[text.len] = '\0';
	if (inet_pton(AF_INET, z, a.b) == 1)
		*family = 4;
	else if (inet_pton(AF_INET6, z, a.b) == 1)
		*family = 6;
	else
		return false;
	*out = a;
	return true;
}

bool
hg_addr_parse_bits(struct hg_span text, unsigned most, uint8_t *bits)
{
	unsigned n = 0;

	for (size_t i = 0; i < text.len && n <= most; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		n = n * 10 + (text.p[i] - '0');
	}
	*bits = (uint8_t)n;
	return text.len > 0 && n <= most;
}
