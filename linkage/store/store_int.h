/* store_int: what the queue, the database and the log share. */
#ifndef HG_LINKAGE_STORE_INT_H
#define HG_LINKAGE_STORE_INT_H

#include <openssl/evp.h>
#include <sqlite3.h>

#include "linkage/store/store.h"

#define HG_CHAIN 32 /* bytes of SHA-256 */

enum hg_op_kind { HG_OP_PUT, HG_OP_FORGET, HG_OP_TOLD, HG_OP_FLAG, HG_OP_OLDER, HG_OP_JOURNAL };

/* One thing to be written; a journal's line stands behind it. */
struct hg_op {
	struct hg_op *next;
	enum hg_op_kind kind;
	struct hg_store_lease lease;
	int64_t at, at2;
	uint64_t seq;
	size_t len;
	char text[];
};

struct hg_db {
	sqlite3 *handle;
	sqlite3_stmt *put, *forget, *told, *untold, *flag, *older_leases, *older_journal, *journal;
	uint8_t chain[HG_CHAIN]; /* of the last record that is committed */
	uint8_t next_chain[HG_CHAIN];
	uint64_t last; /* number of the last record */
	EVP_MD_CTX *sha;
};

/* The next link: SHA-256 over the last one and the line. */
void hg_chain_step(EVP_MD_CTX *sha, uint8_t chain[HG_CHAIN], struct hg_span line);

int hg_db_open(struct hg_db *db, const char *path, struct hg_error *err);
void hg_db_close(struct hg_db *db);
int hg_db_commit(struct hg_db *db, const struct hg_op *ops, struct hg_error *err); /* all or nothing */
int hg_db_load(struct hg_db *db, hg_store_each each, void *ctx, struct hg_error *err);
int hg_db_load_told(struct hg_db *db, hg_store_each_told each, void *ctx, struct hg_error *err);
bool hg_db_flag(struct hg_db *db, const char *name);
int hg_db_fail(struct hg_db *db, struct hg_error *err, const char *what);

/* The log of records. A line that is in the journal and not in the log is one that a death of the program came before. */
struct hg_log_file {
	const char *path;
	int fd;
};

void hg_log_file_open(struct hg_log_file *f, const char *path);
void hg_log_file_close(struct hg_log_file *f);
void hg_log_file_append(struct hg_log_file *f, const struct hg_op *ops);
void hg_log_file_catch_up(struct hg_log_file *f, struct hg_db *db);

#endif
