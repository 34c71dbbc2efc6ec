/* detect_int: what the files of detect/ share. */
#ifndef HG_DETECT_DETECT_INT_H
#define HG_DETECT_DETECT_INT_H

#include "detect/detect.h"
#include "detect/match.h"
#include "detect/track.h"

#define HG_RAW_WINDOWS 16
#define HG_CARRIED_MAX 256
#define HG_PROTO_INPUTS 512 /* inputs of one protocol and direction */

/* A set of rules in order of rank: a bitmap, and a bitmap of its words that are not zero. */
struct hg_candidates {
	uint64_t *words, *summary;
	uint32_t n_words, n_summary;
};

/* The inputs of one protocol and direction, by progress: indices of hg_snapshot.inputs. */
struct hg_input_list {
	uint16_t *inputs;
	uint16_t n;
};

/* An input's value in the transaction at hand. */
struct hg_input_cache {
	uint64_t run; /* valid when it equals hg_detect.tx_run */
	bool exists;
	struct hg_view view;
};

/* Everything whose size depends on the snapshot; nothing of it outlives the seat. */
struct hg_detect_seat {
	const struct hg_snapshot *rules;
	hs_scratch_t *scratch;
	pcre2_match_data *match_data;
	struct hg_candidates candidates;
	struct hg_input_list lists[HG_PROTO_COUNT][HG_DIRS];
	struct hg_input_list frames[HG_PROTO_COUNT][HG_DIRS]; /* the same of frames */
	struct hg_input_cache *cache;                         /* by input */
	uint64_t *by_rule;                                    /* alerts */
	struct hg_typer *typer;                               /* NULL: no rule wants to know what files are */
};

struct hg_detect_shared {
	struct hg_track_table thresholds, xbits;
	struct hg_host_tags *tags;
};

struct hg_detect {
	struct hg_detect_config config;
	struct hg_detect_seat *seat;     /* NULL: no rules */
	const struct hg_snapshot *rules; /* the seat's */
	uint64_t adopted; /* snapshots so far: what was remembered under another number is not believed */
	struct hg_apps *apps;
	struct hg_streams *streams;
	struct hg_mem *mem;

	struct hg_watcher *watch;  /* NULL: nobody looks */
	struct hg_matcher matcher; /* match_data is the seat's */
	struct hg_packet_vars *vars;
	uint64_t tx_run;
	struct evp_md_ctx_st *digest; /* of to_md5 and its like; the algorithms are fetched once */
	struct evp_md_st *md5, *sha1, *sha256;
	uint8_t *transformed; /* scratch of transforms, reset with every transaction */
	size_t transformed_used;

	/* the packet at hand */
	uint8_t way;    /* index of hg_slot.of */
	uint32_t named; /* rules that were added to the candidates, with repetitions */
	bool met;       /* a pattern of some rule that looks at windows was met */
	struct hg_raw_window windows[HG_RAW_WINDOWS];
	unsigned n_windows;
	struct hg_raw_window back[HG_RAW_WINDOWS]; /* for HG_RF_FLUSH: begin in front of what was inspected */
	unsigned n_back;
	bool raw_looked;                  /* some rule has looked at the windows */
	uint32_t carried[HG_CARRIED_MAX]; /* tx rules that a pattern in payload or stream made candidates */
	unsigned n_carried;
	const struct hg_app_frame *frame; /* at hand */
	struct hg_alert alerts[HG_ALERTS_MAX];
	unsigned n_alerts;
	struct hg_alerts_cut cut;

	struct hg_detect_shared *shared, *own; /* own NULL: it belongs to several workers */
	struct hg_detect_stats stats;
};

#define HG_TRANSFORM_SCRATCH ((size_t)256 << 10)

/* candidates.c */
void hg_candidates_add(struct hg_candidates *c, uint32_t rule);
void hg_candidates_clear(struct hg_candidates *c);
uint32_t hg_candidates_take(struct hg_candidates *c); /* lowest, taken out; UINT32_MAX: empty */
void hg_candidates_slot(struct hg_detect *d, const struct hg_slot *slot, struct hg_span bytes);
void
hg_candidates_group(struct hg_detect *d, const struct hg_group *group, struct hg_span bytes, uint8_t looks);
void hg_candidates_list(struct hg_detect *d, const uint32_t *rules, uint32_t n);
/* The slots of a domain that fit the packet's ports. Of their rules those become candidates that look at one of looks. */
void hg_candidates_domain(struct hg_detect *d, const struct hg_domain *domain, const struct hg_packet *p,
	struct hg_span bytes, uint8_t looks);
void hg_candidates_address(struct hg_detect *d, const struct hg_ip_index *index, uint32_t address);
/* Rules that look at no bytes. */
void hg_candidates_bare(struct hg_detect *d, const struct hg_bare_sets *sets, const struct hg_packet *p);

/* header.c: everything about a rule that needs no bytes. HG_FIT, or an enum hg_misfit. */
unsigned
hg_rule_misfit(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p, uint8_t proto);

/* packet.c: packet and stream rules */
void hg_detect_packet(struct hg_detect *d, struct hg_packet *p);
/* It takes a session up in the middle, which the peer does not take for established yet. */
bool hg_detect_unproven(const struct hg_detect *d, const struct hg_packet *p);
enum hg_l4 hg_l4_of(const struct hg_packet *p);
/* The flow's protocol, as rules on packets know it. */
uint8_t hg_detect_proto(const struct hg_detect *d, const struct hg_packet *p);
/* There are payload or windows of the stream that rules may look into. */
bool hg_detect_has_bytes(const struct hg_detect *d, const struct hg_packet *p);

