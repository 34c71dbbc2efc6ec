/* tx_int: what the files about transactions share. */
#ifndef HG_DETECT_TX_INT_H
#define HG_DETECT_TX_INT_H

#include "detect/detect_int.h"

/* What is remembered of a transaction in one direction; in its arena, so it goes with it.
 * scanned: inputs whose patterns have had their last look. rules: those that are decided or half way. */
struct hg_rule_state {
	uint32_t rule;
	uint32_t engines; /* bit i: engine i has matched */
	bool decided;     /* alerted, or cannot match any more */
};

struct hg_tx_detect {
	uint64_t scanned[HG_PROTO_INPUTS / 64];
	uint64_t adopted; /* hg_detect.adopted of the snapshot that the indices belong to */
	struct hg_rule_state *rules;
	uint32_t n, room;
	uint32_t files; /* of the direction, when it was last looked at */
};

/* The transaction being worked on. */
struct hg_tx_work {
	struct hg_detect *d;
	struct hg_packet *p;
	struct hg_tx *tx;
	struct hg_tx_detect *state;
	const struct hg_input_list *list;
	enum hg_dir dir;
	uint8_t progress;
	bool done; /* nothing more will come in this direction */
};

/* tx_state.c: what is remembered */
struct hg_tx_detect *hg_tx_state_of(struct hg_detect *d, struct hg_tx *tx, enum hg_dir dir);
struct hg_rule_state *hg_tx_state_find(struct hg_tx_detect *s, uint32_t rule);
void hg_tx_state_keep(struct hg_tx_work *w, uint32_t rule, uint32_t engines, bool decided);

/* tx_match.c: one look at a rule, as far as what is there goes */
struct hg_looked hg_tx_look(struct hg_tx_work *w, uint32_t index);
bool hg_tx_match_input(struct hg_tx_work *w, const struct hg_engine *e);

/* tx_files.c */
void hg_tx_store_files(struct hg_tx_work *w, const struct hg_rule *r);
void hg_tx_note_files(struct hg_tx_work *w);

/* tx_watch.c: when somebody looks */
void hg_tx_watched(struct hg_tx_work *w, uint32_t index);
void hg_tx_tell_misses(struct hg_tx_work *w);

#endif
