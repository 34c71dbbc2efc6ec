#include "keyword_drive.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "keyword_catalog.h"
#include "rules/lang/rule.h"

static char dump[4096];
static size_t dumped;

static void __attribute__((format(printf, 1, 2))) put(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (dumped < sizeof(dump))
		dumped += (size_t)vsnprintf(dump + dumped, sizeof(dump) - dumped, format, args);
	va_end(args);
}

static void *
take(void *arena, size_t size)
{
	struct keyword_rule *rule = arena;
	void **more = realloc(rule->blocks, (rule->n_blocks + 1) * sizeof(more[0]));

	if (more == NULL)
		return NULL;
	rule->blocks = more;
	more[rule->n_blocks] = calloc(1, size == 0 ? 1 : size);
	return more[rule->n_blocks++];
}

static void
apply(struct keyword_rule *rule, const struct hg_rule_text *r)
{
	const uint8_t *begin = (const uint8_t *)strchr((const char *)r->raw.p, '(') + 1;

	for (uint32_t i = 0; i < r->n; i++) {
		const struct hg_rule_option *o = &r->options[i];
		uint32_t column = (uint32_t)(o->name.p - begin) + 1;
		struct hg_arg arg = hg_arg_of(
			o->value, o->has_value, o->has_value ? (uint32_t)(o->value.p - begin) + 1 : 0);

		if (hg_keyword_apply(&rule->draft, o->name, &arg, column) != 0)
			return;
	}
	hg_draft_finish(&rule->draft);
}

static int
open_as(struct keyword_rule *rule, const char *protocol, const char *options, bool suricata7)
{
	struct hg_rule_text *r;
	struct hg_text *text;
	struct hg_error err;
	char line[1024];

	memset(rule, 0, sizeof(*rule));
	rule->shared.catalog = &test_catalog;
	rule->shared.suricata7 = suricata7;
	hg_draft_init(&rule->draft, &rule->shared, take, rule);
	snprintf(line, sizeof(line), "alert %s any any -> any any (%s sid:1;)", protocol, options);
	if (hg_text_of(&text, "", hg_span_str(line), &err) != 0)
		return err.code;
	if (hg_rule_next(text, &r, &err) == 1) {
		rule->draft.proto_name = protocol;
		for (unsigned i = 0; i < test_catalog.n_protos; i++)
			if (strcmp(protocol, test_catalog.protos[i].name) == 0)
				rule->draft.protos = HG_PROTO_BIT(test_catalog.protos[i].proto);
		apply(rule, r);
	} else {
		rule->draft.error = err;
	}
	hg_text_close(text);
	return rule->draft.error.code;
}

int
keyword_rule_open(struct keyword_rule *rule, const char *protocol, const char *options)
{
	return open_as(rule, protocol, options, true);
}

int
keyword_rule_open_native(struct keyword_rule *rule, const char *protocol, const char *options)
{
	return open_as(rule, protocol, options, false);
}

void
keyword_rule_close(struct keyword_rule *rule)
{
	hg_draft_shared_fini(&rule->shared);
	for (size_t i = 0; i < rule->n_blocks; i++)
		free(rule->blocks[i]);
	free(rule->blocks);
}

static const struct {
	uint32_t flag;
	const char *name;
} flag_names[] = { { HG_INS_NEGATED, "not" }, { HG_INS_NOCASE, "nocase" }, { HG_INS_STARTS, "starts" },
	{ HG_INS_ENDS, "ends" }, { HG_INS_RELATIVE, "relative" }, { HG_INS_RETRY, "retry" },
	{ HG_INS_LITTLE, "little" }, { HG_INS_STRING, "string" }, { HG_INS_ALIGN, "align" },
	{ HG_INS_FROM_BEGINNING, "begin" }, { HG_INS_FROM_END, "end" }, { HG_INS_DCE, "dce" },
	{ HG_INS_VAR_BYTES, "var-bytes" }, { HG_INS_VAR_OFFSET, "var-offset" },
	{ HG_INS_VAR_DEPTH, "var-depth" }, { HG_INS_VAR_DISTANCE, "var-distance" },
	{ HG_INS_VAR_WITHIN, "var-within" }, { HG_INS_VAR_VALUE, "var-value" } };

