"""Test cases of a script as TAP: each a function that raises, or returns "skip: why"."""
import os
import sys
import traceback

PROGRAM = None  # of program()


def run(suite, cases):
	"""cases: (name, function without arguments). The exit status."""
	failed = 0
	print('TAP version 13\n1..%d' % len(cases), flush=True)
	for i, (name, case) in enumerate(cases, 1):
		try:
			said = case()
		except Exception as e:
			failed += 1
			where = traceback.extract_tb(e.__traceback__)[-1]
			for line in ('%s: %s (%s:%d)' % (type(e).__name__, e, where.filename.rsplit('/', 1)[-1], where.lineno)).splitlines():
				print('# ' + line)
			print('not ok %d - %s: %s' % (i, suite, name), flush=True)
		else:
			skip = isinstance(said, str) and said.startswith('skip: ')
			print('ok %d - %s: %s%s' % (i, suite, name, ' # SKIP ' + said[6:] if skip else ''), flush=True)
	return 1 if failed else 0


def program(doc, suite, names):
	"""A script whose argument is the program and whose cases are its functions test_…: names is its globals(). The exit status."""
	global PROGRAM
	if len(sys.argv) != 2 or not os.path.exists(sys.argv[1]):
		print(doc)
		return 2
	PROGRAM = os.path.abspath(sys.argv[1])
	return run(suite, [(name[5:].replace('_', ' '), case) for name, case in names.items() if name.startswith('test_')])
