#!/usr/bin/env python3
"""The lint suite: rules of this tree that a compiler does not know, one TAP case each.

usage: tests/lint/lint.py ROOT [BUILD]     BUILD: a build folder without sanitizers, for the checks of compiled code

Each check is a function (Tree) -> list of findings, one row of CHECKS. selftest.py shows that each can fail.
"""
import concurrent.futures
import fnmatch
import os
import re
import subprocess
import sys

SOURCE_ROOTS = ('dataplane', 'rules', 'linkage', 'mgmt', 'tests')
PACKET_PATH = ('packet', 'flow', 'stream', 'app', 'file', 'detect', 'event', 'block', 'anomaly')
HEAP = set('malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf posix_memalign aligned_alloc'
	' memalign getline getdelim open_memstream'.split())
WAITING = set('clock_gettime gettimeofday time pthread_mutex_lock pthread_rwlock_rdlock pthread_rwlock_wrlock'
	' pthread_spin_lock pthread_cond_wait sem_wait sleep usleep nanosleep'.split())
BANNED = re.compile(r'\b(strcpy|stpcpy|strcat|strncat|sprintf|vsprintf|gets|strtok|alloca|tmpnam|mktemp|atoi|atol)\s*\(')
UNFINISHED = re.compile(r'\b(TO[D]O|FIX[M]E|XX[X])\b')
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
MAX_LINES = 800
# Headers that are lists of rows for a macro of the includer say so by their name.
ROW_HEADERS = '*_rows.h'