static void
put_operands(const struct hg_ins *ins)
{
	switch ((enum hg_op)ins->op) {
	case HG_OP_CONTENT:
	case HG_OP_TEXT:
		put("\"%.*s\"", (int)ins->content.len, (const char *)ins->content.bytes);
		if (ins->flags & HG_INS_OFFSET)
			put(" offset %d", ins->content.offset);
		if (ins->flags & HG_INS_DEPTH)
			put(" depth %d", ins->content.depth);
		if (ins->flags & HG_INS_DISTANCE)
			put(" distance %d", ins->content.distance);
		if (ins->flags & HG_INS_WITHIN)
			put(" within %d", ins->content.within);
		break;
	case HG_OP_RANGES:
		for (uint32_t i = 0; i < ins->ranges.n; i++)
			put("%s%" PRIu64 "-%" PRIu64, i == 0 ? "" : ",", ins->ranges.list[i].first,
				ins->ranges.list[i].last);
		break;
	case HG_OP_SIZE:
	case HG_OP_NUMBER:
	case HG_OP_ISDATAAT:
		put("%u %llu %llu", ins->compare, (unsigned long long)ins->range.a,
			(unsigned long long)ins->range.b);
		break;
	case HG_OP_BYTE_TEST:
	case HG_OP_BYTE_JUMP:
	case HG_OP_BYTE_EXTRACT:
	case HG_OP_BYTE_MATH:
		put("%u@%d base %u %u %lld x%u &%x var %u align %u bytes-var %u math %u", ins->bytes,
			ins->num.offset, ins->base, ins->compare, (long long)ins->num.value,
			ins->num.multiplier, ins->num.mask, ins->num.var, ins->num.align, ins->num.bytes_var,
			ins->num.math);
		break;
	case HG_OP_BASE64_DECODE:
		put("bytes %u offset %u", ins->base64.bytes, ins->base64.offset);
		break;
	case HG_OP_PCRE:
		put("captures %u", ins->pcre.n_captures);
		break;
	case HG_OP_DATASET:
	case HG_OP_DATAREP:
		put("set %u command %u score %u %u ttl %u", ins->set.index, ins->set.command, ins->compare,
			ins->set.score, ins->set.ttl);
		break;
	case HG_OP_ASN1:
		put("what %u placed %u offset %d oversize %u strict %u", ins->asn1.what, ins->asn1.placed,
			ins->asn1.offset, ins->asn1.oversize, ins->asn1.strict);
		break;
	case HG_OP_ENTROPY:
		put("bytes %u offset %u %u %llu", ins->entropy.bytes, ins->entropy.offset, ins->compare,
			(unsigned long long)ins->entropy.bits);
		break;
	case HG_OP_ABSENT:
		put("or else %u", ins->or_else);
		break;
	case HG_OP_BASE64_DATA:
		break;
	}
}

static void
put_ins(const struct hg_ins *ins)
{
	static const char *const ops[] = {
		[HG_OP_CONTENT] = "content",
		[HG_OP_PCRE] = "pcre",
		[HG_OP_ISDATAAT] = "isdataat",
		[HG_OP_BYTE_TEST] = "test",
		[HG_OP_BYTE_JUMP] = "jump",
		[HG_OP_BYTE_EXTRACT] = "extract",
		[HG_OP_BYTE_MATH] = "math",
		[HG_OP_SIZE] = "size",
		[HG_OP_NUMBER] = "number",
		[HG_OP_BASE64_DECODE] = "base64",
		[HG_OP_BASE64_DATA] = "decoded",
		[HG_OP_TEXT] = "text",
		[HG_OP_DATASET] = "dataset",
		[HG_OP_DATAREP] = "datarep",
		[HG_OP_ASN1] = "asn1",
		[HG_OP_RANGES] = "ranges",
		[HG_OP_ENTROPY] = "entropy",
		[HG_OP_ABSENT] = "absent",
	};

	put("%s ", ops[ins->op]);
	put_operands(ins);
	for (size_t i = 0; i < HG_COUNT(flag_names); i++)
		if (ins->flags & flag_names[i].flag)
			put(" %s", flag_names[i].name);
}

const char *
keyword_rule_lists(const struct keyword_rule *rule)
{
	const struct hg_draft *d = &rule->draft;

	dumped = 0;
	dump[0] = 0;
	for (unsigned i = 0; i < d->n_lists; i++) {
		const struct hg_draft_list *l = &d->lists[i];

		put("%s%s", i > 0 ? " " : "", l->buffer == NULL ? "payload" : l->buffer);
		for (unsigned t = 0; t < l->n_transforms; t++)
			put("|%u", l->transforms[t].op);
		put("[");
		for (unsigned k = 0; k < l->n; k++) {
			put("%s", k > 0 ? ", " : "");
			put_ins(&l->ins[k]);
		}
		put("]");
	}
	return dump;
}

const char *
keyword_rule_tests(const struct keyword_rule *rule)
{
	const struct hg_draft *d = &rule->draft;

	dumped = 0;
	dump[0] = 0;
	for (unsigned i = 0; i < d->n_tests; i++) {
		const struct hg_test *t = &d->tests[i];

		put("%stest %u field %u mode %u %s%u %llu %llu ids %u", dumped > 0 ? ", " : "", t->op,
			t->field, t->mode, t->negated ? "not " : "", t->compare, (unsigned long long)t->a,
			(unsigned long long)t->b, t->n);
	}
	for (unsigned i = 0; i < d->n_posts; i++)
		put("%spost %u mode %u id %u value %u%s", dumped > 0 ? ", " : "", d->posts[i].op,
			d->posts[i].mode, d->posts[i].id, d->posts[i].value, d->posts[i].var ? " var" : "");
	return dump;
}
