/* The mail: lines behind DATA, chunks behind BDAT (RFC 3030), into the MIME reader. */
#include "app/smtp/smtp_int.h"

/* ---- what came of the message, for rules ---- */

static void
tell_odd(struct hg_smtp *s, uint32_t odd)
{
	static const struct {
		uint8_t odd, row;
	} rows[] = { { HG_MIME_UNPARSED, HG_SMTP_MIME_FAILED }, { HG_MIME_BAD_BASE64, HG_SMTP_MIME_BASE64 },
		{ HG_MIME_BAD_QP, HG_SMTP_MIME_QP }, { HG_MIME_LONG_LINE, HG_SMTP_MIME_LINE },
		{ HG_MIME_LONG_CODED, HG_SMTP_MIME_CODED_LINE }, { HG_MIME_LONG_FIELD, HG_SMTP_MIME_FIELD },
		{ HG_MIME_LONG_VALUE, HG_SMTP_MIME_VALUE }, { HG_MIME_MALFORMED, HG_SMTP_MIME_MALFORMED },
		{ HG_MIME_LONG_BOUNDARY, HG_SMTP_MIME_BOUNDARY },
		{ HG_MIME_LONG_FILE_NAME, HG_SMTP_MIME_FILE_NAME },
		{ HG_MIME_MANY_PARTS, HG_SMTP_MANY_PARTS }, { HG_MIME_MANY_FIELDS, HG_SMTP_MANY_FIELDS },
		{ HG_MIME_MANY_URLS, HG_SMTP_MANY_URLS } };

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if ((odd >> rows[i].odd & 1) != 0)
			hg_smtp_odd(s, HG_TO_SERVER, (enum hg_smtp_anomaly)rows[i].row);
	for (unsigned i = 0; i < HG_MIME_FINDINGS; i++)
		if ((odd >> (HG_MIME_FIRST_FINDING + i) & 1) != 0)
			hg_smtp_odd(s, HG_TO_SERVER, (enum hg_smtp_anomaly)(HG_SMTP_FINDING + i));
}

/* Raw rules look at the bytes that gave the file when it is due (peer-semantics 1.4). */
static void
ask_raw(struct hg_smtp *s)
{
	const struct hg_inspect_limits *limits = &s->app->ctx->mime.limits;
	const struct hg_file *file = hg_mime_file(s->tx->mime);
	uint32_t closed = hg_mime_files_closed(s->tx->mime);
	uint64_t reach = limits->min + (s->sent - s->sent_before);
	bool due = closed != s->files_closed;

	s->files_closed = closed;
	if (s->app->flow->stream == NULL)
		return;
	if (file != NULL && file->state == HG_FILE_OPEN) {
		due |= file->body.inspected == 0 && file->body.total >= limits->min;
		reach = file->body.inspected > 0 && !due ? 0 : reach;
	} else if (!due) {
		return;
	}
	hg_stream_min_inspect(s->app->flow, HG_TO_SERVER, (uint32_t)HG_MIN(reach, (uint64_t)UINT32_MAX));
	if (due)
		hg_app_trigger_raw(s->app, HG_TO_SERVER);
}

/* Natively only: with the peer detection is not asked before the mail has more to show. */
static void
pass(struct hg_smtp_tx *tx, uint8_t mark)
{
	if (tx->awaited && tx->base.progress[HG_TO_SERVER] < mark)
		hg_tx_progress(&tx->base, HG_TO_SERVER, mark);
}

static void
note_progress(struct hg_smtp *s)
{
	struct hg_smtp_tx *tx = s->tx;
	uint32_t odd = hg_mime_odd(tx->mime);

	if (!tx->odd_told && (odd >> HG_MIME_UNPARSED & 1) != 0) {
		tx->odd_told = true;
		tell_odd(s, odd);
	}
	if (!hg_mime_in_header(tx->mime))
		pass(tx, HG_SMTP_HEADER);
	if (tx->base.files != NULL) {
		hg_tx_touch(&tx->base, HG_TO_SERVER);
		ask_raw(s);
	}
}

/* ---- begin and end ---- */

void
hg_smtp_data_begin(struct hg_smtp *s)
{
	const struct hg_decoder_ctx *ctx = s->app->ctx;
	struct hg_smtp_tx *tx = s->tx;

	/* Behind an end that is in doubt nobody waits for an answer. */
	if (s->pipelining || (s->doubtful && !hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_ANSWERS)))
		s->data = true;
	s->bare = false;
	if (tx == NULL)
		return;
	tx->has_data = true;
	pass(tx, HG_SMTP_ENVELOPE);
	if (ctx->raw && tx->raw == NULL)
		tx->raw = hg_tx_file_open(&tx->base, HG_BYTES("rawmsg"), HG_TO_SERVER, &ctx->mime.limits);
	else if (ctx->decode && tx->mime == NULL)
		tx->mime = hg_mime_open(&tx->base, HG_TO_SERVER, &ctx->mime);
}

