/* file_int: what file.c, hash.c and keep.c share.
 *
 * Contexts are made and begun once at start. Beginning one anew asks OpenSSL for a little memory, which engine/libcrypto.h gives
 * without the heap.
 */
#ifndef HG_FILE_FILE_INT_H
#define HG_FILE_FILE_INT_H

#include <errno.h>

#include <openssl/evp.h>

#include "file/file.h"

#define HG_HASH_KINDS 4

struct hg_hash_row {
	uint8_t kind;        /* HG_HASH_* */
	const char *openssl; /* its name there */
	const char *json;    /* member of fileinfo */
	uint8_t size;
};
extern const struct hg_hash_row hg_hash_rows[HG_HASH_KINDS];

struct hg_hashes {
	struct hg_hashes *next; /* free list */
	EVP_MD_CTX *ctx[HG_HASH_KINDS];
	bool taken;
};

struct hg_hash_pool {
	unsigned kinds;
	EVP_MD *md[HG_HASH_KINDS];
	struct hg_hashes *all, *free;
	uint32_t n;
};

struct hg_files {
	struct hg_hash_pool hashes;
	struct hg_typer *typer; /* NULL: types are not asked for */
	bool types_every, types_peer;
	struct hg_desk *desk; /* NULL: files are not stored */
	struct hg_files_stats stats;
};

int hg_hashes_open(struct hg_hash_pool *p, unsigned kinds, uint32_t n, struct hg_error *err);
void hg_hashes_close(struct hg_hash_pool *p);
void hg_hashes_reset(struct hg_hash_pool *p);
struct hg_hashes *hg_hashes_take(struct hg_hash_pool *p);          /* begun; NULL: none is free */
void hg_hashes_give(struct hg_hash_pool *p, struct hg_hashes **h); /* *h may be NULL, and becomes so */
void hg_hashes_update(struct hg_hash_pool *p, struct hg_hashes *h, struct hg_span bytes);
uint8_t hg_hashes_final(struct hg_hash_pool *p, struct hg_hashes *h, uint8_t digest[HG_HASH_KINDS][32]);

/* keep.c: more bytes have come; its memory goes. */
void hg_file_take(struct hg_files *f, struct hg_file *file, struct hg_span bytes);
void hg_file_let_go(struct hg_files *f, struct hg_file *file);

#endif