/* How a look at a candidate ended, in one register. */
struct hg_looked {
	uint8_t end, misfit, engine; /* as in struct hg_look */
};

static inline struct hg_looked
hg_looked(enum hg_look_end end)
{
	return (struct hg_looked){ (uint8_t)end, HG_FIT, HG_LOOK_PAYLOAD };
}

/* watch.c: when somebody looks */
bool hg_watch_asks(const struct hg_detect *d, uint32_t rule);
void hg_watch_begin(const struct hg_detect *d, uint32_t rule);
void hg_watch_end(const struct hg_detect *d, const struct hg_look *look);
void hg_watch_fate(const struct hg_detect *d, uint32_t rule, const struct hg_packet *p, enum hg_fate fate);
/* How far the program comes on these bytes; the farthest of several calls stays. */
void hg_watch_reach(const struct hg_detect *d, const struct hg_prog *prog, const struct hg_view *view,
	struct hg_look *look);
void hg_watch_next(const struct hg_detect *d); /* another packet */
/* All looks at the packet are done: those that there were none of. */
void hg_watch_packet(struct hg_detect *d, const struct hg_packet *p, bool inspected);

/* ip.c */
void hg_detect_ip_only(struct hg_detect *d, struct hg_packet *p);

/* input.c */
bool hg_input_get(
	struct hg_detect *d, struct hg_tx *tx, uint16_t input, uint32_t index, bool eof, struct hg_view *out);
void hg_input_forget(struct hg_detect *d); /* another transaction, or its buffers have changed */

/* transform.c: *view through the input's transforms; false: no room, or nothing comes out */
bool hg_transform(struct hg_detect *d, const struct hg_input *in, struct hg_view *view);

/* frame.c, tx.c */
void hg_detect_frames(struct hg_detect *d, struct hg_packet *p);
void hg_detect_txs(struct hg_detect *d, struct hg_packet *p);

/* state.c: flowbits, flowints */
bool hg_state_test(struct hg_detect *d, const struct hg_test *t, const struct hg_packet *p);
/* tx: what a rule on transactions has matched, else NULL. */
void hg_state_posts(struct hg_detect *d, const struct hg_rule *r, struct hg_packet *p, struct hg_tx *tx);

/* replace.c: the rule at hand has matched, and names other bytes for some of the packet's */
void hg_replace(struct hg_detect *d, struct hg_packet *p);

/* vars.c: what expressions captured */
struct hg_flow_var;
struct hg_packet_vars *hg_vars_open(void);                   /* start-up memory; NULL: none */
void hg_vars_begin(struct hg_detect *d);                     /* another packet */
void hg_vars_keep(struct hg_detect *d, struct hg_packet *p); /* the rule at hand has matched */
bool hg_vars_test(const struct hg_test *t, const struct hg_packet *p);
void hg_flow_vars_free(struct hg_detect *d, struct hg_flow_var *v);
/* Where the flow's begin, to be added to; NULL: no room. And without making any: NULL: there are none. */
struct hg_flow_var **hg_flow_vars(struct hg_detect *d, struct hg_flow *f);
const struct hg_flow_var *hg_flow_vars_first(const struct hg_flow *f);

struct hg_flow_tag;
/* Where the flow's tags begin; NULL: no room. */
struct hg_flow_tag **hg_flow_tags(struct hg_detect *d, struct hg_flow *f);

/* tag.c */
struct hg_host_tags;
int hg_host_tags_open(
	struct hg_host_tags **ret, uint32_t entries, const struct hg_hash_key *key, struct hg_error *err);
void hg_host_tags_close(struct hg_host_tags *t);
void hg_host_tags_reset(struct hg_host_tags *t);
void hg_flow_tags_free(struct hg_detect *d, struct hg_flow_tag *t);
void hg_tags_add(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p); /* it alerts */
void hg_tags_spend(struct hg_detect *d, struct hg_packet *p); /* the packet is over: HG_PKT_TAGGED */

/* shared.c: by address, when it is this worker's turn */
struct hg_detect_shared *hg_detect_shared(struct hg_detect *d);

/* xbits.c */
bool hg_xbits_get(struct hg_detect *d, uint16_t id, uint8_t track, const struct hg_packet *p);
void hg_xbits_put(struct hg_detect *d, const struct hg_post *post, const struct hg_packet *p);

/* threshold.c */
enum hg_threshold_answer {
	HG_THRESHOLD_PASS,
	HG_THRESHOLD_SILENT /* act, do not log */,
	HG_THRESHOLD_NOTHING,
	HG_THRESHOLD_DROP,
	HG_THRESHOLD_ALERT /* a rate filter acts: alert, whatever the rule says */
};
enum hg_threshold_answer
hg_threshold_ask(struct hg_detect *d, const struct hg_rule *r, const struct hg_packet *p);

/* queue.c */
void hg_queue_alert(
	struct hg_detect *d, uint32_t rule, const struct hg_tx *tx, uint32_t flags, struct hg_packet *p);
void hg_queue_finish(struct hg_detect *d, struct hg_packet *p);

#endif