/* The mail may be sent once more. */
void
hg_smtp_data_refused(struct hg_smtp *s)
{
	struct hg_smtp_tx *tx = s->tx;

	hg_smtp_odd(s, HG_TO_CLIENT, HG_SMTP_DATA_REJECTED);
	s->data = false;
	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_DATA_AGAIN) || tx == NULL || tx->done)
		return;
	tx->has_data = false;
	if (tx->mime != NULL)
		hg_mime_finish(tx->mime, false);
	hg_mime_close(tx->mime);
	tx->mime = NULL;
}

static struct hg_span
domain_of(const struct hg_smtp_tx *tx, struct hg_span name)
{
	struct hg_mime_field *field = hg_mime_find_field(hg_mime_root(tx->mime), name);

	return field == NULL ? HG_SPAN_NONE : hg_mime_domain(hg_mime_text(tx->mime, field));
}

/* RFC 2919, 2369: lists and newsletters are sent by others than those who write them. */
static bool
is_of_list(const struct hg_smtp_tx *tx)
{
	static const char *const names[] = { "list-id", "list-unsubscribe", "list-post" };

	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if (hg_mime_find(hg_mime_root(tx->mime), hg_span_str(names[i])) != NULL)
			return true;
	return false;
}

/* An address that only takes bounces, made for one recipient or one mail (VERP, SRS, BATV): the one meant stands in it. */
static bool
takes_bounces(struct hg_span address)
{
	const struct hg_span local = hg_span_sub(address, 0, hg_span_find(address, 0, '@'));

	return hg_span_find(local, 0, '=') != SIZE_MAX ||
		hg_span_starts_nocase(
			hg_span_from(local, local.len > 0 && local.p[0] == '<'), HG_BYTES("bounce"));
}

/* Mails about failures have no sender. */
static void
compare_senders(struct hg_smtp *s)
{
	const struct hg_span envelope = hg_mime_domain(s->tx->from);
	const struct hg_span header = domain_of(s->tx, HG_BYTES("from"));
	const struct hg_span sender = domain_of(s->tx, HG_BYTES("sender"));

	if (envelope.len == 0 || header.len == 0 || hg_mime_same_organisation(envelope, header) ||
		(sender.len > 0 && hg_mime_same_organisation(envelope, sender)))
		return;
	if (!is_of_list(s->tx) && !takes_bounces(s->tx->from))
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_OTHER_SENDER);
}

static void
end_message(struct hg_smtp *s)
{
	struct hg_smtp_tx *tx = s->tx;

	s->data = s->lost = false;
	if (tx == NULL)
		return;
	if (tx->raw != NULL)
		hg_file_close(s->app->files, tx->raw, HG_FILE_CLOSED);
	if (tx->mime != NULL) {
		hg_mime_finish(tx->mime, true);
		tell_odd(s, hg_mime_odd(tx->mime));
		compare_senders(s);
		note_progress(s);
	}
	hg_smtp_done(s);
}

void
hg_smtp_data_cut(struct hg_smtp *s)
{
	struct hg_smtp_tx *tx = s->tx;
	struct hg_span rest;

	if (tx == NULL || tx->done)
		return;
	rest = hg_pieces_rest(s->current == HG_SMTP_BDAT ? &tx->cut : &s->lines[HG_TO_SERVER]);
	if (s->data && tx->mime != NULL && rest.len > 0)
		hg_mime_line(tx->mime, rest, HG_SPAN_NONE, true);
	if (tx->mime != NULL)
		hg_mime_finish(tx->mime, false);
	if (tx->raw != NULL)
		hg_file_close(s->app->files, tx->raw, HG_FILE_TRUNCATED);
	for (struct hg_file *f = tx->base.files; f != NULL; f = f->next)
		if (f->state == HG_FILE_TRUNCATED && hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_CUT))
			f->body.complete = false;
	s->data = s->lost = false;
	hg_tx_touch(&tx->base, HG_TO_SERVER);
}

void
hg_smtp_data_close(struct hg_app *app, struct hg_smtp_tx *tx)
{
	(void)app;
	hg_mime_close(tx->mime);
	hg_pieces_fini(&tx->cut);
}

/* ---- lines ---- */

/* A dot in front of a line was put there by the sender (RFC 5321 4.5.2). */
static struct hg_span
without_dot(const struct hg_smtp *s, const struct hg_piece *line)
{
	if (line->first && line->text.len > 0 && line->text.p[0] == '.' && s->current == HG_SMTP_DATA &&
		!hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_DOTS))
		return hg_span_from(line->text, 1);
	return line->text;
}

static void
take_line(struct hg_smtp *s, const struct hg_piece *line)
{
	struct hg_smtp_tx *tx = s->tx;

	if (tx == NULL)
		return;
	tx->data_bytes += without_dot(s, line).len + line->end.len;
	if (tx->raw != NULL) {
		hg_file_append(s->app->files, tx->raw, line->text);
		hg_file_append(s->app->files, tx->raw, line->end);
		hg_tx_touch(&tx->base, HG_TO_SERVER);
	}
	if (tx->mime == NULL)
		return;
	if (hg_mime_in_header(tx->mime) && line->first && line->end.len == 0)
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_TRUNCATED);
	hg_mime_line(tx->mime, without_dot(s, line), line->end, line->first);
	note_progress(s);
}

