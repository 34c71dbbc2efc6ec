/* What FETCH brings: whole messages, pieces of them that are joined, texts behind their header. */
#include "app/imap/imap_int.h"

/* What the next word of a response is the value of. */
enum { NOTHING, UID, SIZE };

void
hg_imap_fetch_begin(struct hg_imap *s, uint32_t number)
{
	struct hg_imap_server *v = &s->server;

	v->fetch = true;
	v->number = number;
	v->uid = 0;
	v->size = 0;
	v->body = false;
	v->into = HG_IMAP_PART_NONE;
	v->scan = (struct hg_imap_scan){ .depth = 0 };
}

/* ---- items ---- */

static uint64_t
number_of(struct hg_span word)
{
	uint64_t n = 0;

	for (size_t i = 0; i < word.len && word.p[i] >= '0' && word.p[i] <= '9' && n <= UINT32_MAX; i++)
		n = n * 10 + (uint64_t)(word.p[i] - '0');
	return n;
}

static void
note_uid(struct hg_imap *s, uint32_t uid)
{
	struct hg_imap_tx *tx = s->server.body ? hg_imap_tx_of(s, s->mail.tx) : NULL;

	s->server.uid = uid;
	if (tx == NULL || tx->uid != 0)
		return;
	tx->uid = s->mail.uid = uid;
}

static bool
is_item(struct hg_span item, struct hg_span name)
{
	return hg_span_starts_nocase(item, name);
}

/* An empty piece in place of a literal: "" or NIL. */
static void
take_nothing(struct hg_imap *s)
{
	hg_imap_fetch_literal(s, 0);
	hg_imap_fetch_literal_end(s);
}

static bool
is_body(struct hg_span item)
{
	return is_item(item, HG_BYTES("BODY[")) || is_item(item, HG_BYTES("BINARY["));
}

static void
end_word(struct hg_imap *s)
{
	struct hg_imap_scan *c = &s->server.scan;
	const struct hg_span word = hg_span(c->word, c->word_len), item = hg_span(c->item, c->item_len);
	const uint8_t value = c->value;

	/* A literal's length is no item. */
	if (word.len == 0 || word.p[0] == '{' || word.p[0] == '~') {
		c->word_len = 0;
		return;
	}
	c->value = NOTHING;
	if (value == UID) {
		note_uid(s, (uint32_t)number_of(word));
	} else if (value == SIZE) {
		s->server.size = number_of(word);
	} else if (hg_span_eq_nocase(word, HG_BYTES("UID"))) {
		c->value = UID;
	} else if (hg_span_eq_nocase(word, HG_BYTES("RFC822.SIZE"))) {
		c->value = SIZE;
	} else if (hg_span_eq_nocase(word, HG_BYTES("NIL")) && is_body(item)) {
		take_nothing(s);
		c->item_len = 0;
	} else {
		memcpy(c->item, c->word, c->word_len);
		c->item_len = c->word_len;
	}
	c->word_len = 0;
}

static void
take_quoted(struct hg_imap *s, uint8_t byte)
{
	struct hg_imap_scan *c = &s->server.scan;

	if (c->escaped) {
		c->escaped = false;
	} else if (byte == '\\') {
		c->escaped = true;
	} else if (byte == '"') {
		c->quoted = false;
		if (!c->string && c->depth == 1 && is_body(hg_span(c->item, c->item_len)))
			take_nothing(s);
		return;
	}
	c->string = true;
}

static void
take_byte(struct hg_imap *s, uint8_t byte)
{
	struct hg_imap_scan *c = &s->server.scan;

	if (c->quoted) {
		take_quoted(s, byte);
		return;
	}
	if (!c->bracket && byte == '"') {
		c->quoted = true;
		c->string = false;
		return;
	}
	if (!c->bracket && (byte == '(' || byte == ')' || byte == ' ')) {
		if (c->depth == 1)
			end_word(s);
		c->depth = (uint16_t)(c->depth + (byte == '(' && c->depth < UINT16_MAX) -
			(byte == ')' && c->depth > 0));
		c->value = byte == '(' ? NOTHING : c->value;
		return;
	}
	if (c->depth != 1)
		return;
	if (byte == '[' || byte == ']')
		c->bracket = byte == '[';
	if (c->word_len < HG_IMAP_WORD)
		c->word[c->word_len++] = byte;
}

void
hg_imap_fetch_text(struct hg_imap *s, struct hg_span text)
{
	for (size_t i = 0; i < text.len; i++)
		take_byte(s, text.p[i]);
}

/* ---- the message that is open ---- */

void
hg_imap_mail_end(struct hg_imap *s, bool whole)
{
	struct hg_imap_tx *tx = hg_imap_tx_of(s, s->mail.tx);

	s->mail.tx = UINT64_MAX;
	if (tx == NULL)
		return;
	hg_message_end(&tx->message, whole);
	hg_tx_end(&tx->base);
}

