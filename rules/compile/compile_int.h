/* compile_int: what the files of compile/ share while a rule set is made. */
#ifndef HG_RULES_COMPILE_COMPILE_INT_H
#define HG_RULES_COMPILE_COMPILE_INT_H

#include "rules/compile/compile.h"
#include "rules/keyword/keyword.h"
#include "rules/lang/class.h"
#include "rules/lang/rule.h"

/* Memory that lives with the snapshot: chunks, given back together. */
struct hg_store_chunk;
struct hg_store {
	struct hg_store_chunk *head;
	uint8_t *p, *end;
	bool failed;
};
void *hg_store_take(struct hg_store *s, size_t size); /* zeroed, 16-byte aligned; NULL: failed */
void *hg_store_copy(struct hg_store *s, const void *p, size_t size);
void hg_store_close(struct hg_store *s);
void hg_store_clear(struct hg_store *s); /* all of it may be taken anew */

/* Equal sets of addresses and ports, kept once. */
struct hg_share_table {
	void **v;
	uint32_t n, room;
	uint64_t (*hash)(const void *set);
	bool (*equal)(const void *a, const void *b);
	void (*close)(void *set);
};

/* What a snapshot owns besides its store. */
struct hg_owned {
	struct hg_snapshot snapshot; /* first: a snapshot is closed by its pointer */
	struct hg_store store;
	struct hg_share_table addresses, ports;
	hs_database_t **dbs;
	uint32_t n_dbs, dbs_room;
	struct hg_codes codes;
	struct hg_named_sets sets;
	struct hg_rep *rep;
	struct hg_geo *geo;
	struct hg_known *known;
};

/* A growing list of numbers, on the heap. */
struct hg_numbers {
	uint32_t *v;
	uint32_t n, room;
};
int hg_numbers_add(struct hg_numbers *l, uint32_t v);

/* A list of the draft, kept. */
struct hg_entry_list {
	const char *buffer; /* NULL: payload */
	const struct hg_transform *transforms;
	uint8_t n_transforms;
	struct hg_prog prog;
};

/* A rule between draft and snapshot. */
struct hg_entry {
	struct hg_rule rule;
	struct hg_rule_info info;
	struct hg_entry_list *lists;
	uint16_t n_lists;
	struct hg_draft_anomaly anomalies[8];
	uint8_t n_anomalies;
	struct hg_draft_fast fast;
	struct hg_span source; /* the rule as written, when it is to be written again */
	uint32_t position;     /* in the files */
	bool negated_address, has_flow, packet_keyword, has_app_proto, not_ip_only, event_keyword, stores;
	uint8_t order[8]; /* sort key, most significant first */
};

/* A pattern that makes a rule a candidate. */
struct hg_pattern {
	struct hg_span bytes;
	bool nocase;
	uint32_t rule;
};

/* A slot while it is filled. */
struct hg_slot_draft {
	struct hg_pattern *patterns;
	uint32_t n_patterns, room;
	struct hg_numbers always, windows; /* rules without a pattern; windows: of the raw stream */
};

struct hg_domain_draft {
	struct hg_slot_draft any;
	struct hg_slot_draft *slots; /* numbers from 1 */
	uint16_t *by_port[2];        /* destination, source */
	uint16_t n_slots, room;
};

struct hg_db_job;

struct hg_compiler {
	const struct hg_compile_config *config;
	struct hg_snapshot *snapshot;
	struct hg_owned *owned;         /* the snapshot with what it owns */
	struct hg_store *store;         /* its memory */
	struct hg_store passing, draft; /* memory until the snapshot is made, and while one rule is read */
	struct hg_draft_shared shared;
	struct hg_entry **entries;
	uint32_t n_entries, room;
	struct hg_class_row {
		const char *name, *text;
		uint8_t priority;
	} * classes;
	uint32_t n_classes;
	struct hg_limit_row {
		struct hg_limit limit;
		const struct hg_addrset *addresses;
	} * limits;
	uint32_t n_limits;
	struct hg_input *inputs;
	uint32_t n_inputs, inputs_room;
	uint16_t n_port_classes; /* of snapshot.port_class */
	struct hg_slot_draft *input_slots;
	struct hg_numbers options; /* of hg_snapshot.options */
	struct hg_db_job *jobs;    /* databases to make */
	uint32_t n_jobs, jobs_room;
	const char *file; /* that is read */
	uint32_t refused, left_out;
	struct hg_error *err;
};

/* share.c: takes the set over; NULL: no memory */
void hg_share_init(struct hg_owned *o);
void hg_share_close(struct hg_owned *o);
const struct hg_addrset *hg_share_addresses(struct hg_compiler *c, struct hg_addrset *set);
const struct hg_portset *hg_share_ports(struct hg_compiler *c, struct hg_portset *set);

