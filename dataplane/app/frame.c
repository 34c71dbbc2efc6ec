/* Frames: pieces of the stream that decoders name, kept only when a rule looks into frames of the kind or they have records. */
#include "app/app_int.h"

#define FRAMES_MAX 1024    /* of a direction that are not over */
#define FRAME_WINDOW 65536 /* bytes of one that nobody has looked at yet */
#define LOOK_LEAST 2560    /* new bytes of one that has not ended, as of the raw stream */

/* Of a flow that is not inspected any more nothing is kept that has no record. */
static bool
wanted(const struct hg_app *app, uint16_t row)
{
	if (app->apps->config.all_frames)
		return true;
	return row < 64 && app->apps->frames[app->decoder->proto] >> row & 1 &&
		!(app->flow->flags & (HG_FLOW_NO_DETECT | HG_FLOW_DROP));
}

static struct hg_app_frame *
make(struct hg_app *app, enum hg_dir dir, uint16_t row)
{
	struct hg_app_frame *f = app->n_frames[dir] == FRAMES_MAX ? NULL : hg_mem_take0(app->mem, sizeof(*f));

	if (f == NULL) {
		app->apps->stats.frame_cap++;
		return NULL;
	}
	f->row = row;
	f->dir = (uint8_t)dir;
	hg_buf_init(&f->bytes, app->mem, FRAME_WINDOW);
	app->n_frames[dir]++;
	return f;
}

static struct hg_app_frame *
begin(struct hg_app *app, enum hg_dir dir, uint16_t row, uint64_t offset, uint64_t length)
{
	const bool kept = wanted(app, row);
	struct hg_app_frame *f;

	app->frame_ids[dir] += kept || !hg_as_peer(app->suricata7, HG_DIFF_APP_FRAME_IDS);
	if (!kept || (f = make(app, dir, row)) == NULL)
		return NULL;
	f->id = app->frame_ids[dir];
	f->offset = offset;
	f->length = length;
	f->proto = (uint8_t)app->decoder->proto;
	if (app->frames_last[dir] == NULL)
		app->frames[dir] = f;
	else
		app->frames_last[dir]->next = f;
	app->frames_last[dir] = f;
	return f;
}

static uint64_t
offset_of(const struct hg_app *app, const uint8_t *at)
{
	return app->fed_at + (uint64_t)(at - app->fed_now.p);
}

void
hg_app_frame(struct hg_app *app, enum hg_dir dir, uint16_t row, const uint8_t *at, uint64_t length)
{
	begin(app, dir, row, offset_of(app, at), length);
}

void
hg_app_frame_led(struct hg_app *app, enum hg_dir dir, uint16_t row, struct hg_span lead, uint64_t length)
{
	struct hg_app_frame *f = begin(app, dir, row, app->fed_at - lead.len, length);

	if (f == NULL)
		return;
	if (!hg_buf_append(&f->bytes, lead))
		app->apps->stats.frame_cap++;
	f->have = lead.len;
}

/* All bytes of a direction that go to the decoder are one frame. */
void
hg_frames_stream(struct hg_app *app, enum hg_dir dir)
{
	const struct hg_decoder *d = app->decoder;

	app->streamed |= (uint8_t)(1u << dir);
	for (uint16_t row = d->n_buffers; row-- > 0 && app->flow->key.proto == HG_IP_TCP;)
		if (hg_frame_is_stream(&d->buffers[row])) {
			begin(app, dir, row, app->fed_at, HG_FRAME_OPEN);
			return;
		}
}

static struct hg_app_frame *
newest_open(const struct hg_app *app, enum hg_dir dir, uint16_t row)
{
	struct hg_app_frame *found = NULL;

	for (struct hg_app_frame *f = app->frames[dir]; f != NULL; f = f->next)
		if (f->row == row && f->length == HG_FRAME_OPEN && !f->cut)
			found = f;
	return found;
}

/* What came behind its end is not of it. */
static void
end(struct hg_app_frame *f, uint64_t length)
{
	const uint64_t over = f->have > length ? f->have - length : 0;

	f->length = length;
	f->have -= over;
	f->seen = HG_MIN(f->seen, f->have);
	hg_buf_cut(&f->bytes, (size_t)HG_MIN(over, (uint64_t)hg_buf_len(&f->bytes)));
}

void
hg_app_frame_end(struct hg_app *app, enum hg_dir dir, uint16_t row, const uint8_t *at, size_t back)
{
	struct hg_app_frame *f = newest_open(app, dir, row);

	if (f != NULL)
		end(f, offset_of(app, at) - back - f->offset);
}

/* The direction ends: so does what is all of it. */
void
hg_frames_end(struct hg_app *app, enum hg_dir dir)
{
	for (struct hg_app_frame *f = app->frames[dir]; f != NULL; f = f->next)
		if (f->length == HG_FRAME_OPEN && !f->cut &&
			hg_frame_is_stream(&hg_app_decoder_of((enum hg_proto)f->proto)->buffers[f->row]))
			f->length = f->have;
}

