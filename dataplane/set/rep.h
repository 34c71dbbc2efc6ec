/* rep: how addresses and prefixes are rated, by category (iprep).
 *
 * Read from files when rules are compiled, then settled; from there on any thread may ask. Of prefixes that hold an address the
 * longest one that the category rates counts. Errors name file and line.
 */
#ifndef HG_SET_REP_H
#define HG_SET_REP_H

#include "base/addr.h"
#include "base/error.h"

#define HG_REP_CATEGORIES 60
#define HG_REP_MOST 127 /* the highest score */

struct hg_rep;

int hg_rep_open(struct hg_rep **ret, struct hg_error *err);
void hg_rep_close(struct hg_rep *r); /* may be NULL */

/* Lines "<number>,<short name>,<description>"; numbers from 1. */
int hg_rep_read_categories(struct hg_rep *r, const char *path, struct hg_error *err);
/* Lines "<address>[/<length>],<category's number>,<score>". */
int hg_rep_read_scores(struct hg_rep *r, const char *path, struct hg_error *err);
void hg_rep_settle(struct hg_rep *r); /* behind the last file */

uint8_t hg_rep_category(const struct hg_rep *r, struct hg_span name); /* 0: there is none */
#define HG_REP_NONE (-1)
int hg_rep_score(const struct hg_rep *r, uint8_t category, const struct hg_addr *a, uint8_t family);
/* The address itself, not a prefix that holds it: is it named in any category, and how is it rated? */
bool hg_rep_names(const struct hg_rep *r, const struct hg_addr *a, uint8_t family);
int hg_rep_own_score(const struct hg_rep *r, uint8_t category, const struct hg_addr *a, uint8_t family);

#endif