/* context.c: vars, classes, thresholds of the configuration */
int hg_context_load(struct hg_compiler *c);
void hg_context_close(struct hg_compiler *c);
struct hg_vars hg_context_vars(struct hg_compiler *c, bool ports);
const struct hg_class_row *hg_context_class(const struct hg_compiler *c, const char *name);
int hg_context_thresholds(struct hg_compiler *c, struct hg_entry *e, const struct hg_draft *d);

/* entry.c: one rule's text → entry */
int hg_entry_make(
	struct hg_compiler *c, const struct hg_rule_text *text, struct hg_entry **ret, struct hg_error *err);
/* Names of flowbits, flowints and bits of addresses as they were numbered before; first of all. */
int hg_entry_names(struct hg_compiler *c, const struct hg_snapshot *before, struct hg_error *err);
/* Whether it is meant for this engine: 0, or HG_RULE_LEFT_OUT with the reason. To be asked first: nothing else in such a rule
 * need be known here. */
int hg_entry_wanted(struct hg_compiler *c, const struct hg_rule_text *text, struct hg_error *err);

/* head.c: protocol, addresses, ports of the rule's head into the draft */
int hg_head_read(
	struct hg_compiler *c, const struct hg_rule_text *text, struct hg_draft *d, struct hg_error *err);

/* engine.c: the buffers of a transaction rule; type.c: when it is evaluated */
int hg_engines_make(struct hg_compiler *c, struct hg_entry *e, struct hg_error *err);
/* In the order in which they are asked: first those of the list by which the rule is reached (NULL: none), then by progress,
 * raw content last. */
void hg_engines_order(struct hg_entry *e, const struct hg_prog *fast);
void hg_type_decide(struct hg_entry *e);
/* Readers of flowbits that only transaction rules set become transaction rules (2.4). */
int hg_type_settle_flowbits(struct hg_compiler *c);

/* order.c */
void hg_order_key(struct hg_compiler *c, struct hg_entry *e);
void hg_order_sort(struct hg_compiler *c);

/* Shorter patterns slow down the database that they stand in, and hit everywhere: better any other content. */
#define HG_BRIEF 4

/* fast.c: the pattern by which a rule is reached; NULL: none */
struct hg_ins *hg_fast_choose(struct hg_compiler *c, struct hg_entry *e, uint16_t *list);

/* place.c: every rule into its domains and slots */
int hg_place_all(struct hg_compiler *c);

/* domain.c. fast: NULL or negated puts the rule among those that need no pattern; looks: enum hg_at. */
int
hg_slot_put(struct hg_slot_draft *slot, const struct hg_entry *e, uint32_t rule, const struct hg_ins *fast);
bool hg_domain_has_few_ports(const struct hg_rule *r);
int hg_domain_number_ports(struct hg_compiler *c); /* before any domain is built */
int hg_domain_put(struct hg_domain_draft *d, const struct hg_entry *e, uint32_t rule,
	const struct hg_ins *fast, uint8_t looks);
int hg_domain_build(struct hg_compiler *c, struct hg_domain_draft *draft, struct hg_domain *out);
void hg_domain_draft_free(struct hg_domain_draft *d);

/* bare.c: rules that look at no bytes */
int hg_bare_build(struct hg_compiler *c, const struct hg_numbers *rules, bool tcp, struct hg_bare_sets *out);

/* ip.c: is one of the rule's address lists small enough to reach the rule by, and which */
bool hg_ip_has_few(const struct hg_rule *r, bool *source);
/* The index of rules by their source or destination; those that it cannot hold alone go to left as well. */
int hg_ip_index_make(struct hg_compiler *c, const struct hg_numbers *rules, bool source,
	struct hg_ip_index *out, struct hg_numbers *left);

/* group.c: patterns → databases */
/* Zones, and the ways of all rules. */
int hg_zones_make(struct hg_compiler *c);
int hg_slot_build(struct hg_compiler *c, struct hg_slot_draft *draft, struct hg_slot *out);
void hg_slot_draft_free(struct hg_slot_draft *draft);

/* databases.c: the distinct patterns of a database as Hyperscan wants them, their bytes the rules' own */
struct hg_literals {
	const char **bytes;
	size_t *lens;
	unsigned *flags, *ids;
	uint32_t n;
};
void hg_literals_free(struct hg_literals *l);
/* Takes l over; *to stays where it is until all are made, and gets the database then. */
int hg_databases_note(struct hg_compiler *c, struct hg_literals *l, hs_database_t **to);
int hg_databases_make(struct hg_compiler *c);
void hg_databases_forget(struct hg_compiler *c);

/* cache.c: compiled databases on disk, by content */
struct hg_cache_key {
	uint8_t digest[32];
};
hs_database_t *hg_cache_get(const char *folder, const struct hg_cache_key *key);
void hg_cache_put(const char *folder, const struct hg_cache_key *key, const hs_database_t *db);
/* Files that were not used for longest go until the others take no more than that. */
void hg_cache_tidy(const char *folder, uint64_t most);

/* info.c: the constant part of alerts */
int hg_info_render(struct hg_compiler *c, struct hg_entry *e, const struct hg_draft *d);

#endif
