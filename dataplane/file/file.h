/* file: a file seen in any protocol, while it passes.
 *
 * A transaction owns its files (a list, capped). The decoder appends bytes in order; hashes are computed while it
 * grows, only those asked for. The bytes that rules may look into stand in an inspection window. No file is stored here.
 * Memory from the worker's hg_mem and the transaction's arena; hash contexts from a pool made at start.
 */
#ifndef HG_FILE_FILE_H
#define HG_FILE_FILE_H

#include "base/arena.h"
#include "base/json.h"
#include "file/body.h"

enum hg_file_state { HG_FILE_OPEN, HG_FILE_CLOSED, HG_FILE_TRUNCATED, HG_FILE_ERROR };
enum hg_file_hash { HG_HASH_MD5 = 1, HG_HASH_SHA1 = 2, HG_HASH_SHA256 = 4, HG_HASH_SM3 = 8 };

#define HG_FILES_A_TX 64

struct hg_hashes; /* running digests of one file */
struct hg_files;  /* a worker's: what to hash, contexts, counters */

struct hg_file {
	struct hg_file *next;
	struct hg_span name; /* in the transaction's arena */
	uint8_t dir;         /* enum hg_dir: who sends it */
	uint8_t state;       /* enum hg_file_state */
	bool gaps;
	bool logged;
	bool has_range;
	uint64_t start, end; /* of a part (HTTP range): inclusive */
	uint32_t id;         /* in its transaction */
	struct hg_body body; /* what rules look into */
	uint8_t size[8];     /* how much came by, network order: once it is closed and nothing is missing */
	struct hg_hashes *hashes;
	uint8_t digest[4][32]; /* md5 16, sha1 20, sha256 32, sm3 32; of what was seen; none over a gap */
	uint8_t digests;       /* HG_HASH_* that are valid */
};

struct hg_files_stats {
	uint64_t opened, closed, truncated, errors;
	uint64_t cap;          /* files refused: HG_FILES_A_TX, or no memory */
	uint64_t hash_refused; /* files without digests: max_open are being hashed */
};

/* hashes: HG_HASH_*; max_open: files hashed at once. */
int hg_files_open(struct hg_files **ret, unsigned hashes, uint32_t max_open, struct hg_error *err);
void hg_files_close(struct hg_files *f);
void hg_files_reset(struct hg_files *f);

/* A new file at the end of *list; NULL: cap of the transaction or memory. */
struct hg_file *hg_file_open(struct hg_files *f, struct hg_file **list, struct hg_arena *arena,
	struct hg_span name, enum hg_dir dir, const struct hg_inspect_limits *limits);
void hg_file_append(struct hg_files *f, struct hg_file *file, struct hg_span bytes);
void hg_file_gap(struct hg_files *f, struct hg_file *file, uint64_t bytes);
void hg_file_close(struct hg_files *f, struct hg_file *file, enum hg_file_state state);
/* What filesize compares; false: the file is not there as a whole. */
bool hg_file_size(const struct hg_file *file, struct hg_view *out);
/* What filemd5 and its like look up, one of HG_HASH_*; false: not made, or not of a whole file. */
bool hg_file_digest(const struct hg_file *file, unsigned hash, struct hg_view *out);
/* Gives back what lies outside the arena. */
void hg_file_free(struct hg_files *f, struct hg_file *file);

/* Members of EVE's fileinfo object: filename, gaps, state, hashes, stored, size, tx_id. */
void hg_file_log(const struct hg_file *file, uint64_t tx_id, struct hg_json *j);

const struct hg_files_stats *hg_files_stats(const struct hg_files *f);

#endif
