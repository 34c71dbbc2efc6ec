"""Test cases of a script as TAP: each a function that raises, or returns "skip: why"."""
import traceback


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