class Tree:
	"""The files under one root (what git knows, or all of them where there is no git), and a build of it."""

	def __init__(self, root, build=None):
		self.root = os.path.abspath(root)
		self.build = build
		listed = None
		if os.path.exists(os.path.join(root, '.git')):
			git = ['git', '-c', 'safe.directory=*', '-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
			listed = subprocess.check_output(git).decode().split('\0')
		else:
			listed = [os.path.relpath(os.path.join(d, f), root) for d, _, fs in os.walk(root) for f in fs]
		self.files = sorted(f for f in set(listed) if f and os.path.isfile(os.path.join(root, f)))
		self.c = [f for f in self.files if f.endswith(('.c', '.h')) and f.split('/')[0] in SOURCE_ROOTS]

	def text(self, name):
		with open(os.path.join(self.root, name), encoding='utf-8') as f:
			return f.read()

	def code(self, name):
		"""The text with comments and literals blanked, its lines kept."""
		return NOT_CODE.sub(lambda m: '""' + '\n' * m.group(0).count('\n'), self.text(name))

	def exists(self, name):
		return os.path.isfile(os.path.join(self.root, name))


def line_of(text, at):
	return text.count('\n', 0, at) + 1


def read_layers(tree):
	"""The rows of layers.txt: (folder or glob, layer or None, what is allowed besides)."""
	rows = []
	for line in tree.text('tests/lint/layers.txt').splitlines():
		words = line.split('#')[0].split()
		if words:
			rows.append((words[1], None if words[0] == '-' else int(words[0]), words[2:]))
	return rows


def layer_row(rows, folder):
	"""A folder's own row goes before one with a glob."""
	for name, layer, more in rows:
		if name == folder:
			return name, layer, more
	for name, layer, more in rows:
		if fnmatch.fnmatchcase(folder, name) and folder.count('/') == name.count('/'):
			return name, layer, more
	return None


def may_include(rows, folder, target):
	row = layer_row(rows, folder)
	to = os.path.dirname(target)
	if to == folder:
		return True
	for allowed in row[2]:
		if allowed.endswith(':public'):
			public = target == '%s/%s.h' % (to, os.path.basename(to))
			if public and fnmatch.fnmatchcase(to, allowed[:-7]):
				return True
		elif allowed in (to, target):
			return True
	other = layer_row(rows, to)
	by_layer = row[1] is not None and other is not None and other[1] is not None and '*' not in other[0]
	return by_layer and other[1] < row[1]


def resolve(tree, name, included):
	for base in (os.path.dirname(name), '', 'dataplane'):
		path = os.path.normpath(os.path.join(base, included))
		if tree.exists(path):
			return path
	return None


def check_layers(tree):
	"""includes point down only"""
	rows, bad = read_layers(tree), []
	for name in tree.c:
		folder = os.path.dirname(name)
		if not name.startswith(('dataplane/', 'rules/')):
			continue
		row = layer_row(rows, folder)
		if row is None:
			bad.append('%s: its folder has no line in tests/lint/layers.txt' % name)
			continue
		text = tree.text(name)
		for m in INCLUDE.finditer(text):
			where = '%s:%d' % (name, line_of(text, m.start()))
			if os.path.basename(m.group(2)).startswith('rte_'):
				if 'rte_*' not in row[2]:
					bad.append('%s: %s must not include DPDK (%s)' % (where, folder, m.group(2)))
			elif m.group(1) == '"':
				target = resolve(tree, name, m.group(2))
				if target is None:
					bad.append('%s: no such header: %s' % (where, m.group(2)))
				elif not may_include(rows, folder, target):
					bad.append('%s: %s must not include %s' % (where, folder, target))
	return bad


def package_flags():
	flags = []
	for package in ('libhs', 'libpcre2-8', 'yaml-0.1', 'jansson', 'libcrypto', 'zlib', 'libzstd', 'hiredis', 'rdkafka', 'cunit', 'sqlite3',
			'libnl-3.0'):
		got = subprocess.run(['pkg-config', '--cflags', package], capture_output=True, text=True, check=False)
		flags += got.stdout.split()
	return flags


def check_headers(tree):
	"""every header compiles alone, and twice"""
	compiler = [os.environ.get('CC', 'cc'), '-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror',
		'-Wno-unused-function', '-fsyntax-only', '-I.', '-Idataplane', '-Itests/unit', *package_flags(), '-x', 'c', '-']

	def one(name):
		text = '#include "%s"\n' % name * 2
		got = subprocess.run(compiler, input=text, cwd=tree.root, capture_output=True, text=True, check=False)
		return ['%s: %s' % (name, x) for x in got.stderr.splitlines()[:6]] if got.returncode else []

	headers = [f for f in tree.c if f.endswith('.h') and not fnmatch.fnmatch(f, ROW_HEADERS)]
	headers = [f for f in headers if not re.search(r'<rte_|<fuzzer', tree.text(f))]
	with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
		return [x for found in pool.map(one, headers) for x in found]


def check_format(tree):
	"""clang-format has nothing to say"""
	if not tree.c:
		return []
	got = subprocess.run(['clang-format-14', '--dry-run', '-Werror', '--style=file', *tree.c],
		cwd=tree.root, capture_output=True, text=True, check=False)
	if got.returncode == 0:
		return []
	files = sorted({x.split(':')[0] for x in got.stderr.splitlines() if ': error:' in x})
	return ['%s: run scripts/format' % f for f in files] or got.stderr.splitlines()[:20]


def packet_path_libraries(tree):
	"""(folder, library) of each packet-path folder that has code; library None when it was not built."""
	for short in PACKET_PATH:
		folder = 'dataplane/' + short
		if any(f.startswith(folder + '/') and f.endswith('.c') for f in tree.files):
			library = os.path.join(tree.build, folder, 'libhg_%s.a' % short)
			yield folder, library if os.path.exists(library) else None


def symbols(library):
	"""(object, name, class, section) of every symbol, by nm's table format."""
	obj = ''
	env = dict(os.environ, LC_ALL='C')
	for line in subprocess.check_output(['nm', '-f', 'sysv', library], text=True, env=env).splitlines():
		m = re.search(r'from (?:.*\[)?([^\[\]]+?)\]?:$', line)
		if m:
			obj = os.path.basename(m.group(1))
		cells = [c.strip() for c in line.split('|')]
		if len(cells) == 7 and cells[0] != 'Name':
			yield obj, cells[0], cells[2], cells[6]


def undefined_in(tree, names, left_out=()):
	bad = []
	for folder, library in packet_path_libraries(tree):
		if folder in left_out:
			continue
		if library is None:
			bad.append('%s: no static library in the build' % folder)
			continue
		used = {(o, n.split('@')[0]) for o, n, kind, _ in symbols(library) if kind == 'U'}
		bad += ['%s: %s calls %s' % (folder, o, n) for o, n in sorted(used) if n in names]
	return bad


def check_heap(tree):
	"""no heap call in packet-path libraries"""
	return undefined_in(tree, HEAP)


def check_waiting(tree):
	"""no clock and no lock in packet-path libraries"""
	# The output thread lives in event/: it is allowed to wait, workers never do.
	return undefined_in(tree, WAITING, left_out=('dataplane/event',))


def check_globals(tree):
	"""no mutable global in packet-path libraries"""
	bad = []
	for folder, library in packet_path_libraries(tree):
		if library is None:
			bad.append('%s: no static library in the build' % folder)
			continue
		for obj, name, _, section in symbols(library):
			# .data.rel.ro is constant once the program has been relocated.
			writable = re.match(r'\.(data|bss|tdata|tbss)|\*COM\*', section) and not section.startswith('.data.rel.ro')
			if writable and not name.startswith('.'):
				bad.append('%s: %s has the mutable object %s (%s)' % (folder, obj, name, section))
	return bad


def check_banned(tree):
	"""no banned function"""
	bad = []
	for name in tree.c:
		code = tree.code(name)
		bad += ['%s:%d: %s' % (name, line_of(code, m.start()), m.group(1)) for m in BANNED.finditer(code)]
	return bad


def check_length(tree):
	"""no file over 800 lines"""
	names = tree.c + [f for f in tree.files if f.endswith(('.py', '.sh')) or f.startswith('scripts/')]
	counts = [(f, tree.text(f).count('\n')) for f in names]
	return ['%s: %d lines' % (f, n) for f, n in counts if n > MAX_LINES]


def check_unfinished(tree):
	"""no mark of unfinished work"""
	names = tree.c + [f for f in tree.files if f.endswith(('.py', '.sh', 'meson.build')) or f.startswith('scripts/')]
	bad = []
	for name in names:
		text = tree.text(name)
		bad += ['%s:%d: %s' % (name, line_of(text, m.start()), m.group(1)) for m in UNFINISHED.finditer(text)]
	return bad


def check_readme(tree):
	"""every folder with code has a README.md"""
	folders = {os.path.dirname(f) for f in tree.files if f.startswith(('dataplane/', 'rules/')) and f.endswith('.c')}
	return ['%s: no README.md' % d for d in sorted(folders) if not tree.exists(d + '/README.md')]


# check, whether it needs a build
def check_differences(tree):
	"""what is answered otherwise than by the peer names its row, and each row is asked for"""
	rows = 'dataplane/base/difference.h'
	if not tree.exists(rows):
		return []
	found, asked = [], set()
	for name in (f for f in tree.c if f.split('/')[0] in ('dataplane', 'rules') and not f.startswith(rows[:-1])):
		text = re.sub(r'hg_as_peer\([^;{]*?HG_DIFF_\w+\)', lambda m: '\n' * m.group(0).count('\n'), tree.code(name))
		asked |= set(re.findall(r'HG_DIFF_\w+', tree.code(name)))
		for m in re.finditer(r'[^\n]*\bsuricata7\b[^\n]*', text):
			if not re.search(r'\bbool\b[^(]*$|[^=!<>]=[^=]', m.group(0)):
				found.append('%s:%d: suricata7 is asked for without a row of %s' % (name, line_of(text, m.start()), rows))
	return found + ['%s: nothing asks for %s' % (rows, x) for x in re.findall(r'\bHG_DIFF_\w+', tree.code(rows)) if x not in asked]


CHECKS = [
	(check_layers, False),
	(check_headers, False),
	(check_format, False),
	(check_heap, True),
	(check_waiting, True),
	(check_globals, True),
	(check_banned, False),
	(check_length, False),
	(check_unfinished, False),
	(check_readme, False),
	(check_differences, False),
]


def main(args):
	if len(args) not in (1, 2):
		print(__doc__)
		return 2
	tree = Tree(args[0], args[1] if len(args) == 2 else None)
	status = 0
	print('TAP version 13\n1..%d' % len(CHECKS))
	for i, (check, needs_build) in enumerate(CHECKS, 1):
		title = '%d - lint: %s' % (i, check.__doc__)
		if needs_build and tree.build is None:
			print('ok %s # SKIP no build folder given' % title)
			continue
		bad = check(tree)
		for finding in bad:
			print('# ' + finding)
		print('%s %s' % ('not ok' if bad else 'ok', title), flush=True)
		status |= bool(bad)
	return int(status)


if __name__ == '__main__':
	sys.exit(main(sys.argv[1:]))
