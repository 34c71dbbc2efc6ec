#include "rules/compile/compile_int.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file a database: its SHA-256, then what Hyperscan serialises. Named by the key, which covers patterns, flags, library
 * and processor. Written beside and renamed, so that a crash half way leaves nothing that could be taken for whole. */

#define FILE_MAX ((off_t)256 << 20)

static void
name_of(const char *folder, const struct hg_cache_key *key, const char *suffix, char *path, size_t size)
{
	char hex[65];

	for (unsigned i = 0; i < sizeof(key->digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", key->digest[i]);
	snprintf(path, size, "%s/%s.hs%s", folder, hex, suffix);
}

static bool
read_whole(int fd, uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, p, n);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static bool
write_whole(int fd, const void *p, size_t n)
{
	const uint8_t *at = p;

	while (n > 0) {
		ssize_t put = write(fd, at, n);

		if (put <= 0)
			return false;
		at += put;
		n -= (size_t)put;
	}
	return true;
}

static hs_database_t *
restore(const uint8_t *bytes, size_t n)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	hs_database_t *db = NULL;

	if (n <= sizeof(digest))
		return NULL;
	SHA256(bytes + sizeof(digest), n - sizeof(digest), digest);
	if (memcmp(digest, bytes, sizeof(digest)) != 0 ||
		hs_deserialize_database((const char *)bytes + sizeof(digest), n - sizeof(digest), &db) !=
			HS_SUCCESS)
		return NULL;
	return db;
}

hs_database_t *
hg_cache_get(const char *folder, const struct hg_cache_key *key)
{
	hs_database_t *db = NULL;
	char path[4096];
	struct stat st;
	uint8_t *bytes;
	int fd;

	name_of(folder, key, "", path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size < FILE_MAX) {
		bytes = malloc((size_t)st.st_size);
		if (bytes != NULL && read_whole(fd, bytes, (size_t)st.st_size))
			db = restore(bytes, (size_t)st.st_size);
		free(bytes);
	}
	close(fd);
	return db;
}

/* A cache that cannot be written costs time at the next start, nothing else. */
void
hg_cache_put(const char *folder, const struct hg_cache_key *key, const hs_database_t *db)
{
	char path[4096], part[4096], suffix[32];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	char *bytes = NULL;
	bool whole;
	size_t n = 0;
	int fd;

	if (hs_serialize_database(db, &bytes, &n) != HS_SUCCESS)
		return;
	snprintf(suffix, sizeof(suffix), ".%ld", (long)getpid());
	name_of(folder, key, "", path, sizeof(path));
	name_of(folder, key, suffix, part, sizeof(part));
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd >= 0) {
		SHA256((const uint8_t *)bytes, n, digest);
		whole = write_whole(fd, digest, sizeof(digest)) && write_whole(fd, bytes, n);
		if (close(fd) != 0 || !whole || rename(part, path) != 0)
			unlink(part);
	}
	free(bytes);
}
