/* Values as people write them. */
#include <openssl/evp.h>
#include <stdio.h>

#include "base/addr.h"
#include "set/set.h"

static const char *const names[HG_SET_TYPES] = { "string", "md5", "sha1", "sha256", "ipv4", "ip" };

bool
hg_set_type_parse(struct hg_span name, enum hg_set_type *type)
{
	for (unsigned i = 0; i < HG_SET_TYPES; i++) {
		if (hg_span_eq(name, hg_span_str(names[i]))) {
			*type = (enum hg_set_type)i;
			return true;
		}
	}
	return false;
}

const char *
hg_set_type_name(enum hg_set_type type)
{
	return names[type];
}

static bool
parse_base64(struct hg_span text, uint8_t *buf, struct hg_span *value)
{
	size_t padding = 0;
	int n;

	if (text.len == 0 || text.len % 4 != 0 || text.len / 4 * 3 > HG_SET_VALUE_MAX)
		return false;
	while (padding < 2 && text.p[text.len - 1 - padding] == '=')
		padding++;
	n = EVP_DecodeBlock(buf, text.p, (int)text.len);
	*value = hg_span(buf, n < 0 ? 0 : (size_t)n - padding);
	return n > 0;
}

static bool
parse_hex(struct hg_span text, size_t len, uint8_t *buf, struct hg_span *value)
{
	if (text.len != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		const int high = hg_hex_digit(text.p[2 * i]), low = hg_hex_digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		buf[i] = (uint8_t)(high << 4 | low);
	}
	*value = hg_span(buf, len);
	return true;
}

static bool
parse_address(struct hg_span text, bool v4_only, uint8_t *buf, struct hg_span *value)
{
	struct hg_addr addr;
	uint8_t family;

	if (!hg_addr_parse(text, &addr, &family) || (v4_only && family != 4))
		return false;
	memcpy(buf, addr.b, 16);
	*value = hg_span(buf, family == 4 ? 4 : 16);
	return true;
}

bool
hg_set_parse(enum hg_set_type type, struct hg_span text, uint8_t buf[HG_SET_VALUE_MAX], struct hg_span *value)
{
	switch (type) {
	case HG_SET_STRING:
		return parse_base64(text, buf, value);
	case HG_SET_MD5:
		return parse_hex(text, 16, buf, value);
	case HG_SET_SHA1:
		return parse_hex(text, 20, buf, value);
	case HG_SET_SHA256:
		return parse_hex(text, 32, buf, value);
	default:
		return parse_address(text, type == HG_SET_IPV4, buf, value);
	}
}

size_t
hg_set_print(enum hg_set_type type, struct hg_span value, char text[HG_SET_TEXT_MAX])
{
	struct hg_addr addr = { 0 };

	switch (type) {
	case HG_SET_STRING:
		return (size_t)EVP_EncodeBlock((unsigned char *)text, value.p, (int)value.len);
	case HG_SET_IPV4:
	case HG_SET_IP:
		memcpy(addr.b, value.p, value.len);
		return hg_addr_text(&addr, value.len == 4 ? 4 : 6, text);
	default:
		for (size_t i = 0; i < value.len; i++)
			snprintf(text + 2 * i, 3, "%02x", value.p[i]);
		return 2 * value.len;
	}
}
