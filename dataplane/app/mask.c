#include "app/mask.h"

#include "app/secret.h"

struct copy {
	const struct hg_mask_names *own;
	struct hg_span url;
	uint8_t *to;
	size_t n, from; /* written, and read up to */
	bool any;
};

static bool
is_one_of(struct hg_span name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hg_span_eq_nocase(name, hg_span_str(names[i])))
			return true;
	return false;
}

bool
hg_mask_is_password(struct hg_span name)
{
	static const char *const names[] = { "password", "passwd", "passwort", "pwd", "psw", "pass",
		"userpassword", "user_password", "loginpwd", "login_password", "j_password", "passcode",
		"old_password", "oldpassword", "new_password", "newpassword", "client_secret" };

	return is_one_of(name, names, HG_COUNT(names));
}

bool
hg_mask_is_token(struct hg_span name)
{
	static const char *const names[] = { "token", "access_token", "refresh_token", "id_token",
		"auth_token", "authtoken", "jwt", "api_key", "apikey", "api-key", "access_key", "secret",
		"secret_key", "secretkey", "x-amz-signature", "x-amz-security-token" };

	return is_one_of(name, names, HG_COUNT(names));
}

static bool
is_own(const struct hg_mask_names *own, struct hg_span name)
{
	for (unsigned i = 0; own != NULL && i < own->n; i++)
		if (hg_span_eq_nocase(name, hg_span_str(own->name[i])))
			return true;
	return false;
}

static void
put(struct copy *c, struct hg_span bytes)
{
	bytes = hg_span_sub(bytes, 0, HG_MASK_URL - c->n);
	if (bytes.len > 0)
		memcpy(c->to + c->n, bytes.p, bytes.len);
	c->n += bytes.len;
}

static void
hide(struct copy *c, size_t first, size_t end)
{
	const struct hg_span mask = HG_BYTES(HG_SECRET_MASK);

	if (first >= end)
		return;
	c->any = true;
	put(c, hg_span_sub(c->url, c->from, first - c->from));
	put(c, hg_span_sub(mask, 0, end - first));
	c->from = end;
}

/* RFC 3986 3.2.1: what is behind the first colon in front of the last @ of the authority. Returns where the rest begins. */
static size_t
hide_userinfo(struct copy *c)
{
	const struct hg_span url = c->url;
	const size_t scheme = hg_span_find(url, 0, ':');
	const bool bare = hg_span_starts(url, HG_BYTES("//"));
	size_t at = SIZE_MAX, colon = SIZE_MAX, i;

	if (!bare && (scheme == SIZE_MAX || !hg_span_starts(hg_span_from(url, scheme), HG_BYTES("://"))))
		return 0;
	for (i = bare ? 2 : scheme + 3; i < url.len; i++) {
		if (url.p[i] == '/' || url.p[i] == '?' || url.p[i] == '#')
			break;
		if (url.p[i] == '@')
			at = i;
		else if (url.p[i] == ':' && colon == SIZE_MAX)
			colon = i;
	}
	if (at != SIZE_MAX && colon < at)
		hide(c, colon + 1, at);
	return i;
}

/* Escapes undone; a name that is longer than any is none. */
static struct hg_span
name_of(struct hg_span s, uint8_t to[HG_MASK_NAME])
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		const bool escape = s.p[i] == '%' && i + 2 < s.len && hg_hex_digit(s.p[i + 1]) >= 0 &&
			hg_hex_digit(s.p[i + 2]) >= 0;

		if (n == HG_MASK_NAME)
			return HG_SPAN_NONE;
		to[n++] =
			escape ? (uint8_t)(hg_hex_digit(s.p[i + 1]) << 4 | hg_hex_digit(s.p[i + 2])) : s.p[i];
		i += escape ? 2 : 0;
	}
	return hg_span(to, n);
}

static bool
parts(uint8_t c)
{
	return c == '?' || c == '#' || c == '&' || c == ';' || c == ' ';
}

/* One parameter from `at` on; returns where the next begins. */
static size_t
hide_parameter(struct copy *c, size_t at)
{
	const struct hg_span url = c->url;
	uint8_t text[HG_MASK_NAME];
	struct hg_span name;
	size_t end = at, value;

	while (end < url.len && !parts(url.p[end]) && url.p[end] != '=')
		end++;
	name = name_of(hg_span_sub(url, at, end - at), text);
	if (end == url.len || url.p[end] != '=')
		return end + 1;
	value = end + 1;
	for (end = value; end < url.len && !parts(url.p[end]);)
		end++;
	if (hg_mask_is_password(name) || hg_mask_is_token(name) || is_own(c->own, name))
		hide(c, value, end);
	return end + 1;
}

struct hg_span
hg_mask_url(const struct hg_mask_names *own, struct hg_span url, uint8_t to[HG_MASK_URL])
{
	struct copy c = { .own = own, .url = url, .to = to };
	size_t at = hide_userinfo(&c);

	while (at < url.len && !parts(url.p[at]))
		at++;
	for (at++; at < url.len;)
		at = hide_parameter(&c, at);
	if (!c.any)
		return url;
	put(&c, hg_span_from(url, c.from));
	return hg_span(to, c.n);
}
