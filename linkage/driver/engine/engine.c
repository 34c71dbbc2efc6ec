#include "linkage/driver/engine/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "linkage/decision/decision.h"
#include "linkage/driver/engine/wire.h"
#include "linkage/io/clock.h"

#define ENGINE_SOCKET "/run/hangu/control.sock"
#define ORDERS_MOST 500 /* of one command: others wait while the engine works on it */
#define PAGE 1000
#define ENTRY_MOST 256 /* bytes of an entry on the wire */
#define RECONNECT (200 * HG_MSEC)
#define PATIENCE (10 * HG_SEC)
#define STATS_EVERY HG_SEC

enum phase {
	DOWN,
	GREETING, /* the version was sent */
	IDLE,
	ADDING,
	DELETING,
	ASKING,   /* block-stats */
	LISTING,  /* block-list, to find entries that no ban covers */
	CLEANING, /* block-del of such */
};

struct plane {
	struct hg_wire wire; /* first: a wire is its plane */
	struct hg_target *target;
	char socket[108];
	enum phase phase;
	hg_time asked_at, retry_at, stats_at;
	struct hg_order orders[ORDERS_MOST]; /* that are under way: first those to add */
	enum hg_answer answers[ORDERS_MOST];
	unsigned n, n_add;
	char epoch[64];
	bool listing;  /* there are pages to look at */
	uint64_t from; /* the number of the first entry of the next */
};

static bool
ready(const struct hg_target *t)
{
	return ((const struct plane *)t->state)->phase == IDLE;
}

static void
answer_all(struct plane *p, const char *why)
{
	const unsigned n = p->n;

	p->n = 0;
	for (unsigned i = 0; i < n; i++)
		hg_target_answer(p->target, &p->orders[i], p->answers[i], why);
}

static void
go_down(struct plane *p, const char *why)
{
	p->phase = DOWN;
	p->retry_at = p->target->decider->now + RECONNECT;
	for (unsigned i = 0; i < p->n; i++)
		p->answers[i] = HG_ANSWER_FAILED;
	answer_all(p, why);
	hg_target_up(p->target, false, why);
}

static void
drop(struct plane *p, const char *why)
{
	hg_wire_close(&p->wire);
	go_down(p, why);
}

static bool
say(struct plane *p, struct hg_json *j, enum phase phase)
{
	const struct hg_span line = hg_json_done(j);

	if (line.len == 0) {
		drop(p, "a command does not fit");
		return false;
	}
	/* The buffer has one byte more than the writer was told of. */
	p->wire.out[line.len] = '\n';
	p->phase = phase;
	p->asked_at = p->target->decider->now;
	hg_wire_send(&p->wire, line.len + 1);
	return true;
}

/* A command with room for its arguments; false: no memory, and the plane is down. */
static bool
begin(struct plane *p, struct hg_json *j, const char *command, unsigned entries)
{
	const size_t size = 256 + (size_t)entries * ENTRY_MOST;
	char *out = hg_wire_room(&p->wire, size);

	if (out == NULL) {
		drop(p, "no memory for a command");
		return false;
	}
	*j = hg_json_of(out, size - 1);
	hg_json_open(j);
	hg_json_cstr(j, "command", command);
	return true;
}

static void
send_plain(struct plane *p, const char *command, enum phase phase)
{
	struct hg_json j;

	if (!begin(p, &j, command, 0))
		return;
	hg_json_close(&j);
	say(p, &j, phase);
}

static void
send_entries(struct plane *p, const char *command, unsigned from, unsigned to, enum phase phase)
{
	struct hg_json j;

	if (!begin(p, &j, command, to - from))
		return;
	hg_json_open_at(&j, "arguments");
	hg_json_array_at(&j, "entries");
	for (unsigned i = from; i < to; i++) {
		const struct hg_order *o = &p->orders[i];
		const struct hg_lease *l = hg_ban_lease(o->ban);
		const uint64_t timeout = hg_driver_timeout(o);
		char text[HG_NET_TEXT];

		hg_json_open(&j);
		hg_json_cstr(&j, "address", hg_net_text(&o->ban->net, text));
		if (o->wanted && timeout != 0)
			hg_json_u64(&j, "ttl", timeout);
		if (o->wanted) {
			hg_json_cstr(&j, "id", hg_lease_id_text(o->id, text));
			if (l != NULL && l->why[0] != '\0')
				hg_json_cstr(&j, "reason", l->why);
		}
		hg_json_close(&j);
	}
	hg_json_array_end(&j);
	hg_json_close(&j);
	hg_json_close(&j);
	say(p, &j, phase);
}

