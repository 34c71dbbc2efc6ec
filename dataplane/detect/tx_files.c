/* Files of transactions: what rules want stored, and what a new one asks anew. */
#include "detect/tx_int.h"

/* Bits of the engines that ask for files themselves. */
static uint32_t
file_engines(const struct hg_tx_work *w, const struct hg_rule *r)
{
	uint32_t bits = 0;

	for (unsigned i = 0; r->flags & HG_RF_FILES && i < r->n_engines; i++)
		if (r->engines[i].of_file && r->engines[i].dir == w->dir)
			bits |= 1u << i;
	return bits;
}

/* Does the file by itself fit what the rule asks of names, types, sizes and digests? */
static bool
file_fits(struct hg_tx_work *w, const struct hg_rule *r, const struct hg_file *file)
{
	const bool peer = hg_as_peer(w->d->config.suricata7, HG_DIFF_DETECT_STORED);
	bool fits = true;

	w->tx->only = file;
	hg_input_forget(w->d);
	for (unsigned i = 0; i < r->n_engines && fits; i++) {
		const struct hg_engine *e = &r->engines[i];
		const uint8_t flags = w->d->rules->inputs[e->input].flags;

		if (e->kind == HG_ENGINE_BUFFER && e->dir == w->dir && e->proto == w->tx->decoder->proto &&
			(e->of_file || (!peer && flags & HG_BUFFER_FILE && !(flags & HG_BUFFER_GROWING))))
			fits = hg_tx_match_input(w, e);
	}
	w->tx->only = NULL;
	hg_input_forget(w->d);
	return fits;
}

/* What the rule wants stored of the transaction's files. */
void
hg_tx_store_files(struct hg_tx_work *w, const struct hg_rule *r)
{
	for (unsigned i = 0; i < r->n_posts; i++) {
		const struct hg_post *post = &r->posts[i];
		const bool here = post->id == 0 || post->id & 1 << w->dir;

		if (post->op != HG_POST_STORE)
			continue;
		hg_tx_store(w->tx, (enum hg_store_scope)post->mode, (uint8_t)post->id, w->dir);
		for (struct hg_file *f = w->tx->files; f != NULL; f = f->next)
			if (f->dir == w->dir && file_fits(w, r, f)) {
				hg_file_note_rule(f, r->sid);
				if (post->mode == HG_STORE_FILE && here)
					hg_tx_store_file(w->tx, f);
			}
	}
}

/* A new file is a new question to rules that ask for files, also to those that have matched. */
void
hg_tx_note_files(struct hg_tx_work *w)
{
	const uint32_t files = w->tx->files == NULL ? 0 : hg_tx_files(w->tx, w->dir),
		       before = w->state->files;

	w->state->files = files;
	if (files == before || before == 0)
		return;
	for (uint32_t i = 0; i < w->state->n; i++) {
		struct hg_rule_state *s = &w->state->rules[i];
		const uint32_t asked = file_engines(w, &w->d->rules->rules[s->rule]);

		if (s->engines & asked) {
			s->engines &= ~asked;
			s->decided = false;
		}
	}
}
