/* Sessions: who logged in, and so who does what follows; and where in the server it is done. */
#include "app/smb/smb_int.h"
#include "base/text.h"

static bool
keeps(const struct hg_app *app)
{
	return !hg_as_peer(app->suricata7, HG_DIFF_SMB_WHO);
}

struct hg_smb_session *
hg_smb_session_find(struct hg_app *app, uint64_t id)
{
	struct hg_smb *s = app->state;

	for (struct hg_smb_session **link = &s->sessions; *link != NULL; link = &(*link)->next) {
		struct hg_smb_session *found = *link;

		if (found->id != id)
			continue;
		*link = found->next;
		found->next = s->sessions;
		s->sessions = found;
		return found;
	}
	return NULL;
}

static void
set_word(struct hg_smb_word *w, struct hg_span text)
{
	if (text.len > sizeof(w->text))
		text = hg_text_cut(hg_span_sub(text, 0, sizeof(w->text)));
	w->len = (uint8_t)text.len;
	if (text.len > 0)
		memcpy(w->text, text.p, text.len);
}

static struct hg_span
word(const struct hg_smb_word *w)
{
	return hg_span(w->text, w->len);
}

/* A record of its own: of the session as it is now. */
static void
tell(struct hg_app *app, const struct hg_smb_session *session)
{
	const struct hg_smb_head h = { .version = 2, .session = session->id };
	struct hg_smb *s = app->state;
	struct hg_smb_tx *tx = hg_smb_open(app, &h, HG_SMB_SUMMARY);
	struct hg_smb_session *of;
	struct hg_smb_traffic *traffic;

	if (tx == NULL)
		return;
	of = hg_arena_take(&tx->tx.arena, sizeof(*of));
	traffic = hg_arena_take(&tx->tx.arena, sizeof(*traffic));
	if (of != NULL && traffic != NULL) {
		*of = *session;
		*traffic = s->traffic;
		tx->of = of;
		tx->traffic = traffic;
	} else {
		tx->tx.unlogged = true;
	}
	hg_smb_done(tx, HG_TO_SERVER);
	hg_smb_done(tx, HG_TO_CLIENT);
}

static void
drop_last(struct hg_app *app, struct hg_smb_tx *tx)
{
	struct hg_smb *s = app->state;
	struct hg_smb_session **link = &s->sessions;

	while (*link != NULL && (*link)->next != NULL)
		link = &(*link)->next;
	if (*link == NULL)
		return;
	hg_tx_anomaly(&tx->tx, HG_TO_CLIENT, HG_SMB_MANY_SESSIONS);
	hg_mem_give(app->mem, *link, sizeof(**link));
	*link = NULL;
	s->n_sessions--;
}

void
hg_smb_session_begin(struct hg_app *app, struct hg_smb_tx *tx)
{
	struct hg_smb *s = app->state;
	struct hg_smb_session *session = keeps(app) ? hg_smb_session_find(app, tx->session) : NULL;

	if (!keeps(app))
		return;
	if (session == NULL) {
		if (s->n_sessions == HG_SMB_SESSIONS)
			drop_last(app, tx);
		session = hg_mem_take0(app->mem, sizeof(*session));
		if (session == NULL)
			return;
		session->id = tx->session;
		session->next = s->sessions;
		s->sessions = session;
		s->n_sessions++;
	}
	if (tx->type != HG_SMB_SESSION || tx->mechanism == NULL)
		return;
	set_word(&session->user, tx->user);
	set_word(&session->domain, tx->kerberos ? tx->realm : tx->domain);
	set_word(&session->host, tx->host);
	set_word(&session->service, tx->n_names > 0 ? tx->names[tx->n_names - 1] : HG_SPAN_NONE);
	session->mechanism = tx->mechanism;
	session->guest = tx->guest;
	session->anonymous = tx->anonymous;
	tx->who = hg_span_keep(&tx->tx.arena, word(&session->user));
	tx->who_domain = hg_span_keep(&tx->tx.arena, word(&session->domain));
}

