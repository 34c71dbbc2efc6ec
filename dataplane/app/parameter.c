#include "app/parameter.h"

bool
hg_app_parameter(struct hg_span text, struct hg_span name, struct hg_span *out)
{
	for (size_t i = 0; i + name.len < text.len; i++) {
		struct hg_span rest = hg_span_from(text, i);
		size_t end;

		if (i > 0 && text.p[i - 1] != ';' && !hg_is_blank(text.p[i - 1]))
			continue;
		if (!hg_span_starts_nocase(rest, name) || rest.p[name.len] != '=')
			continue;
		rest = hg_span_from(rest, name.len + 1);
		if (rest.len > 0 && rest.p[0] == '"') {
			rest = hg_span_from(rest, 1);
			for (end = 0; end < rest.len && rest.p[end] != '"'; end++)
				if (rest.p[end] == '\\' && end + 1 < rest.len)
					end++;
			*out = hg_span_sub(rest, 0, end);
		} else {
			*out = hg_span_trim(hg_span_sub(rest, 0, hg_span_find(rest, 0, ';')));
		}
		return true;
	}
	return false;
}