void
hg_app_frame_belongs(struct hg_app *app, enum hg_dir dir, uint16_t row, const struct hg_tx *tx)
{
	struct hg_app_frame *f = newest_open(app, dir, row);

	if (f != NULL)
		f->tx = tx->number + 1;
}

bool
hg_app_frame_complete(const struct hg_app_frame *f)
{
	return f->have == f->length && !f->cut;
}

bool
hg_app_frame_due(const struct hg_app *app, const struct hg_app_frame *f)
{
	const uint64_t news = f->have - f->seen;

	if (f->have == 0 || (news == 0 && !hg_app_frame_complete(f)))
		return false;
	return hg_app_frame_complete(f) || f->cut || news >= LOOK_LEAST || (app->ended & 1u << f->dir) != 0;
}

bool
hg_frames_wait(const struct hg_app *app)
{
	for (unsigned d = 0; d < HG_DIRS; d++)
		for (const struct hg_app_frame *f = app->frames[d]; f != NULL; f = f->next)
			if (!f->looked_at && f->have > f->seen)
				return true;
	return false;
}

/* Bytes are missing in it: those in front of them are looked at by themselves. false: nothing of the rest is kept. */
static bool
leap(struct hg_app *app, struct hg_app_frame *f, uint64_t bytes)
{
	struct hg_app_frame *rest;

	if (hg_as_peer(app->suricata7, HG_DIFF_APP_FRAME_GAP)) {
		f->cut = true;
		return false;
	}
	if (hg_buf_len(&f->bytes) == 0) {
		f->have += bytes;
		f->seen = f->have;
		return true;
	}
	f->cut = true;
	rest = make(app, f->dir, f->row);
	if (rest == NULL)
		return false;
	rest->id = f->id;
	rest->offset = f->offset;
	rest->length = f->length;
	rest->proto = f->proto;
	rest->tx = f->tx;
	rest->have = rest->seen = f->have + bytes;
	rest->next = f->next;
	f->next = rest;
	if (app->frames_last[f->dir] == f)
		app->frames_last[f->dir] = rest;
	return true;
}

static uint64_t
left_of(const struct hg_app_frame *f)
{
	return f->length == HG_FRAME_OPEN ? UINT64_MAX : f->length - f->have;
}

static void
grow(struct hg_app *app, struct hg_app_frame *f, struct hg_span in)
{
	uint64_t at = f->offset + f->have;

	if (f->cut || left_of(f) == 0 || app->fed_at + in.len <= at)
		return;
	if (at < app->fed_at) {
		const bool here = hg_buf_len(&f->bytes) == 0;

		if (!leap(app, f, HG_MIN(app->fed_at - at, left_of(f))) || !here)
			return;
		at = f->offset + f->have;
	}
	in = hg_span_from(in, (size_t)(at - app->fed_at));
	in = hg_span_sub(in, 0, (size_t)HG_MIN((uint64_t)in.len, left_of(f)));
	if (!hg_buf_append(&f->bytes, in))
		app->apps->stats.frame_cap++;
	f->have += in.len;
}

void
hg_frames_grow(struct hg_app *app, enum hg_dir dir, size_t taken)
{
	for (struct hg_app_frame *f = app->frames[dir]; f != NULL; f = f->next)
		grow(app, f, hg_span_sub(app->fed_now, 0, taken));
}

/* Another protocol begins: what has not ended does not go on, and numbers begin anew. */
void
hg_frames_leave(struct hg_app *app)
{
	for (unsigned d = 0; d < HG_DIRS; d++) {
		for (struct hg_app_frame *f = app->frames[d]; f != NULL; f = f->next)
			f->length = f->have;
		app->frame_ids[d] = 0;
	}
	app->streamed = 0;
}

static void
release(struct hg_app *app, struct hg_app_frame *f)
{
	hg_buf_fini(&f->bytes);
	hg_mem_give(app->mem, f, sizeof(*f));
}

static void
prune(struct hg_app *app, enum hg_dir dir)
{
	struct hg_app_frame **link = &app->frames[dir], *f;

	app->frames_last[dir] = NULL;
	while ((f = *link) != NULL) {
		if (f->looked_at) {
			f->seen = f->have;
			hg_buf_clear(&f->bytes);
			f->looked_at = false;
		}
		if (f->seen == f->length || (f->cut && f->seen == f->have)) {
			*link = f->next;
			app->n_frames[dir]--;
			release(app, f);
			continue;
		}
		app->frames_last[dir] = f;
		link = &f->next;
	}
}

void
hg_frames_prune(struct hg_app *app)
{
	for (unsigned d = 0; d < HG_DIRS; d++)
		if (app->frames[d] != NULL)
			prune(app, (enum hg_dir)d);
}

void
hg_frames_free(struct hg_app *app)
{
	for (unsigned d = 0; d < HG_DIRS; d++) {
		for (struct hg_app_frame *f = app->frames[d], *next; f != NULL; f = next) {
			next = f->next;
			release(app, f);
		}
		app->frames[d] = app->frames_last[d] = NULL;
		app->n_frames[d] = 0;
	}
}
