#!/usr/bin/env python3
"""Show that each lint finds what it is for, and is silent on a clean tree: small trees made for it, one TAP case a row."""
import os
import shutil
import subprocess
import sys
import tempfile

import lint

HERE = os.path.dirname(os.path.abspath(__file__))
CLEAN = '#ifndef A_H\n#define A_H\n\nint hg_a(int x);\n\n#endif\n'
LONG = '/* line */\n'

# name of the case, the check, files of the tree, a word of the finding (None: no finding)
ROWS = [
	('layers let base into flow', 'layers', {'dataplane/flow/f.c': '#include "base/a.h"\n'}, None),
	('layers refuse an upward include', 'layers', {'dataplane/base/b.c': '#include "flow/f.h"\n', 'dataplane/flow/f.h': ''}, 'flow/f.h'),
	('layers refuse a sideways include', 'layers', {'dataplane/flow/f.c': '#include "block/b.h"\n', 'dataplane/block/b.h': ''}, 'block/b.h'),
	('layers refuse a private header of another protocol', 'layers',
		{'dataplane/app/http/h.c': '#include "app/mime/tx.h"\n', 'dataplane/app/mime/tx.h': ''}, 'mime/tx.h'),
	('layers let the public header of another protocol in', 'layers',
		{'dataplane/app/http/h.c': '#include "app/mime/mime.h"\n', 'dataplane/app/mime/mime.h': ''}, None),
	('layers refuse a protocol header in detect', 'layers',
		{'dataplane/detect/d.c': '#include "app/mime/mime.h"\n', 'dataplane/app/mime/mime.h': ''}, 'mime/mime.h'),
	('layers let the snapshot into detect', 'layers',
		{'dataplane/detect/d.c': '#include "rules/compile/snapshot.h"\n', 'rules/compile/snapshot.h': ''}, None),
	('layers refuse the compiler in detect', 'layers',
		{'dataplane/detect/d.c': '#include "rules/compile/compile.h"\n', 'rules/compile/compile.h': ''}, 'compile.h'),
	('layers refuse a dataplane header in rules', 'layers',
		{'rules/lang/l.c': '#include "flow/f.h"\n', 'dataplane/flow/f.h': ''}, 'flow/f.h'),
	('layers refuse DPDK outside port and engine', 'layers', {'dataplane/flow/f.c': '#include <rte_mbuf.h>\n'}, 'DPDK'),
	('layers let DPDK into its port', 'layers', {'dataplane/port/dpdk/p.c': '#include <rte_mbuf.h>\n'}, None),
	('layers refuse a folder without a line', 'layers', {'dataplane/other/o.c': ''}, 'no line'),
	('headers let a complete one pass', 'headers', {}, None),
	('headers refuse one that needs another', 'headers', {'dataplane/base/b.h': 'void hg_b(uint8_t x);\n'}, 'uint8_t'),
	('headers refuse one without a guard', 'headers', {'dataplane/base/b.h': 'struct hg_b {\n\tint x;\n};\n'}, 'redefinition'),
	('format lets tabs pass', 'format', {'dataplane/base/b.c': 'int\nhg_b(void)\n{\n\treturn 1;\n}\n'}, None),
	('format refuses spaces', 'format', {'dataplane/base/b.c': 'int hg_b(void)\n{\n  return 1;\n}\n'}, 'b.c'),
	('banned lets a word in a comment pass', 'banned', {'dataplane/base/b.c': '/* strcpy(a, b) */\nconst char *b = "gets(";\n'}, None),
	('banned refuses a call', 'banned', {'dataplane/base/b.c': 'void b(char *x) { strcpy(x, ""); }\n'}, 'strcpy'),
	('length lets 800 lines pass', 'length', {'dataplane/base/b.c': LONG * 800}, None),
	('length refuses 801 lines', 'length', {'dataplane/base/b.c': LONG * 801}, '801'),
	('unfinished lets other words pass', 'unfinished', {'dataplane/base/b.c': '/* mktemp: aXX' + 'XXXXb */\n'}, None),
	('differences let a named one pass', 'differences', {'dataplane/base/difference.h': 'HG_DIFF_A\n',
		'dataplane/base/b.c': 'int b = hg_as_peer(c->suricata7, HG_DIFF_A);\n'}, None),
	('differences refuse one without a name', 'differences', {'dataplane/base/difference.h': '',
		'dataplane/base/b.c': 'if (c->suricata7)\n'}, 'b.c:1'),
	('differences refuse a row that nothing asks for', 'differences', {'dataplane/base/difference.h': 'HG_DIFF_A\n'}, 'HG_DIFF_A'),
	('unfinished refuses the mark', 'unfinished', {'dataplane/base/b.c': '/* TO' + 'DO: later */\n'}, 'b.c:1'),
	('readme lets a folder with one pass', 'readme', {'dataplane/base/b.c': '', 'dataplane/base/README.md': ''}, None),
	('readme refuses a folder without', 'readme', {'dataplane/base/b.c': ''}, 'dataplane/base'),
	('heap lets a function without pass', 'heap', {'dataplane/flow/f.c': 'int f(void)\n{\n\treturn 1;\n}\n'}, None),
	('heap refuses malloc', 'heap', {'dataplane/flow/f.c': '#include <stdlib.h>\nvoid *f(void)\n{\n\treturn malloc(1);\n}\n'}, 'malloc'),
	('waiting refuses a clock', 'waiting', {'dataplane/flow/f.c': '#include <time.h>\nlong f(void)\n{\n\treturn time(0);\n}\n'}, 'time'),
	('waiting lets the output thread lock', 'waiting',
		{'dataplane/event/f.c': '#include <pthread.h>\nvoid f(pthread_mutex_t *m)\n{\n\tpthread_mutex_lock(m);\n}\n'}, None),
	('globals let constants pass', 'globals',
		{'dataplane/flow/f.c': 'const int a[2] = { 1, 2 };\nconst char *const b[1] = { "x" };\n'}, None),
	('globals refuse one that starts at zero', 'globals', {'dataplane/flow/f.c': 'int counter;\n'}, 'counter'),
	('globals refuse one that starts at a value', 'globals', {'dataplane/flow/f.c': 'int counter = 3;\n'}, 'counter'),
	('globals refuse a static in a function', 'globals',
		{'dataplane/flow/f.c': 'int f(void)\n{\n\tstatic int calls;\n\treturn calls++;\n}\n'}, 'calls'),
	('globals refuse one a thread', 'globals', {'dataplane/flow/f.c': '__thread int counter;\n'}, 'counter'),
	('globals refuse a missing library', 'globals', {'dataplane/block/b.c': ''}, 'no static library'),
]