/* What is to be added stands first. */
static void
apply(struct hg_target *t, const struct hg_order *orders, unsigned n)
{
	struct plane *p = t->state;

	p->n = 0;
	for (unsigned pass = 0; pass < 2; pass++) {
		for (unsigned i = 0; i < n; i++)
			if (orders[i].wanted == (pass == 0))
				p->orders[p->n++] = orders[i];
		if (pass == 0)
			p->n_add = p->n;
	}
	for (unsigned i = 0; i < p->n; i++)
		p->answers[i] = HG_ANSWER_DONE;
	if (p->n_add > 0)
		send_entries(p, "block-add", 0, p->n_add, ADDING);
	else
		send_entries(p, "block-del", 0, p->n, DELETING);
}

static const char *
message_text(const json_t *root)
{
	const char *text = json_string_value(json_object_get(root, "message"));

	return text == NULL ? "the engine refuses without a word" : text;
}

static void
note_refused(struct plane *p, const json_t *message)
{
	const json_t *refused = json_object_get(message, "refused");

	for (size_t i = 0; i < json_array_size(refused); i++) {
		const json_int_t at =
			json_integer_value(json_object_get(json_array_get(refused, i), "index"));

		if (at >= 0 && (unsigned)at < p->n_add)
			p->answers[at] = HG_ANSWER_REFUSED;
	}
}

static void
next_page(struct plane *p)
{
	struct hg_json j;

	if (!begin(p, &j, "block-list", 0))
		return;
	hg_json_open_at(&j, "arguments");
	hg_json_u64(&j, "from", p->from);
	hg_json_u64(&j, "count", PAGE);
	hg_json_close(&j);
	hg_json_close(&j);
	say(p, &j, LISTING);
}

/* An entry that this program has made and no ban covers: left from a decision that a death came before. */
static bool
is_stray(const struct plane *p, const json_t *entry)
{
	const char *id = json_string_value(json_object_get(entry, "id"));
	const char *address = json_string_value(json_object_get(entry, "address"));
	const struct hg_ban *ban;
	struct hg_net net;

	if (id == NULL || strncmp(id, "hl", 2) != 0 || address == NULL ||
		hg_net_parse(address, &net, NULL) < 0)
		return false;
	ban = hg_bans_find(&p->target->decider->bans, &net);
	return ban == NULL || !hg_ban_wanted(ban, p->target->index) || p->target->decider->open;
}

static void
clean(struct plane *p, const json_t *message)
{
	const json_t *entries = json_object_get(message, "entries"), *next = json_object_get(message, "next");
	const size_t n = json_array_size(entries);
	struct hg_json j;
	size_t strays = 0;

	if (!begin(p, &j, "block-del", PAGE))
		return;
	hg_json_open_at(&j, "arguments");
	hg_json_array_at(&j, "entries");
	for (size_t i = 0; i < n; i++) {
		const json_t *entry = json_array_get(entries, i);

		if (!is_stray(p, entry))
			continue;
		strays++;
		hg_json_open(&j);
		hg_json_cstr(&j, "address", json_string_value(json_object_get(entry, "address")));
		hg_json_close(&j);
	}
	hg_json_array_end(&j);
	hg_json_close(&j);
	hg_json_close(&j);
	p->listing = next != NULL;
	p->from = (uint64_t)json_integer_value(next);
	if (strays > 0)
		say(p, &j, CLEANING);
}

