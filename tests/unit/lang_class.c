#include "check.h"

#include <errno.h>

#include "rules/lang/class.h"

static struct hg_text *
text_of(const char *s)
{
	struct hg_text *t = NULL;

	CU_ASSERT_EQUAL_FATAL(hg_text_of(&t, "t.config", hg_span_str(s), NULL), 0);
	return t;
}

static void
test_class_and_reference_lines_are_read(void)
{
	struct hg_text *t = text_of("# x\nconfig classification: web-attack,Attack, on the web, 2\n");
	struct hg_class c;
	struct hg_reference ref;

	CU_ASSERT_EQUAL_FATAL(hg_class_next(t, &c, NULL), 1);
	hg_check_span("name", c.name, HG_BYTES("web-attack"));
	hg_check_span("text", c.text, HG_BYTES("Attack, on the web"));
	hg_check_u64("priority", c.priority, 2);
	hg_check_u64("end", (uint64_t)hg_class_next(t, &c, NULL), 0);
	hg_text_close(t);

	t = text_of("config reference: cve   http://cve.example/?name=\n");
	CU_ASSERT_EQUAL_FATAL(hg_reference_next(t, &ref, NULL), 1);
	hg_check_span("name", ref.name, HG_BYTES("cve"));
	hg_check_span("url", ref.url, HG_BYTES("http://cve.example/?name="));
	hg_text_close(t);
}

static void
test_limit_lines_are_read(void)
{
	struct hg_text *t =
		text_of("event_filter gen_id 1, sig_id 0, type both, track by_both, count 3, seconds 60\n"
			"rate_filter gen_id 1, sig_id 2, track by_rule, count 9, seconds 6, \\\n"
			" new_action drop, timeout 10\n"
			"suppress gen_id 0, sig_id 0\n"
			"suppress gen_id 1, sig_id 3, track by_either, ip [10.0.0.0/8,!10.0.0.1]\n");
	struct hg_limit l;

	CU_ASSERT_EQUAL_FATAL(hg_limit_next(t, &l, NULL), 1);
	hg_check_bool("event",
		l.kind == HG_LIMIT_EVENT && l.type == HG_LIMIT_BOTH && l.track == HG_LIMIT_BY_BOTH, true);
	hg_check_bool("numbers", l.gid == 1 && l.sid == 0 && l.count == 3 && l.seconds == 60, true);
	CU_ASSERT_EQUAL_FATAL(hg_limit_next(t, &l, NULL), 1);
	hg_check_bool("rate", l.kind == HG_LIMIT_RATE && l.track == HG_LIMIT_BY_RULE, true);
	hg_check_bool("action", l.new_action == HG_LIMIT_DROP && l.timeout == 10, true);
	CU_ASSERT_EQUAL_FATAL(hg_limit_next(t, &l, NULL), 1);
	hg_check_bool(
		"all", l.kind == HG_LIMIT_SUPPRESS && l.track == HG_LIMIT_BY_NONE && l.ip.len == 0, true);
	CU_ASSERT_EQUAL_FATAL(hg_limit_next(t, &l, NULL), 1);
	hg_check_u64("track", l.track, HG_LIMIT_BY_EITHER);
	hg_check_span("ip", l.ip, HG_BYTES("[10.0.0.0/8,!10.0.0.1]"));
	hg_text_close(t);
}

static int
any_class(struct hg_text *t, struct hg_error *err)
{
	struct hg_class c;

	return hg_class_next(t, &c, err);
}

static int
any_reference(struct hg_text *t, struct hg_error *err)
{
	struct hg_reference r;

	return hg_reference_next(t, &r, err);
}

static int
any_limit(struct hg_text *t, struct hg_error *err)
{
	struct hg_limit l;

	return hg_limit_next(t, &l, err);
}

static void
test_errors_of_lines_carry_their_place(void)
{
	static const struct {
		int (*next)(struct hg_text *, struct hg_error *);
		const char *text;
		uint32_t line, column;
	} rows[] = {
		{ any_class, "\nconfig classification: a,b,x", 2, 28 },
		{ any_class, "config classification: a,2", 1, 24 },
		{ any_class, "config classification: a,b,256", 1, 28 },
		{ any_class, "config reference: a b", 1, 8 },
		{ any_class, "classification: a,b,1", 1, 1 },
		{ any_reference, "config reference: cve", 1, 22 },
		{ any_limit, "limit gen_id 1", 1, 1 },
		{ any_limit, "suppress gen_id x, sig_id 1", 1, 17 },
		{ any_limit, "suppress gen_id 1", 1, 1 },
		{ any_limit, "suppress gen_id 1, sig_id 1, sig_id 2", 1, 30 },
		{ any_limit, "suppress gen_id 1, sig_id 1, track by_src", 1, 1 },
		{ any_limit, "suppress gen_id 1, sig_id 1, track by_rule, ip 1.1.1.1", 1, 1 },
		{ any_limit, "suppress gen_id 1, sig_id 1, count 2", 1, 1 },
		{ any_limit, "threshold gen_id 1, sig_id 1, kind limit", 1, 31 },
		{ any_limit, "threshold gen_id 1, sig_id 1, type most", 1, 36 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct hg_text *t = text_of(rows[i].text);
		struct hg_error err = { 0 };

		hg_check_bool(rows[i].text, rows[i].next(t, &err) == -EINVAL, true);
		hg_check_u64(rows[i].text, err.line, rows[i].line);
		hg_check_u64(rows[i].text, err.column, rows[i].column);
		hg_text_close(t);
	}
}

HG_TESTS("lang_class", HG_TEST(test_class_and_reference_lines_are_read), HG_TEST(test_limit_lines_are_read),
	HG_TEST(test_errors_of_lines_carry_their_place))
