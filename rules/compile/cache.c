#include "rules/compile/compile_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A file a database: its SHA-256, then what Hyperscan serialises. Named by the key, which covers patterns, flags, library
 * and processor. Written beside and renamed, so that a crash half way leaves nothing that could be taken for whole; what it
 * leaves beside is taken up by the next who writes that database, or goes when the folder is tidied. */

#define FILE_MAX ((off_t)256 << 20)
#define PART ".part"
#define TOUCH_AFTER (24 * 3600) /* seconds: the time of use need not be exact */

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

/* A database is run as it stands in the file: whoever else can write it could have any code run here. */
static bool
is_trusted(const char *folder, const struct stat *st)
{
	struct stat of_folder;

	if (!S_ISREG(st->st_mode) || st->st_mode & (S_IWGRP | S_IWOTH))
		return false;
	if (st->st_uid == geteuid() || st->st_uid == 0)
		return true;
	return stat(folder, &of_folder) == 0 && st->st_uid == of_folder.st_uid;
}

static hs_database_t *
read_file(int fd, size_t n)
{
	hs_database_t *db = NULL;
	uint8_t *bytes = malloc(n);

	if (bytes != NULL && read_whole(fd, bytes, n))
		db = restore(bytes, n);
	free(bytes);
	return db;
}

hs_database_t *
hg_cache_get(const char *folder, const struct hg_cache_key *key)
{
	hs_database_t *db = NULL;
	char path[4096];
	struct stat st;
	int fd;

	name_of(folder, key, "", path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && is_trusted(folder, &st) && st.st_size > 0 && st.st_size < FILE_MAX)
		db = read_file(fd, (size_t)st.st_size);
	if (db != NULL && st.st_mtime < time(NULL) - TOUCH_AFTER)
		futimens(fd, NULL);
	close(fd);
	return db;
}

/* The file beside, ours alone; -1: another process writes it, or has just renamed it. */
static int
open_part(const char *path)
{
	struct stat ours, named;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &ours) == 0 && stat(path, &named) == 0 &&
		ours.st_dev == named.st_dev && ours.st_ino == named.st_ino && ftruncate(fd, 0) == 0 &&
		fchmod(fd, 0640) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A cache that cannot be written costs time at the next start, nothing else. */
void
hg_cache_put(const char *folder, const struct hg_cache_key *key, const hs_database_t *db)
{
	char path[4096], part[4096];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	char *bytes = NULL;
	size_t n = 0;
	int fd;

	if (hs_serialize_database(db, &bytes, &n) != HS_SUCCESS)
		return;
	name_of(folder, key, "", path, sizeof(path));
	name_of(folder, key, PART, part, sizeof(part));
	fd = open_part(part);
	if (fd >= 0) {
		SHA256((const uint8_t *)bytes, n, digest);
		if (!write_whole(fd, digest, sizeof(digest)) || !write_whole(fd, bytes, n) ||
			rename(part, path) != 0)
			unlink(part);
		close(fd);
	}
	free(bytes);
}

/* ---- how much there may be ---- */

struct kept {
	char name[96];
	time_t used;
	off_t size;
};

struct kept_list {
	struct kept *v;
	size_t n, room;
	uint64_t bytes;
};

static bool
is_ours(const char *name)
{
	const size_t hex = strspn(name, "0123456789abcdef");

	return hex == 64 && (strcmp(name + hex, ".hs") == 0 || strcmp(name + hex, ".hs" PART) == 0);
}

static bool
keep(struct kept_list *l, const char *name, const struct stat *st)
{
	if (l->n == l->room) {
		size_t room = l->room == 0 ? 256 : l->room * 2;
		struct kept *more = realloc(l->v, room * sizeof(*more));

		if (more == NULL)
			return false;
		l->v = more;
		l->room = room;
	}
	l->v[l->n] = (struct kept){ .used = st->st_mtime, .size = st->st_size };
	memcpy(l->v[l->n++].name, name, strlen(name) + 1); /* is_ours() has seen to its length */
	l->bytes += (uint64_t)st->st_size;
	return true;
}

static int
by_use(const void *pa, const void *pb)
{
	const struct kept *a = pa, *b = pb;

	return a->used != b->used ? (a->used < b->used ? -1 : 1) : strcmp(a->name, b->name);
}

void
hg_cache_tidy(const char *folder, uint64_t most)
{
	struct kept_list l = { 0 };
	DIR *d = opendir(folder);
	struct dirent *entry;
	struct stat st;

	while (d != NULL && (entry = readdir(d)) != NULL)
		if (is_ours(entry->d_name) &&
			fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			!keep(&l, entry->d_name, &st))
			break;
	if (l.bytes > most)
		qsort(l.v, l.n, sizeof(*l.v), by_use);
	for (size_t i = 0; i < l.n && l.bytes > most; i++)
		if (unlinkat(dirfd(d), l.v[i].name, 0) == 0)
			l.bytes -= (uint64_t)l.v[i].size;
	if (d != NULL)
		closedir(d);
	free(l.v);
}