static void
take_stats(struct plane *p, const json_t *message)
{
	const char *epoch = json_string_value(json_object_get(message, "epoch"));
	const bool again = epoch != NULL && strcmp(epoch, p->epoch) == 0;
	const json_int_t entries = json_integer_value(json_object_get(message, "entries"));

	if (again && p->target->up) {
		/* Ours outlive their leases: with fewer than we know of, somebody has deleted some. */
		if (entries < p->target->held) {
			hg_target_repaired(p->target, "entries were deleted by another program");
			hg_target_resync(p->target, false);
		}
		return;
	}
	snprintf(p->epoch, sizeof(p->epoch), "%s", epoch == NULL ? "" : epoch);
	p->listing = true;
	p->from = 0;
	if (p->target->up)
		hg_target_repaired(p->target, "the engine was started anew");
	hg_target_up(p->target, true, "connected to the engine");
	hg_target_resync(p->target, !again);
}

static void
heard(struct hg_wire *w, json_t *root, const char *why)
{
	struct plane *p = (struct plane *)w;
	const json_t *message = json_object_get(root, "message");
	const enum phase phase = p->phase;
	const char *said = json_string_value(json_object_get(root, "return"));
	const bool ok = said != NULL && strcmp(said, "OK") == 0;

	if (root == NULL) {
		go_down(p, why);
		return;
	}
	p->phase = IDLE;
	if (phase == GREETING && ok) {
		send_plain(p, "block-stats", ASKING);
	} else if (phase == GREETING || (phase == ASKING && !ok)) {
		drop(p, message_text(root));
	} else if (phase == ASKING) {
		p->stats_at = p->target->decider->now;
		take_stats(p, message);
	} else if (phase == LISTING && ok) {
		clean(p, message);
	} else if (phase == ADDING || phase == DELETING) {
		const unsigned from = phase == ADDING ? 0 : p->n_add, to = phase == ADDING ? p->n_add : p->n;

		for (unsigned i = from; !ok && i < to; i++)
			p->answers[i] = HG_ANSWER_FAILED;
		if (phase == ADDING)
			note_refused(p, message);
		if (phase == ADDING && p->n_add < p->n)
			send_entries(p, "block-del", p->n_add, p->n, DELETING);
		else
			answer_all(p, ok ? "refused by the engine" : message_text(root));
	}
}

static void
connect_plane(struct plane *p)
{
	struct hg_error err = { 0 };
	struct hg_json j;

	p->retry_at = p->target->decider->now + RECONNECT;
	if (hg_wire_open(&p->wire, p->target->loop, p->socket, &err) < 0) {
		hg_target_up(p->target, false, err.text);
		return;
	}
	if (hg_wire_room(&p->wire, 256) == NULL) {
		drop(p, "no memory for a command");
		return;
	}
	j = hg_json_of(p->wire.out, 255);
	hg_json_open(&j);
	hg_json_cstr(&j, "version", "0.2");
	hg_json_close(&j);
	say(p, &j, GREETING);
}

static void
tick(struct hg_target *t, hg_time now)
{
	struct plane *p = t->state;

	if (p->phase == DOWN && now >= p->retry_at)
		connect_plane(p);
	else if (p->phase > IDLE && now >= p->asked_at + PATIENCE)
		drop(p, "the engine does not answer");
	else if (p->phase == GREETING && now >= p->asked_at + PATIENCE)
		drop(p, "the engine does not answer");
	else if (p->phase == IDLE && now >= p->stats_at + STATS_EVERY)
		send_plain(p, "block-stats", ASKING);
	else if (p->phase == IDLE && p->listing && t->bulk.n == 0)
		next_page(p);
}

static int
open_plane(struct hg_target *t, const struct hg_config_node *options, struct hg_error *err)
{
	const struct hg_config_node *path = hg_config_child(options, "socket");
	struct plane *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for target %s", t->name);
	p->wire.watch.fd = -1;
	p->wire.heard = heard;
	p->target = t;
	snprintf(p->socket, sizeof(p->socket), "%s",
		path == NULL || hg_config_text(path) == NULL ? ENGINE_SOCKET : hg_config_text(path));
	t->state = p;
	connect_plane(p);
	return 0;
}

static void
close_plane(struct hg_target *t)
{
	struct plane *p = t->state;

	hg_wire_close(&p->wire);
	free(p);
	t->state = NULL;
}

const struct hg_driver hg_driver_engine = {
	.name = "engine",
	.bulk = ORDERS_MOST,
	.open = open_plane,
	.close = close_plane,
	.ready = ready,
	.apply = apply,
	.tick = tick,
};
