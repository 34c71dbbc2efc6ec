/* parameter: values behind names in fields as `attachment; filename="a b"` (RFC 9110 5.6.6), read as leniently as browsers do. */
#ifndef HG_APP_PARAMETER_H
#define HG_APP_PARAMETER_H

#include "base/span.h"

/* The value behind `name=`, in quotes or up to ';'; false: not there. */
bool hg_app_parameter(struct hg_span text, struct hg_span name, struct hg_span *out);

#endif
