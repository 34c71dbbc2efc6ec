/* file: a file seen in any protocol, while it passes.
 *
 * A transaction owns its files (a list, capped). The decoder appends bytes in order; hashes are computed while it
 * grows, only those asked for. The bytes that rules may look into stand in an inspection window; all bytes are kept as long
 * as a rule may still want the file stored (keep.c), and go to the store's thread from then on (store.h).
 * Memory from the worker's hg_mem and the transaction's arena; hash contexts from a pool made at start.
 */
#ifndef HG_FILE_FILE_H
#define HG_FILE_FILE_H

#include "base/arena.h"
#include "base/json.h"
#include "file/body.h"
#include "file/store.h"
#include "file/type.h"

enum hg_file_state { HG_FILE_OPEN, HG_FILE_CLOSED, HG_FILE_TRUNCATED, HG_FILE_ERROR };
enum hg_file_hash { HG_HASH_MD5 = 1, HG_HASH_SHA1 = 2, HG_HASH_SHA256 = 4, HG_HASH_SM3 = 8 };

#define HG_FILES_A_TX 64
#define HG_FILE_SIDS 8 /* rules that a record names */

enum hg_file_keeping {
	HG_FILE_PASSES,    /* nothing of it is kept */
	HG_FILE_KEPT,      /* from its first byte on: a rule may want it stored */
	HG_FILE_FORGOTTEN, /* … until there was no room for that */
	HG_FILE_STORING,
	HG_FILE_STORED,
	HG_FILE_LOST, /* was to be stored, and is not */
};

struct hg_kept;   /* bytes of a file, in a list */
struct hg_hashes; /* running digests of one file */
struct hg_files;  /* a worker's: what to hash, contexts, counters */

struct hg_file {
	struct hg_file *next;
	struct hg_span name; /* in the transaction's arena */
	struct hg_span type; /* there, too; empty: not asked for, or nobody knows */
	struct hg_arena *arena;
	uint8_t dir;   /* enum hg_dir: who sends it */
	uint8_t state; /* enum hg_file_state */
	bool gaps;
	bool logged;
	bool has_range;
	uint64_t start, end; /* of a part (HTTP range): inclusive */
	uint32_t id;         /* in its transaction */
	struct hg_body body; /* what rules look into */
	uint8_t size[8];     /* how much came by, network order: once it is closed */
	struct hg_hashes *hashes;
	uint8_t digest[4][32]; /* md5 16, sha1 20, sha256 32, sm3 32; of what was seen; none over a gap */
	uint8_t digests;       /* HG_HASH_* that are valid */
	bool wanted;           /* to be stored from the end of this packet's turn on */
	bool typed;            /* its type was asked for, whatever came out */
	uint8_t keeping;       /* enum hg_file_keeping */
	uint8_t n_sids;
	int16_t slot;      /* of the desk, while it is being stored */
	uint32_t store_id; /* among all stored files of the run */
	size_t kept_bytes; /* memory that `kept` takes */
	struct hg_kept *kept, *kept_last;
	uint32_t sids[HG_FILE_SIDS]; /* rules that want it stored */
};

struct hg_files_stats {
	uint64_t opened, closed, truncated, errors;
	uint64_t cap;             /* files refused: HG_FILES_A_TX, or no memory */
	uint64_t hash_refused;    /* files without digests: max_open are being hashed */
	uint64_t store_lost;      /* files not stored: no room on the way to the disk, or none to name them */
	uint64_t store_forgotten; /* … that rules wanted when their bytes had been let go of */
	uint64_t store_untold;    /* records beside stored files: no room on the way */
	uint64_t kept;            /* bytes kept at the moment */
};

/* hashes: HG_HASH_*; max_open: files hashed at once. */
int hg_files_open(struct hg_files **ret, unsigned hashes, uint32_t max_open, struct hg_error *err);
void hg_files_close(struct hg_files *f);
void hg_files_reset(struct hg_files *f);

/* Where this worker's files are stored from now on; NULL: nowhere. The same of another capture. */
void hg_files_desk(struct hg_files *f, struct hg_desk *desk);
/* NULL: files are not stored. */
const struct hg_filestore_config *hg_files_store(const struct hg_files *f);

/* Who says what files are (NULL: nobody), and whether of every file. peer: of what is there when so much is, else of a head of one
 * size, however it came. */
void hg_files_typer(struct hg_files *f, struct hg_typer *typer, bool every, bool peer);

/* A new file at the end of *list; NULL: cap of the transaction or memory. */
struct hg_file *hg_file_open(struct hg_files *f, struct hg_file **list, struct hg_arena *arena,
	struct hg_span name, enum hg_dir dir, const struct hg_inspect_limits *limits);
/* To the end of *list, its text to that arena; false: no room there, and it is freed. What it was before is gone. */
bool hg_file_move(struct hg_files *f, struct hg_file *file, struct hg_file **list, struct hg_arena *arena);
void hg_file_append(struct hg_files *f, struct hg_file *file, struct hg_span bytes);
/* bytes 0: some are missing that others stand for. */
void hg_file_gap(struct hg_files *f, struct hg_file *file, uint64_t bytes);
void hg_file_close(struct hg_files *f, struct hg_file *file, enum hg_file_state state);
/* What filesize compares: of a file that was cut off a lower bound (not complete); false: it is still open. */
bool hg_file_size(const struct hg_file *file, struct hg_view *out);
/* What filemd5 and its like look up, one of HG_HASH_*; false: not made, or not of a whole file. */
bool hg_file_digest(const struct hg_file *file, unsigned hash, struct hg_view *out);
/* What filemagic looks into; false: too little of it is there, or what was there is gone. */
bool hg_file_type(struct hg_files *f, struct hg_file *file, struct hg_view *out);
/* The same for its record, if types are wanted of every file: with each packet that it came with. */
void hg_file_note_type(struct hg_files *f, struct hg_file *file);
/* A rule may want it stored: its bytes are kept. To be said before the first of them. */
void hg_file_keep(struct hg_files *f, struct hg_file *file);
/* It is to be stored. */
void hg_file_store(struct hg_files *f, struct hg_file *file);
void hg_file_note_rule(struct hg_file *file, uint32_t sid); /* … because of this rule, for its record */
/* It is over, and its record is due: names it in the store. */
void hg_file_settle(struct hg_files *f, struct hg_file *file);
/* The record beside it, right behind. */
void hg_file_tell(struct hg_files *f, const struct hg_file *file, uint64_t seconds, struct hg_span record);
/* What rules have still to say of it goes into its record. */
bool hg_file_awaits_rules(const struct hg_files *f, const struct hg_file *file);
/* Gives back what lies outside the arena. */
void hg_file_free(struct hg_files *f, struct hg_file *file);

/* Those of its digests that are there: md5, sha1, sha256, sm3. */
void hg_file_log_digests(const struct hg_file *file, struct hg_json *j);
/* Members of EVE's fileinfo object: filename, sid, magic, gaps, state, hashes, stored, file_id, size, tx_id. */
/* name: as the record shall show it. */
void hg_file_log(const struct hg_file *file, struct hg_span name, uint64_t tx_id, struct hg_json *j);

const struct hg_files_stats *hg_files_stats(const struct hg_files *f);

#endif
