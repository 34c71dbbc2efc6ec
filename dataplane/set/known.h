/* known: files that lists of the operator know by their digests (`file-lists`).
 *
 * Read with the rules, then settled; from there on any thread may ask, without heap or lock. A list has digests of one kind, and
 * behind each what it is called. Its memory has a cap, past which reading it is an error.
 */
#ifndef HG_SET_KNOWN_H
#define HG_SET_KNOWN_H

#include "base/config.h"
#include "base/span.h"

#define HG_KNOWN_LISTS 16
#define HG_KNOWN_LABEL 255 /* bytes of a label; what is longer is cut */

struct hg_known;

struct hg_known_list {
	const char *name;
	uint8_t hash; /* HG_HASH_* (file/file.h) */
	bool good;    /* else what it names is bad */
};

/* *ret NULL: there are no lists. Relative files lie in default-data-dir. -errno with the file's line. */
int hg_known_open(struct hg_known **ret, const struct hg_config *c, struct hg_error *err);
void hg_known_close(struct hg_known *k); /* may be NULL */

unsigned
hg_known_hashes(const struct hg_known *k); /* HG_HASH_* that lists are about; k may be NULL, as below */
const struct hg_known_list *hg_known_list(const struct hg_known *k, unsigned i); /* NULL: there are no more */
/* Does list i have the digest? label: of the first line with one, as it stands there; lives as long as the lists. */
bool hg_known_find(const struct hg_known *k, unsigned i, struct hg_span digest, struct hg_span *label);

#endif
