#include "linkage/store/store_int.h"

#include <errno.h>

void
hg_chain_step(EVP_MD_CTX *sha, uint8_t chain[HG_CHAIN], struct hg_span line)
{
	EVP_DigestInit_ex(sha, EVP_sha256(), NULL);
	EVP_DigestUpdate(sha, chain, HG_CHAIN);
	EVP_DigestUpdate(sha, line.p, line.len);
	EVP_DigestFinal_ex(sha, chain, NULL);
}

/* One row after the one before it. */
struct follow {
	EVP_MD_CTX *sha;
	uint8_t chain[HG_CHAIN];
	uint64_t records;
};

static bool
fits(struct follow *f, sqlite3_stmt *row)
{
	const uint8_t *hash = sqlite3_column_blob(row, 2);
	const bool first = f->records++ == 0;

	if (sqlite3_column_bytes(row, 2) != HG_CHAIN)
		return false;
	/* What stood before the oldest that is left is gone: it is believed. */
	if (first && sqlite3_column_int64(row, 0) != 1) {
		memcpy(f->chain, hash, HG_CHAIN);
		return true;
	}
	hg_chain_step(
		f->sha, f->chain, hg_span(sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1)));
	return memcmp(hash, f->chain, HG_CHAIN) == 0;
}

int
hg_store_verify(const char *path, uint64_t *records, uint64_t *broken, struct hg_error *err)
{
	struct follow f = { .sha = EVP_MD_CTX_new() };
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	int status = f.sha == NULL ? -ENOMEM : 0;

	*broken = 0;
	if (status == 0 &&
		(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
			sqlite3_prepare_v2(db, "SELECT seq, line, hash FROM journal ORDER BY seq", -1, &s,
				NULL) != SQLITE_OK))
		status = hg_error_set(err, -EIO, "cannot read the store %s: %s", path, sqlite3_errmsg(db));
	while (status == 0 && *broken == 0 && sqlite3_step(s) == SQLITE_ROW)
		if (!fits(&f, s))
			*broken = (uint64_t)sqlite3_column_int64(s, 0);
	*records = f.records;
	sqlite3_finalize(s);
	sqlite3_close(db);
	EVP_MD_CTX_free(f.sha);
	return status;
}
