#include "engine/privacy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define KEY_LEAST 16
#define KEY_RANDOM 32

static uint8_t
chosen(const struct hg_config *c, const char *key, const char *const *names, uint8_t n)
{
	const char *text = hg_config_str(c, key);

	for (uint8_t i = 0; i < n; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	return 0;
}

static int
read_key(struct hg_secrets_config *s, const char *path, struct hg_error *err)
{
	uint8_t text[HG_SECRET_KEY + 1];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (n < 0)
		hg_error_errno(err, "%s", path);
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -EIO;
	if (n < KEY_LEAST || n > HG_SECRET_KEY)
		return hg_error_set(
			err, -EINVAL, "%s: a key has %u to %u bytes", path, KEY_LEAST, HG_SECRET_KEY);
	s->key_len = (uint8_t)n;
	memcpy(s->key, text, (size_t)n);
	return 0;
}

static int
read_names(struct hg_mask_names *names, const struct hg_config *c, struct hg_error *err)
{
	static const char key[] = "privacy.secret-fields";
	const struct hg_config_node *n = hg_config_first(hg_config_find(c, key));

	names->n = 0;
	for (; n != NULL; n = hg_config_next(n)) {
		const char *text = hg_config_text(n);

		if (text == NULL || strlen(text) > HG_MASK_NAME)
			return hg_error_set(
				err, -EINVAL, "%s: a name has at most %d bytes", key, HG_MASK_NAME);
		if (names->n == HG_MASK_NAMES)
			return hg_error_set(err, -EINVAL, "%s: at most %d names", key, HG_MASK_NAMES);
		memcpy(names->name[names->n++], text, strlen(text) + 1);
	}
	return 0;
}

int
hg_privacy_read(struct hg_secrets_config *s, const struct hg_config *c, struct hg_error *err)
{
	static const char *const masks[] = {
		[HG_SECRET_MASK_AUTO] = "auto", [HG_SECRET_MASK_YES] = "yes", [HG_SECRET_MASK_NO] = "no"
	};
	static const char *const digests[] = {
		[HG_SECRET_SHA256] = "sha256", [HG_SECRET_SM3] = "sm3", [HG_SECRET_NO_TAG] = "none"
	};
	const char *path = hg_config_str(c, "privacy.tag-key-file");

	s->mask = chosen(c, "privacy.mask-secrets", masks, HG_COUNT(masks));
	s->digest = chosen(c, "privacy.tag-digest", digests, HG_COUNT(digests));
	if (read_names(&s->names, c, err) != 0)
		return -EINVAL;
	return path == NULL ? 0 : read_key(s, path, err);
}

bool
hg_privacy_veils(const struct hg_config *c, bool otherwise)
{
	const char *text = hg_config_str(c, "privacy.mask-payloads");

	if (strcmp(text, "auto") == 0)
		text = hg_config_str(c, "privacy.mask-secrets");
	return strcmp(text, "auto") == 0 ? otherwise : strcmp(text, "yes") == 0;
}

int
hg_privacy_live(struct hg_secrets_config *s, struct hg_error *err)
{
	if (s->key_len != 0)
		return 0;
	if (getrandom(s->key, KEY_RANDOM, 0) != KEY_RANDOM)
		return hg_error_errno(err, "the kernel gives no random numbers");
	s->key_len = KEY_RANDOM;
	return 0;
}