void
hg_imap_mail_forget(struct hg_imap *s)
{
	hg_imap_mail_end(s, false);
	s->mail.has_head = false;
}

static void
begin_mail(struct hg_imap *s, struct hg_span section, bool partial)
{
	const struct hg_imap_server *v = &s->server;
	const struct hg_imap_wait *w = hg_imap_wait_first(s, HG_IMAP_FETCH);
	const struct hg_imap_tx *command = w == NULL ? NULL : hg_imap_tx_of(s, w->tx);
	struct hg_imap_tx *tx;

	hg_imap_mail_end(s, s->mail.done);
	s->sum.fetched++;
	s->mail.done = false;
	tx = hg_imap_message(s, HG_TO_CLIENT);
	if (tx == NULL)
		return;
	s->mail.tx = tx->base.id;
	s->mail.partial = partial;
	s->mail.number = tx->number = v->number;
	s->mail.uid = tx->uid = v->uid;
	s->mail.next = 0;
	tx->section = hg_span_keep(&tx->base.arena, section);
	tx->mailbox = hg_span_keep(&tx->base.arena, hg_buf_span(&s->selected));
	if (hg_buf_len(&s->selected_raw) > 0)
		tx->mailbox_raw = hg_span_keep(&tx->base.arena, hg_buf_span(&s->selected_raw));
	if (command == NULL)
		return;
	tx->tag = hg_span_keep(&tx->base.arena, command->tag);
	tx->command = hg_span_keep(&tx->base.arena, command->command);
}

static bool
is_same(const struct hg_imap *s, uint32_t number, uint32_t uid)
{
	const struct hg_imap_server *v = &s->server;

	return v->uid != 0 && uid != 0 ? v->uid == uid : v->number == number;
}

/* ---- what a literal is ---- */

struct part {
	struct hg_span section; /* between the brackets */
	bool partial;
	uint64_t from;
};

/* false: it is nothing of a message. */
static bool
part_of(struct hg_span item, struct part *p)
{
	size_t open = hg_span_find(item, 0, '['), close = hg_span_find(item, 0, ']'), from;

	*p = (struct part){ .partial = false };
	if (is_item(item, HG_BYTES("RFC822"))) {
		p->section = hg_span_from(item, item.len > 6 ? 7 : 6);
		return true;
	}
	if (!is_body(item) || close == SIZE_MAX)
		return false;
	p->section = hg_span_sub(item, open + 1, close - open - 1);
	from = hg_span_find(item, close, '<');
	p->partial = from != SIZE_MAX;
	if (p->partial)
		p->from = number_of(hg_span_from(item, from + 1));
	return true;
}

static void
note_item(struct hg_imap *s, const struct part *p, uint64_t bytes)
{
	const struct hg_imap_wait *w = hg_imap_wait_first(s, HG_IMAP_FETCH);
	struct hg_imap_tx *tx = w == NULL ? NULL : hg_imap_tx_of(s, w->tx);
	struct hg_imap_item *item;

	s->sum.fetched_bytes += bytes;
	if (tx == NULL)
		return;
	tx->bytes += bytes;
	if (tx->items == NULL)
		tx->items = hg_arena_take0(&tx->base.arena, HG_IMAP_ITEMS * sizeof(*tx->items));
	if (tx->items == NULL || tx->n_items == HG_IMAP_ITEMS)
		return;
	item = &tx->items[tx->n_items++];
	*item = (struct hg_imap_item){ .number = s->server.number, .uid = s->server.uid, .bytes = bytes };
	item->section = hg_span_keep(&tx->base.arena, p->section);
}

static bool
is_head(struct hg_span section, struct hg_span *of)
{
	*of = HG_SPAN_NONE;
	if (hg_span_eq_nocase(section, HG_BYTES("HEADER")))
		return true;
	if (section.len < 5 || !hg_span_eq_nocase(hg_span_from(section, section.len - 5), HG_BYTES(".MIME")))
		return false;
	*of = hg_span_sub(section, 0, section.len - 5);
	return true;
}

static void
begin_head(struct hg_imap *s, struct hg_span of)
{
	struct hg_imap_mail *m = &s->mail;

	hg_buf_clear(&m->head);
	m->has_head = true;
	m->head_number = s->server.number;
	m->head_len = (uint16_t)HG_MIN(of.len, sizeof(m->head_section));
	if (m->head_len > 0)
		memcpy(m->head_section, of.p, m->head_len);
	s->server.into = HG_IMAP_PART_HEAD;
}