def put(root, name, text):
	path = os.path.join(root, name)
	os.makedirs(os.path.dirname(path), exist_ok=True)
	with open(path, 'w', encoding='utf-8') as f:
		f.write(text)


def make_library(root, folder):
	"""Compile a folder's files into the place where the build would have put its library."""
	out = os.path.join(root, 'build', folder)
	os.makedirs(out)
	for name in os.listdir(os.path.join(root, folder)):
		if name.endswith('.c'):
			obj = os.path.join(out, name + '.o')
			subprocess.check_call(['cc', '-fPIE', '-O1', '-fno-builtin', '-c', os.path.join(root, folder, name), '-o', obj])
			library = os.path.join(out, 'libhg_%s.a' % os.path.basename(folder))
			subprocess.check_call(['ar', 'rcs', library, obj])


def findings(check, files):
	with tempfile.TemporaryDirectory() as root:
		put(root, 'dataplane/base/a.h', CLEAN)
		shutil.copy(os.path.join(HERE, '..', '..', '.clang-format'), root)
		put(root, 'tests/lint/layers.txt', open(os.path.join(HERE, 'layers.txt'), encoding='utf-8').read())
		for name, text in files.items():
			put(root, name, text)
		for folder in ('dataplane/flow', 'dataplane/event'):
			if check in ('heap', 'waiting', 'globals') and os.path.isdir(os.path.join(root, folder)):
				make_library(root, folder)
		return getattr(lint, 'check_' + check)(lint.Tree(root, os.path.join(root, 'build')))


def main():
	status = 0
	tested = {check for _, check, _, word in ROWS if word}
	untested = sorted({check.__name__[6:] for check, _ in lint.CHECKS} - tested)
	print('TAP version 13\n1..%d' % (len(ROWS) + 1))
	for i, (title, check, files, word) in enumerate(ROWS, 1):
		found = findings(check, files)
		well = any(word in x for x in found) if word else not found
		if not well:
			print('# wanted %s, found %r' % ('a finding with ' + repr(word) if word else 'nothing', found))
		print('%s %d - lint selftest: %s' % ('ok' if well else 'not ok', i, title), flush=True)
		status |= not well
	if untested:
		print('# no failing row for: ' + ' '.join(untested))
	print('%s %d - lint selftest: every check has a row that makes it fail' % ('not ok' if untested else 'ok', len(ROWS) + 1))
	return int(status or bool(untested))


if __name__ == '__main__':
	sys.exit(main())
