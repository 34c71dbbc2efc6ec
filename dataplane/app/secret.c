#include "app/secret.h"

#include <errno.h>
#include <string.h>

#include "base/base64.h"
#include "base/difference.h"

#define BLOCK 64 /* of both digests */

/* Not secret: a replay shall say the same everywhere. */
static const uint8_t replay_key[] = "hangu replay";

static bool
begin(EVP_MD_CTX *ctx, const EVP_MD *md, const uint8_t *key, size_t len, uint8_t pad)
{
	uint8_t block[BLOCK];

	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < len; i++)
		block[i] ^= key[i];
	return ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1 &&
		EVP_DigestUpdate(ctx, block, sizeof(block)) == 1;
}

int
hg_secrets_open(struct hg_secrets *s, const struct hg_secrets_config *c, bool suricata7, struct hg_error *err)
{
	const uint8_t *key = c->key_len == 0 ? replay_key : c->key;
	const size_t len = c->key_len == 0 ? sizeof(replay_key) - 1 : c->key_len;
	const char *name = c->digest == HG_SECRET_SM3 ? "SM3" : "SHA256";
	const EVP_MD *md;
	bool ok;

	*s = (struct hg_secrets){ .masked = c->mask == HG_SECRET_MASK_YES ||
			(c->mask == HG_SECRET_MASK_AUTO && !hg_as_peer(suricata7, HG_DIFF_APP_SECRETS)) };
	s->names = c->names;
	if (c->digest == HG_SECRET_NO_TAG)
		return 0;
	md = EVP_get_digestbyname(name);
	if (md == NULL)
		return hg_error_set(err, -ENOTSUP, "the cryptographic library has no %s", name);
	s->inner = EVP_MD_CTX_new();
	s->outer = EVP_MD_CTX_new();
	s->work = EVP_MD_CTX_new();
	ok = begin(s->inner, md, key, len, 0x36) && begin(s->outer, md, key, len, 0x5c) && s->work != NULL;
	if (ok)
		return 0;
	hg_secrets_close(s);
	return hg_error_set(err, -ENOMEM, "no memory for tags of passwords");
}

void
hg_secrets_close(struct hg_secrets *s)
{
	EVP_MD_CTX_free(s->inner);
	EVP_MD_CTX_free(s->outer);
	EVP_MD_CTX_free(s->work);
	*s = (struct hg_secrets){ 0 };
}

size_t
hg_secret_base64(struct hg_span text, uint8_t *to, size_t size)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	while (text.len > 0 && text.p[text.len - 1] == '=')
		text.len--;
	if (text.len % 4 == 1)
		return SIZE_MAX;
	for (size_t i = 0; i < text.len; i++) {
		const int v = hg_base64_value(text.p[i]);

		if (v < 0)
			return SIZE_MAX;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (n == size)
			return SIZE_MAX;
		to[n++] = (uint8_t)(bits >> have);
	}
	return n;
}

/* RFC 2104. */
static bool
make_tag(const struct hg_secrets *s, struct hg_span secret, uint8_t tag[HG_SECRET_TAG])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (s->inner == NULL || EVP_MD_CTX_copy_ex(s->work, s->inner) != 1 ||
		EVP_DigestUpdate(s->work, secret.p, secret.len) != 1 ||
		EVP_DigestFinal_ex(s->work, digest, &n) != 1 || EVP_MD_CTX_copy_ex(s->work, s->outer) != 1 ||
		EVP_DigestUpdate(s->work, digest, n) != 1 || EVP_DigestFinal_ex(s->work, digest, &n) != 1)
		return false;
	memcpy(tag, digest, HG_SECRET_TAG);
	return true;
}

/* What guessers try first, whatever the user, and what devices are delivered with. */
static const char *const listed[] = { "1234567a", "123456a", "123qwe", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t",
	"1qaz2wsx", "3ep5w2u", "7ujMko0admin", "7ujMko0vizxv", "GMB182", "GM8182", "OxhlwSG8", "S2fGqNFs",
	"Zte521", "a123456", "aa123456", "abc123", "abcd1234", "admin", "admin1", "admin123", "admin1234",
	"admin@123", "admin@huawei.com", "administrator", "admintelecom", "alpine", "anko", "antslq", "apple",
	"asdf1234", "asdfgh", "cat1029", "centos", "changeme", "cisco", "cisco123", "daemon", "default",
	"dreambox", "fucker", "grouter", "guest", "h3c", "hg2x0", "hi3518", "hikvision", "huawei",
	"huawei123", "hunt5759", "iloveyou", "ikwb", "juantech", "jvbzd", "klv123", "klv1234", "letmein",
	"meinsm", "merlin", "monkey", "nE7jA%5m", "oelinux123", "operator", "p@ssw0rd", "pass", "pass1234",
	"passw0rd", "password", "password1", "private", "public", "qwe123", "qwer1234", "qwerty", "qwerty123",
	"raspberry", "realtek", "root", "root123", "root1234", "router", "service", "sunshine", "super",
	"supervisor", "support", "switch", "synnet", "system", "taZz@23495859", "tech", "telecomadmin",
	"telnet", "test", "test123", "toor", "tsgoingon", "ubnt", "ubuntu", "user", "user123",
	"vertex25ektks123", "vizxv", "welcome", "xc3511", "xmhdipc", "zhongxing", "zlxx.", "zsun1188",
	"zte" };

static bool
is_listed(struct hg_span secret)
{
	for (size_t i = 0; i < HG_COUNT(listed); i++)
		if (hg_span_eq_nocase(secret, hg_span_str(listed[i])))
			return true;
	return false;
}

static enum hg_secret_weak
weakness(struct hg_span user, struct hg_span secret)
{
	size_t digits = 0;

	if (secret.len == 0)
		return HG_SECRET_EMPTY;
	if (user.len > 0 && hg_span_eq_nocase(user, secret))
		return HG_SECRET_IS_USER;
	while (digits < secret.len && secret.p[digits] >= '0' && secret.p[digits] <= '9')
		digits++;
	if (digits == secret.len)
		return HG_SECRET_DIGITS;
	return is_listed(secret) ? HG_SECRET_LISTED : HG_SECRET_NOT_WEAK;
}

struct hg_secret
hg_secret_of(const struct hg_secrets *s, struct hg_span user, struct hg_span secret)
{
	struct hg_secret r = { .seen = secret.p != NULL, .len = (uint32_t)secret.len };

	if (!r.seen)
		return r;
	r.weak = (uint8_t)weakness(user, secret);
	/* Everybody knows what an empty one looks like. */
	r.tagged = secret.len > 0 && make_tag(s, secret, r.tag);
	return r;
}

void
hg_secret_log(const struct hg_secret *secret, struct hg_json *j)
{
	static const char *const reasons[] = { [HG_SECRET_EMPTY] = "empty",
		[HG_SECRET_IS_USER] = "equals_user",
		[HG_SECRET_DIGITS] = "digits_only",
		[HG_SECRET_LISTED] = "listed" };

	if (!secret->seen)
		return;
	hg_json_u64(j, "pw_len", secret->len);
	hg_json_bool(j, "pw_weak", secret->weak != HG_SECRET_NOT_WEAK);
	if (secret->weak != HG_SECRET_NOT_WEAK)
		hg_json_cstr(j, "pw_weak_reason", reasons[secret->weak]);
	if (secret->tagged)
		hg_json_hex(j, "pw_tag", hg_span(secret->tag, sizeof(secret->tag)), '\0');
}