/* The header of this text was fetched before it. */
static bool
has_head(const struct hg_imap *s, struct hg_span section)
{
	const struct hg_imap_mail *m = &s->mail;
	const bool text = hg_span_eq_nocase(section, HG_BYTES("TEXT"));

	return m->has_head && m->head_number == s->server.number &&
		(text ? m->head_len == 0
		      : m->head_len > 0 && hg_span_eq(hg_span(m->head_section, m->head_len), section));
}

static void
begin_text(struct hg_imap *s, struct hg_span section)
{
	struct hg_imap_tx *tx;

	begin_mail(s, section, false);
	tx = hg_imap_tx_of(s, s->mail.tx);
	if (tx != NULL)
		hg_message_bytes(&tx->message, hg_buf_span(&s->mail.head));
	s->server.into = HG_IMAP_PART_MAIL;
}

/* Pieces are joined as long as each begins where the one before has ended. */
static void
begin_piece(struct hg_imap *s, const struct part *p, uint64_t bytes)
{
	struct hg_imap_mail *m = &s->mail;
	const bool goes_on =
		m->tx != UINT64_MAX && m->partial && is_same(s, m->number, m->uid) && p->from == m->next;

	if (!goes_on && p->from > 0) {
		if (bytes > 0) /* clients ask once more behind the end */
			hg_imap_odd(s, HG_TO_CLIENT, HG_IMAP_UNJOINED);
		return;
	}
	if (!goes_on)
		begin_mail(s, p->section, true);
	s->server.into = HG_IMAP_PART_MAIL;
}

void
hg_imap_fetch_literal(struct hg_imap *s, uint64_t bytes)
{
	struct hg_imap_server *v = &s->server;
	struct hg_span of, item;
	struct part p;

	end_word(s);
	item = hg_span(v->scan.item, v->scan.item_len);
	v->into = HG_IMAP_PART_NONE;
	if (v->scan.depth != 1 || !part_of(item, &p))
		return;
	note_item(s, &p, bytes);
	if (is_head(p.section, &of) && !p.partial) {
		begin_head(s, of);
		return;
	}
	if (p.section.len == 0 && p.partial) {
		begin_piece(s, &p, bytes);
	} else if (p.section.len == 0) {
		begin_mail(s, p.section, false);
		v->into = HG_IMAP_PART_MAIL;
	} else if (!p.partial && has_head(s, p.section)) {
		begin_text(s, p.section);
	}
	v->body |= v->into == HG_IMAP_PART_MAIL;
}

void
hg_imap_fetch_bytes(struct hg_imap *s, struct hg_span bytes)
{
	struct hg_imap_mail *m = &s->mail;
	struct hg_imap_tx *tx;

	if (s->server.into == HG_IMAP_PART_HEAD) {
		m->has_head &= hg_buf_append(&m->head, bytes);
	} else if (s->server.into == HG_IMAP_PART_MAIL) {
		tx = hg_imap_tx_of(s, m->tx);
		if (tx != NULL)
			hg_message_bytes(&tx->message, bytes);
		m->next += bytes.len;
	}
	s->server.piece += bytes.len;
}

void
hg_imap_fetch_gap(struct hg_imap *s, uint64_t bytes)
{
	struct hg_imap_tx *tx = hg_imap_tx_of(s, s->mail.tx);

	if (s->server.into == HG_IMAP_PART_HEAD)
		s->mail.has_head = false;
	if (s->server.into == HG_IMAP_PART_MAIL && tx != NULL)
		hg_message_gap(&tx->message, bytes);
	if (s->server.into == HG_IMAP_PART_MAIL)
		s->mail.next += bytes;
	s->server.piece += bytes;
}

/* The piece that is shorter than what was asked for is the last. */
void
hg_imap_fetch_literal_end(struct hg_imap *s)
{
	struct hg_imap_mail *m = &s->mail;
	const uint64_t piece = s->server.piece;

	s->server.piece = 0;
	if (s->server.into != HG_IMAP_PART_MAIL)
		return;
	s->server.into = HG_IMAP_PART_NONE;
	m->done = !m->partial;
	if (m->partial)
		s->server.last = piece == 0 || (s->asked != 0 && piece < s->asked);
}

/* What the response says of the message may stand behind its bytes. */
void
hg_imap_fetch_end(struct hg_imap *s)
{
	struct hg_imap_server *v = &s->server;
	const struct hg_imap_wait *w = hg_imap_wait_first(s, HG_IMAP_FETCH);
	struct hg_imap_tx *tx = w == NULL ? NULL : hg_imap_tx_of(s, w->tx);

	end_word(s);
	if (tx != NULL)
		tx->messages++;
	if (!v->body)
		return;
	if (!s->mail.partial || v->last || (v->size != 0 && s->mail.next >= v->size))
		hg_imap_mail_end(s, true);
	v->last = false;
}