/* A dot between line ends that are not both CR LF ends the mail at some servers, and is text of it at others: then what follows
 * are commands here and a part of the mail there (CVE-2023-51764, -51765, -51766). It is read as the former, and the server's
 * replies tell which it was. */
static void
look_for_odd_end(struct hg_smtp *s, const struct hg_piece *line)
{
	static const struct hg_span tail = { (const uint8_t *)"\r.", 2 };
	const bool dot = line->first && hg_span_eq(line->text, HG_BYTES("."));
	bool odd = false;

	if (dot)
		odd = line->end.len == 1 || s->bare;
	else if (line->text.len >= tail.len)
		odd = hg_span_eq(hg_span_from(line->text, line->text.len - tail.len), tail);
	if (odd && line->end.len > 0) {
		hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_ODD_END);
		s->doubtful |= dot;
	}
	s->bare = line->end.len == 1;
}

bool
hg_smtp_data_line(struct hg_smtp *s, const struct hg_piece *line)
{
	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_RSET))
		hg_smtp_begin(s, HG_SPAN_NONE);
	s->sent += line->text.len + line->end.len;
	look_for_odd_end(s, line);
	if (!line->first || line->end.len == 0 || !hg_span_eq(line->text, HG_BYTES("."))) {
		take_line(s, line);
		return true;
	}
	s->data = false;
	s->loose = s->tx == NULL || s->tx->done;
	if (!hg_smtp_wait(s, HG_SMTP_MAIL))
		return false;
	end_message(s);
	return true;
}

/* ---- chunks ---- */

/* Lines of all chunks count together, and none is looked into. */
static bool
count_lines(struct hg_smtp *s, struct hg_span *rest)
{
	size_t at = hg_span_find(*rest, 0, '\n'), n = at == SIZE_MAX ? rest->len : at + 1;

	s->sent += n;
	s->chunk_at += n;
	*rest = hg_span_from(*rest, n);
	s->data = s->chunk_at < s->chunk;
	if (s->chunk_at <= s->chunk)
		return true;
	hg_smtp_odd(s, HG_TO_SERVER, HG_SMTP_BDAT_EXCEEDED);
	return false;
}

static void
end_chunk(struct hg_smtp *s)
{
	struct hg_piece piece = { .text = HG_SPAN_NONE, .first = true };

	s->data = false;
	if (!s->chunk_last)
		return;
	if (s->tx != NULL) {
		piece.text = hg_pieces_rest(&s->tx->cut);
		piece.first = !s->tx->cut.mid;
		if (piece.text.len > 0)
			take_line(s, &piece);
		hg_pieces_drop(&s->tx->cut);
	}
	end_message(s);
}

void
hg_smtp_chunk_begin(struct hg_smtp *s)
{
	const struct hg_decoder_ctx *ctx = s->app->ctx;

	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_CHUNKS))
		return;
	if (s->tx != NULL && s->tx->mime == NULL && ctx->decode && !ctx->raw)
		s->tx->mime = hg_mime_open(&s->tx->base, HG_TO_SERVER, &ctx->mime);
	if (s->chunk == 0)
		end_chunk(s);
}

bool
hg_smtp_chunk(struct hg_smtp *s, struct hg_span *rest)
{
	struct hg_piece line;
	struct hg_span data;

	if (hg_as_peer(s->app->suricata7, HG_DIFF_SMTP_CHUNKS))
		return count_lines(s, rest);
	data = hg_span_sub(*rest, 0, (size_t)HG_MIN((uint64_t)rest->len, s->chunk - s->chunk_at));
	*rest = hg_span_from(*rest, data.len);
	s->chunk_at += data.len;
	s->sent += data.len;
	while (data.len > 0 && s->tx != NULL && hg_piece_take(&s->tx->cut, &data, &line))
		take_line(s, &line);
	if (s->chunk_at == s->chunk)
		end_chunk(s);
	return true;
}

/* ---- gaps ---- */

/* The end of the mail may be missing: the server's answer tells (reply.c). */
void
hg_smtp_data_gap(struct hg_smtp *s, uint64_t bytes)
{
	struct hg_smtp_tx *tx = s->tx;
	uint64_t inside = bytes;

	if (!s->data)
		return;
	if (s->current == HG_SMTP_BDAT) {
		inside = HG_MIN(bytes, s->chunk - s->chunk_at);
		s->chunk_at += inside;
	}
	s->lost = s->current == HG_SMTP_DATA;
	if (tx != NULL) {
		hg_pieces_drop(&tx->cut);
		tx->lossy = true;
	}
	if (tx != NULL && tx->raw != NULL)
		hg_file_gap(s->app->files, tx->raw, inside);
	if (tx != NULL && tx->mime != NULL)
		hg_mime_gap(tx->mime, inside);
	if (s->current == HG_SMTP_BDAT && s->chunk_at == s->chunk)
		end_chunk(s);
}
