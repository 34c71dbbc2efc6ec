/* rights: from root to a user without any, keeping what is needed later.
 *
 * A program that is started by root opens what only root can, then goes on as the user of `run-as`: first for a while
 * (lowered: files are looked for and made with the rights that they will be opened with again), at last for good. Without
 * `run-as`, or started by somebody else, who runs stays the same. Main thread, at start.
 */
#ifndef HG_BASE_RIGHTS_H
#define HG_BASE_RIGHTS_H

#include <sys/types.h>

#include "base/config.h"

struct hg_rights {
	bool given; /* root has named a user to go on as */
	uid_t uid;
	gid_t gid;
	char user[64];
};

/* `run-as.user` and `run-as.group` (not set: the user's own). */
int hg_rights_read(struct hg_rights *r, const struct hg_config *c, struct hg_error *err);

/* Of all threads; what was lowered can be raised again. */
int hg_rights_lower(const struct hg_rights *r, struct hg_error *err);
void hg_rights_raise(const struct hg_rights *r);

/* For good: all threads are that user's, without capabilities, but for `keep` (bits of CAP_*) in the calling one. A program
 * that was started with capabilities by somebody else than root keeps no others either; one of root without `run-as` all. */
int hg_rights_drop(const struct hg_rights *r, uint64_t keep, struct hg_error *err);

/* The calling thread has none but these from now on. */
void hg_rights_keep(uint64_t keep);

/* Nothing that is executed has more rights than who executes it; of this thread and those that it starts. */
void hg_rights_no_new(void);

/* A folder that is missing is made, the user's own. */
void hg_rights_folder(const struct hg_rights *r, const char *path);
void hg_rights_folder_of(const struct hg_rights *r, const char *file);

#endif