void
hg_smb_session_end(struct hg_app *app, uint64_t id)
{
	struct hg_smb *s = app->state;
	struct hg_smb_session *session = hg_smb_session_find(app, id);

	if (session == NULL)
		return;
	/* it was found, so it stands first */
	s->sessions = session->next;
	s->n_sessions--;
	tell(app, session);
	hg_mem_give(app->mem, session, sizeof(*session));
}

void
hg_smb_sessions_end(struct hg_app *app)
{
	struct hg_smb *s = app->state;

	while (s->sessions != NULL)
		hg_smb_session_end(app, s->sessions->id);
}

void
hg_smb_sessions_free(struct hg_app *app)
{
	struct hg_smb *s = app->state;

	while (s->sessions != NULL) {
		struct hg_smb_session *first = s->sessions;

		s->sessions = first->next;
		hg_mem_give(app->mem, first, sizeof(*first));
	}
	s->n_sessions = 0;
}

enum { PENDING = 0x103, CANCEL = 12, BREAK = 18 };

void
hg_smb_note_message(struct hg_app *app, enum hg_dir dir, const struct hg_smb_head *h)
{
	struct hg_smb_traffic *t = &((struct hg_smb *)app->state)->traffic;

	t->messages[dir]++;
	t->with_signature[dir] += h->is_signed;
	if (h->version == 1)
		return;
	if (dir == HG_TO_SERVER)
		t->credits_asked += h->credits;
	else
		t->credits_granted += h->credits;
	t->pending += dir == HG_TO_CLIENT && h->async && h->status == PENDING;
	t->cancelled += dir == HG_TO_SERVER && h->command == CANCEL;
	t->breaks += dir == HG_TO_CLIENT && h->command == BREAK && h->message == UINT64_MAX;
}

void
hg_smb_note_who(struct hg_app *app, const struct hg_smb_head *h, struct hg_smb_tx *tx)
{
	const struct hg_keyed_key key = hg_smb_key(h, HG_SMB_KEY_TREE);
	const struct hg_smb_session *session;
	const struct hg_keyed_slot *tree;

	if (!keeps(app))
		return;
	tx->is_signed = h->is_signed;
	tx->async = h->async;
	tx->related = h->related;
	session = h->session == 0 ? NULL : hg_smb_session_find(app, h->session);
	if (session != NULL) {
		tx->who = hg_span_keep(&tx->tx.arena, word(&session->user));
		tx->who_domain = hg_span_keep(&tx->tx.arena, word(&session->domain));
		tx->guest = session->guest;
		tx->anonymous = session->anonymous;
	}
	tree = h->version == 0 ? NULL : hg_keyed_find(&((struct hg_smb *)app->state)->table, &key);
	if (tree != NULL)
		tx->share = hg_span_keep(&tx->tx.arena, hg_keyed_text_of(tree));
}

static struct hg_span
join(struct hg_smb_tx *tx, struct hg_span name)
{
	const struct hg_span share = tx->share;
	const bool between = name.len > 0 && share.len > 0 && name.p[0] != '\\';
	const size_t len = share.len + between + name.len;
	uint8_t *p = len == 0 ? NULL : hg_arena_take(&tx->tx.arena, len);

	if (p == NULL)
		return HG_SPAN_NONE;
	if (share.len > 0)
		memcpy(p, share.p, share.len);
	if (between)
		p[share.len] = '\\';
	if (name.len > 0)
		memcpy(p + share.len + between, name.p, name.len);
	return hg_span(p, len);
}

void
hg_smb_note_path(struct hg_smb_tx *tx, struct hg_span name)
{
	if (keeps(tx->tx.app))
		tx->path = join(tx, name);
}

void
hg_smb_note_target(struct hg_smb_tx *tx, struct hg_span name)
{
	if (keeps(tx->tx.app))
		tx->target = join(tx, name);
}
