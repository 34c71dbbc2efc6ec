/* analyze_int: what the files of the analysis share. */
#ifndef HG_ENGINE_ANALYZE_INT_H
#define HG_ENGINE_ANALYZE_INT_H

#include "base/error.h"
#include "engine/analyze.h"

/* One thing by which a rule is reached. */
enum hg_reached_by {
	HG_BY_PAYLOAD, /* packets of hg_reached.l4 */
	HG_BY_STREAM,
	HG_BY_BUFFER,      /* of hg_reached.input */
	HG_BY_TRANSACTION, /* any of hg_reached.proto */
	HG_BY_PACKET,      /* of hg_reached.l4, whatever its bytes are */
	HG_BY_ADDRESS,
	HG_BY_FLOW, /* the first packets of each */
	HG_BY_IDENTIFIED,
	HG_BY_EVENT,
};

struct hg_reached {
	uint32_t rule;
	uint8_t by; /* enum hg_reached_by */
	uint8_t dir, l4, proto;
	uint16_t input;
	bool ports;  /* only with the rule's few ports */
	bool always; /* without a pattern */
};

struct hg_reach_list {
	struct hg_reached *v; /* by rule */
	size_t n, room;
};

/* analyze_reach.c: how each rule is reached, out of the groups of the snapshot; -ENOMEM. */
int hg_reach_list_make(struct hg_reach_list *l, const struct hg_snapshot *s);
void hg_reach_list_free(struct hg_reach_list *l);
/* "http.uri/http/to_server", for instance. */
const char *hg_reached_name(const struct hg_snapshot *s, const struct hg_reached *at, char *buf, size_t size);

/* analyze_advice.c: what a rule of n ways to reach it costs */
enum hg_cost { HG_COST_INDEX, HG_COST_LOW, HG_COST_MEDIUM, HG_COST_HIGH, HG_COST_VERY_HIGH, HG_COST_COUNT };
extern const char *const hg_cost_names[HG_COST_COUNT];
enum hg_cost
hg_cost_of(const struct hg_snapshot *s, const struct hg_rule *r, const struct hg_reached *at, size_t n);

/* What is hardly meant so, rule by rule in the order of files; places are those of the file. */
typedef void (*hg_advice_fn)(void *arg, uint32_t rule, const struct hg_error *what);
int hg_advise(const struct hg_snapshot *s, hg_advice_fn tell, void *arg);

#endif
