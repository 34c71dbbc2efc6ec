#include "event/event_int.h"

static bool
is_told_beside(const struct hg_files *files, const struct hg_file *file)
{
	const struct hg_filestore_config *store = hg_files_store(files);

	return store != NULL && store->fileinfo && file->keeping == HG_FILE_STORED;
}

/* head: of any record about it; x: which address of a proxy it shows. */
static struct hg_span
file_line(struct hg_events *e, const struct hg_event_head *of, const struct hg_event_xff *x,
	const struct hg_tx *tx, const struct hg_file *file, const struct hg_event_known *known)
{
	struct hg_event_head head = *of;
	char address[HG_ADDR_TEXT];
	uint8_t name[HG_MASK_URL];
	const struct hg_span xff = hg_event_xff(x, of->flow, tx, address);
	struct hg_json j;

	if (x->overwrite)
		head.client = xff;
	j = hg_event_begin(e, &head);
	if (tx->decoder->log != NULL &&
		!(tx->decoder->file_is_flow && hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_FILE_BARE)))
		tx->decoder->log(tx, true, file->dir, &j);
	hg_event_app_proto(&j, of->flow, tx);
	hg_json_open_at(&j, "fileinfo");
	hg_file_log(file, hg_event_file_name(tx, file, name), tx->number, &j);
	hg_event_known(&j, known, file);
	hg_json_close(&j);
	if (xff.len > 0 && !x->overwrite)
		hg_json_str(&j, "xff", xff);
	hg_event_audit_file(e, &j, of->packet, tx, file);
	return hg_event_line(e, &j, HG_EVE_FILEINFO);
}

/* Also beside the stored file, when the configuration asks for that; behind an alert when a list calls it bad. */
static void
write_file(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules, const struct hg_tx *tx,
	const struct hg_file *file, const struct hg_event_known *known)
{
	const struct hg_event_head head = { .type = "fileinfo",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.rules = rules,
		.sides = file->dir == HG_TO_SERVER ? HG_SIDES_CLIENT_FIRST : HG_SIDES_SERVER_FIRST,
		.of_packet = hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_ICMP) };
	const struct hg_event_xff *here = &e->config.xff[HG_XFF_FILES],
				  *beside = &e->config.xff[HG_XFF_STORE];
	struct hg_span line = HG_SPAN_NONE;

	hg_event_known_alert(e, &head, tx, file, known);
	if (e->config.files) {
		line = file_line(e, &head, here, tx, file, known);
		hg_event_write(e, line, HG_EVE_FILEINFO);
	}
	if (!is_told_beside(tx->app->files, file))
		return;
	if (!e->config.files || memcmp(here, beside, sizeof(*here)) != 0)
		line = file_line(e, &head, beside, tx, file, known);
	hg_file_tell(tx->app->files, file, p->time / HG_SEC, line);
}

static bool
file_due(const struct hg_packet *p, const struct hg_tx *tx, const struct hg_file *file)
{
	if (tx->decoder->files_last && !hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_MAIL) &&
		!hg_tx_complete(tx, (enum hg_dir)file->dir))
		return false;
	/* Rules that may have it stored, or ask what it is, come first: its record says what came of that. */
	if (hg_file_awaits_rules(tx->app->files, file) && tx->updated[file->dir] &&
		!(p->flow->flags & HG_FLOW_NO_DETECT))
		return false;
	return file->state != HG_FILE_OPEN &&
		(file->dir == p->dir || tx->decoder->file_is_flow ||
			!hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_FILE));
}

static void
write_files(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules, struct hg_tx *tx,
	bool open_too)
{
	struct hg_event_known known;

	for (struct hg_file *file = tx->files; file != NULL; file = file->next) {
		hg_file_note_type(tx->app->files, file);
		if (file->wanted)
			hg_file_store(tx->app->files, file);
		if (file->logged || (!open_too && !file_due(p, tx, file)))
			continue;
		hg_file_settle(tx->app->files, file);
		file->logged = true;
		known = hg_event_know(e, rules, file);
		if (e->config.files || known.bad || is_told_beside(tx->app->files, file))
			write_file(e, p, rules, tx, file, &known);
	}
}

static enum hg_event_sides
record_sides(const struct hg_packet *p, const struct hg_tx *tx)
{
	bool server_first = false;

	if (tx->decoder->log_sender)
		server_first = hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_SENDER)
			? p->dir == HG_TO_CLIENT
			: tx->sides == HG_SIDE_CLIENT;
	return server_first ? HG_SIDES_SERVER_FIRST : HG_SIDES_CLIENT_FIRST;
}

/* A protocol with several records a transaction numbers them; the others have one. */
static void
write_records(
	struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules, const struct hg_tx *tx)
{
	const struct hg_decoder *d = tx->decoder;
	struct hg_event_head head = { .type = d->event_type,
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = record_sides(p, tx),
		.of_packet = hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_ICMP),
		.rules = rules,
		.tx = d->log_tx_id ? tx : NULL };
	const struct hg_event_xff *x = &e->config.xff[HG_XFF_TX];
	char address[HG_ADDR_TEXT];
	const struct hg_span xff = hg_event_xff(x, p->flow, tx, address);
	struct hg_json begun;

	if (x->overwrite)
		head.client = xff;
	begun = hg_event_begin(e, &head);

	/* All records of a transaction begin with the same bytes, which stay where they are. */
	for (unsigned i = 0;; i++) {
		struct hg_json j = begun;

		if (d->log_record != NULL) {
			if (!d->log_record(tx, i, &j))
				return;
		} else {
			d->log(tx, false, HG_TO_SERVER, &j);
		}
		if (xff.len > 0 && !x->overwrite)
			hg_json_str(&j, "xff", xff);
		hg_event_audit(e, &j, p, tx, i);
		hg_event_end(e, &j, HG_EVE_TX);
		if (d->log_record == NULL)
			return;
	}
}

static bool
due(const struct hg_tx *tx)
{
	if (tx->decoder->log_due != NULL)
		return tx->decoder->log_due(tx);
	return hg_tx_complete(tx, HG_TO_SERVER) && hg_tx_complete(tx, HG_TO_CLIENT);
}

static void
write_tx(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules, struct hg_tx *tx)
{
	tx->logged = true;
	if (!tx->unlogged && tx->decoder->event_type != NULL &&
		e->config.protos & HG_PROTO_BIT(tx->decoder->proto))
		write_records(e, p, rules, tx);
}

void
hg_event_transactions(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	for (struct hg_tx *tx = p->flow->app->work; tx != NULL; tx = tx->next_work) {
		if (!tx->logged && due(tx))
			write_tx(e, p, rules, tx);
		write_files(e, p, rules, tx, false);
	}
}

void
hg_event_leftovers(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules)
{
	for (struct hg_tx *tx = p->flow->app->txs; tx != NULL; tx = tx->next) {
		if (!tx->logged)
			write_tx(e, p, rules, tx);
		write_files(e, p, rules, tx, true);
	}
}
