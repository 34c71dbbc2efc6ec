/* The manual page of keywords and buffers, from the same rows as docs/keywords.md and docs/buffers.md. */
#include "app/app.h"
#include "engine/list.h"
#include "rules/keyword/keyword.h"

/* Text for troff: nothing in it is a request or an escape. */
static void
put(FILE *out, const char *text)
{
	for (bool begin = true; *text != '\0'; text++, begin = false) {
		if (begin && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			putc(*text, out);
		if (*text == ',' || *text == '|')
			fputs("\\:", out); /* a line may break here */
	}
}

static void
put_item(FILE *out, const char *name, const char *syntax, const char *doc)
{
	fputs(".TP\n\\fB", out);
	put(out, name);
	fputs("\\fR", out);
	if (syntax != NULL && syntax[0] != '\0') {
		putc(':', out);
		put(out, syntax);
	}
	putc('\n', out);
	put(out, doc);
	putc('\n', out);
}

static const struct section {
	const char *title, *text;
	unsigned kinds; /* 1 << enum hg_keyword_kind */
} sections[] = {
	{ "ABOUT THE RULE", "What alerts show, and how the rule is found.", 1u << HG_KW_META },
	{ "BYTES",
		"Tests over the buffer that was named before, or over the payload; in the rule's order, each "
		"from "
		"where the one before ended when it is relative.",
		1u << HG_KW_CONTENT | 1u << HG_KW_MODIFIER },
	{ "TRANSFORMS", "Behind the name of a buffer: the tests that follow look into what comes out.",
		1u << HG_KW_TRANSFORM },
	{ "PACKETS, FLOWS, STATE", "Tests in front of all bytes.", 1u << HG_KW_TEST },
	{ "ACTIONS", "What a match does besides.", 1u << HG_KW_POST },
	{ "OTHER NAMES OF BUFFERS", "And buffers that are headers of the packet.", 1u << HG_KW_BUFFER },
	{ "OLDER SPELLINGS", "Behind a content: it looks into this buffer instead of the payload.",
		1u << HG_KW_LEGACY },
};

static void
print_section(FILE *out, const struct section *s, bool refused)
{
	const struct hg_keyword *k;

	fprintf(out, ".SH %s\n%s\n", s->title, s->text);
	for (unsigned i = 0; (k = hg_keyword_at(i)) != NULL; i++)
		if (s->kinds >> k->kind & 1 && !!(k->flags & HG_KWF_REFUSED) == refused)
			put_item(out, k->name, k->syntax, k->doc);
}

static void
print_buffers(FILE *out)
{
	const struct hg_decoder *d;

	fputs(".SH BUFFERS\nThe tests that follow look into this part of what the protocol says.\n", out);
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++) {
		if (d->n_buffers > 0)
			fprintf(out, ".SS %s\n", d->name);
		for (unsigned b = 0; b < d->n_buffers; b++)
			put_item(out, d->buffers[b].name, NULL, d->buffers[b].doc);
	}
}

void
hg_list_manual(FILE *out)
{
	static const struct section refused = { "NOT SUPPORTED",
		"Keywords of Suricata that are refused by name, and why.", UINT32_MAX };

	fputs(".\\\" Made by `hangu check --list manual`.\n"
	      ".TH HANGU-KEYWORDS 5 \"\" \"hangu\" \"File formats\"\n"
	      ".SH NAME\nhangu\\-keywords \\- what rules of hangu can say\n"
	      ".SH SYNOPSIS\n.I action protocol source port\n.B \\->\n.I destination port\n"
	      ".RI ( keyword ;\n.IR keyword : value ;\n\\&...)\n.ad l\n"
	      ".SH DESCRIPTION\n"
	      "Rules are in the language of Suricata 7. A rule needs a\n.BR sid .\n"
	      ".B hangu check\nsays which rules load and why others do not; see\n.BR hangu (8).\n",
		out);
	for (size_t i = 0; i < HG_COUNT(sections); i++)
		print_section(out, &sections[i], false);
	print_buffers(out);
	print_section(out, &refused, true);
	fputs(".SH SEE ALSO\n.BR hangu (8),\n.BR hangu.yaml (5),\n.I "
	      "/usr/share/doc/hangu/rule\\-writing.md\n",
		out);
}
