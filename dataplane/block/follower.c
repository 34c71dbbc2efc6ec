#include "block/follower.h"

#include <errno.h>

#include "base/region.h"
#include "base/start.h"

#define WORD 64

/* What the replica has to learn of a number, in the order of telling. */
enum { GONE, THERE, LATER, KINDS };

struct hg_follower {
	uint64_t *owes[KINDS]; /* a bit a number */
	uint32_t words, owed[KINDS], hand[KINDS];
	uint64_t delayed;
	bool (*send)(void *arg, const struct hg_block_change *c);
	void *arg;
};

static size_t
bytes(const struct hg_follower *f)
{
	return f->words * sizeof(uint64_t);
}

int
hg_follower_open(struct hg_follower **ret, uint32_t capacity,
	bool (*send)(void *arg, const struct hg_block_change *c), void *arg, struct hg_error *err)
{
	struct hg_follower *f = hg_start_take(sizeof(*f));
	bool good = f != NULL;

	if (!good)
		return hg_error_set(err, -ENOMEM, "no memory for who follows the blocks");
	f->send = send;
	f->arg = arg;
	f->words = (capacity + WORD - 1) / WORD;
	for (unsigned kind = 0; kind < KINDS && good; kind++)
		good = (f->owes[kind] = hg_region_map(bytes(f))) != NULL;
	if (!good) {
		hg_follower_close(f);
		return hg_error_set(
			err, -ENOMEM, "no memory for what %u blocks may owe; lower block.max", capacity);
	}
	*ret = f;
	return 0;
}

void
hg_follower_close(struct hg_follower *f)
{
	if (f == NULL)
		return;
	for (unsigned kind = 0; kind < KINDS; kind++)
		if (f->owes[kind] != NULL)
			hg_region_unmap(f->owes[kind], bytes(f));
	hg_start_give(f);
}

static bool
owes(const struct hg_follower *f, unsigned kind, uint32_t number)
{
	return f->owes[kind][number / WORD] >> number % WORD & 1;
}

static void
owe(struct hg_follower *f, unsigned kind, uint32_t number, bool owed)
{
	if (owes(f, kind, number) == owed)
		return;
	f->owes[kind][number / WORD] ^= UINT64_C(1) << number % WORD;
	f->owed[kind] += owed ? 1 : UINT32_MAX;
}

/* A number that owes THERE alone is not in the replica; one that owes GONE is there as it was before. */
static void
note(struct hg_follower *f, const struct hg_block_change *c)
{
	const bool there = owes(f, THERE, c->number);

	f->delayed++;
	switch (c->op) {
	case HG_BLOCK_PUT:
		owe(f, THERE, c->number, true);
		break;
	case HG_BLOCK_UNTIL:
		owe(f, LATER, c->number, !there);
		break;
	case HG_BLOCK_DROP:
		owe(f, GONE, c->number, owes(f, GONE, c->number) || !there);
		owe(f, THERE, c->number, false);
		owe(f, LATER, c->number, false);
		break;
	}
}

void
hg_follower_tell(struct hg_follower *f, const struct hg_block_change *c)
{
	if (hg_follower_owed(f) != 0 || !f->send(f->arg, c))
		note(f, c);
}

/* The next number that owes this; there is one. */
static uint32_t
next(struct hg_follower *f, unsigned kind)
{
	uint32_t word = f->hand[kind];

	while (f->owes[kind][word] == 0)
		word = word + 1 == f->words ? 0 : word + 1;
	f->hand[kind] = word;
	return word * WORD + (uint32_t)__builtin_ctzll(f->owes[kind][word]);
}

static bool
send_one(struct hg_follower *f, const struct hg_ledger *l, unsigned kind)
{
	static const enum hg_block_op ops[KINDS] = {
		[GONE] = HG_BLOCK_DROP, [THERE] = HG_BLOCK_PUT, [LATER] = HG_BLOCK_UNTIL
	};
	struct hg_block_change c = { .op = ops[kind], .number = next(f, kind) };
	struct hg_block_line line;

	if (kind != GONE && hg_ledger_line(l, c.number, &line)) {
		c.until = line.until;
		c.match = line.match;
	}
	if (!f->send(f->arg, &c))
		return false;
	owe(f, kind, c.number, false);
	return true;
}

void
hg_follower_catch_up(struct hg_follower *f, const struct hg_ledger *l, unsigned most)
{
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (; f->owed[kind] != 0; most--)
			if (most == 0 || !send_one(f, l, kind))
				return;
}

uint64_t
hg_follower_owed(const struct hg_follower *f)
{
	return (uint64_t)f->owed[GONE] + f->owed[THERE] + f->owed[LATER];
}

bool
hg_follower_owes(const struct hg_follower *f, uint32_t number)
{
	return owes(f, GONE, number) || owes(f, THERE, number) || owes(f, LATER, number);
}

uint64_t
hg_follower_delayed(const struct hg_follower *f)
{
	return f->delayed;
}
