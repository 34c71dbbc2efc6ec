#include "check.h"

#include <errno.h>
#include <stdio.h>

#include "rules/lang/rule.h"

static struct hg_text *
text_of(const char *s)
{
	struct hg_text *t = NULL;

	CU_ASSERT_EQUAL_FATAL(hg_text_of(&t, "t.rules", hg_span_str(s), NULL), 0);
	return t;
}

static void
test_rule_gives_its_header_and_options(void)
{
	struct hg_text *t = text_of("# comment\n\n  \nreject http [10.0.0.1, !10.0.0.2] any <> $X [80,81] "
				    "( msg : \"a\\; b\" ; nocase; x:;)\r\n");
	struct hg_rule_text *r = NULL;

	CU_ASSERT_EQUAL_FATAL(hg_rule_next(t, &r, NULL), 1);

	hg_check_u64("line", r->line, 4);
	hg_check_u64("action", r->action, HG_ACTION_REJECT);
	hg_check_bool("both ways", r->both_ways, true);
	hg_check_span("protocol", r->protocol, HG_BYTES("http"));
	hg_check_span("src", r->src, HG_BYTES("[10.0.0.1, !10.0.0.2]"));
	hg_check_span("src port", r->src_port, HG_BYTES("any"));
	hg_check_span("dst", r->dst, HG_BYTES("$X"));
	hg_check_span("dst port", r->dst_port, HG_BYTES("[80,81]"));
	CU_ASSERT_EQUAL_FATAL(r->n, 3);
	hg_check_span("name", r->options[0].name, HG_BYTES("msg"));
	hg_check_span("value", r->options[0].value, HG_BYTES("\"a\\; b\""));
	hg_check_bool("no value", r->options[1].has_value, false);
	hg_check_bool("empty value", r->options[2].has_value, true);
	hg_check_u64("end", (uint64_t)hg_rule_next(t, &r, NULL), 0);
	hg_text_close(t);
}

static void
test_rule_errors_carry_their_place(void)
{
	static const struct {
		const char *text;
		uint32_t line, column;
	} rows[] = {
		{ "alart tcp any any -> any any (sid:1;)", 1, 1 },
		{ "\nalert tcp any any => any any (sid:1;)", 2, 19 },
		{ "\n alert tcp any any -> any any (sid:1;)", 2, 1 },
		{ "alert tcp any any -> any (sid:1;)", 1, 26 },
		{ "alert tcp any any -> any any", 1, 29 },
		{ "alert tcp any any -> any any (", 1, 29 },
		{ "alert tcp any any -> any any (sid:1)", 1, 31 },
		{ "alert tcp any any -> any any (;)", 1, 31 },
		{ "alert tcp any any -> any any (msg:\"\x01\";)", 1, 36 },
		{ "alert tcp any any -> any any (msg:\"\xff\";)", 1, 36 },
		{ "alert tcp any any \\\n-> any any \\ \r\n (msg:\"\xc0\";)", 3, 8 },
		{ "alert tcp any any \\\n-> any any (sid:1; x)", 2, 20 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_text *t = text_of(rows[i].text);
		struct hg_rule_text *r;
		struct hg_error err = { 0 };

		hg_check_bool(rows[i].text, hg_rule_next(t, &r, &err) == -EINVAL, true);
		hg_check_u64(rows[i].text, err.line, rows[i].line);
		hg_check_u64(rows[i].text, err.column, rows[i].column);
		hg_check_str(rows[i].text, err.file, "t.rules");
		hg_text_close(t);
	}
}

static void
test_rule_after_a_bad_one_is_read(void)
{
	struct hg_text *t = text_of("nonsense\npass ip any any -> any any (sid:1;)");
	struct hg_rule_text *r = NULL;

	hg_check_bool("bad", hg_rule_next(t, &r, NULL) == -EINVAL, true);
	CU_ASSERT_EQUAL_FATAL(hg_rule_next(t, &r, NULL), 1);
	hg_check_span("sid", hg_rule_find(r, HG_BYTES("sid"))->value, HG_BYTES("1"));
	hg_text_close(t);
}

static void
test_parentheses_are_not_counted(void)
{
	static const char *const rows[] = { "alert ip any any -> any any (sid:1;)",
		"alert ip any any -> any any sid:1;", "alert ip any any -> any any (sid:1;",
		"alert ip any any -> any any ( sid:1; )) ", "alert\tip any any -> any any(sid:1;)" };

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_text *t = text_of(rows[i]);
		struct hg_rule_text *r = NULL;

		CU_ASSERT_EQUAL_FATAL(hg_rule_next(t, &r, NULL), 1);
		hg_check_u64(rows[i], r->n, 1);
		hg_check_span(rows[i], r->options[0].value, HG_BYTES("1"));
		hg_text_close(t);
	}
}

HG_TESTS("lang_rule", HG_TEST(test_parentheses_are_not_counted),
	HG_TEST(test_rule_gives_its_header_and_options), HG_TEST(test_rule_errors_carry_their_place),
	HG_TEST(test_rule_after_a_bad_one_is_read))
