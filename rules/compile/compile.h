/* compile: rule files → snapshot.
 *
 * Each rule that cannot be loaded is refused with file, line, column and reason; the rest load. Never on the packet path. The same
 * snapshot for any number of threads; those that are started inherit the caller's CPUs and priority.
 */
#ifndef HG_RULES_COMPILE_COMPILE_H
#define HG_RULES_COMPILE_COMPILE_H

#include "base/config.h"
#include "base/error.h"
#include "base/hash.h"
#include "rules/compile/snapshot.h"

struct hg_compile_config {
	const struct hg_config
		*config; /* vars, classification-file, threshold-file, action-order, compat … */
	const struct hg_catalog *catalog; /* what there is to look into */
	uint64_t protos_enabled;          /* HG_PROTO_BITs; a rule on a disabled one is refused */
	bool suricata7;                   /* compat */
	bool ips;
	const struct hg_snapshot
		*before; /* the rules that these replace: their names keep their numbers; NULL: none */
	struct hg_hash_key hash_key; /* of sets that rules name: fixed in replay, random live */
	const char *cache;           /* folder of compiled databases; NULL: none */
	uint64_t cache_size;         /* bytes that it may take */
	unsigned threads;            /* that make databases, the caller's among them */
	void (*refused)(
		void *arg, const struct hg_error *why, uint32_t sid); /* once a rule that does not load */
	/* Once a line that cannot be read of the files of classes and thresholds; NULL: the log gets it. */
	void (*noted)(void *arg, const struct hg_error *what);
	void (*progress)(void *arg, const char *what, uint32_t done, uint32_t total); /* may be NULL */
	void *arg;
	bool keep_sources;        /* hg_rule_info.source is asked for */
	const char *write_loaded; /* file that gets the text of every rule that loaded; NULL: none */
};

/* 0 also when rules were refused; -errno with err: no such file, out of memory, broken configuration. */
int hg_compile(struct hg_snapshot **ret, const char *const *files, size_t n,
	const struct hg_compile_config *c, struct hg_error *err);

/* Walks the keyword registry for documentation: i = 0 … until NULL. */
struct hg_keyword;
const struct hg_keyword *hg_compile_keyword(unsigned i);

#endif
