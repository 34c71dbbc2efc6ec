#!/usr/bin/env python3
"""Run the meson tests of one or more build variants and count single cases.

usage: tests/run.py VARIANT... [-- WORD...]
A test that speaks TAP counts as its cases, any other as one. With CI=true a skipped case is a failure. Failures are
listed with their output. Exit status 0 only when something ran and nothing failed.
"""
import json
import os
import re
import subprocess
import sys

TAP_CASE = re.compile(r'^(not )?ok\b\s*\d*\s*-?\s*(.*?)(?:\s+#\s*(skip|todo)\b\s*(.*))?$', re.I)
SHOWN_LINES = 200


def is_tap(text):
	return bool(re.search(r'^(TAP version \d+|1\.\.\d+)', text, re.M))


def tap_cases(text):
	"""Yield (name, state, comment lines) for each case; comments follow their case."""
	case = None
	for line in text.splitlines():
		m = TAP_CASE.match(line)
		if m:
			if case:
				yield case
			skipped = (m.group(3) or '').lower() == 'skip'
			state = 'skipped' if skipped else 'failed' if m.group(1) else 'passed'
			case = (m.group(2), state, [m.group(4)] if skipped and m.group(4) else [])
		elif case and line.startswith('#'):
			case[2].append(line)
	if case:
		yield case


def test_cases(test):
	"""The cases of one entry of meson's testlog.json."""
	name, out, err = test['name'], test.get('stdout') or '', test.get('stderr') or ''
	well = test['result'] in ('OK', 'EXPECTEDFAIL', 'SKIP')
	whole = ['%s, exit status %s' % (test['result'], test.get('returncode'))] + (out + err).splitlines()[-SHOWN_LINES:]
	if not is_tap(out):
		state = 'skipped' if test['result'] == 'SKIP' else 'passed' if well else 'failed'
		return [(name, state, whole)]
	# A check prints its findings before the case's own line, so a failing case shows the whole text.
	cases = [(n, s, c if s == 'skipped' else out.splitlines()[-SHOWN_LINES:]) for n, s, c in tap_cases(out)]
	if not well and not any(s == 'failed' for _, s, _ in cases):
		cases.append((name + ' as a whole', 'failed', whole))
	return cases


def select(build, words):
	tests = json.loads(subprocess.check_output(['meson', 'introspect', '--tests', build]))
	hit = [t['name'] for t in tests if not words or any(w in x for w in words for x in [t['name'], *t['suite']])]
	return sorted(set(hit))


def run(variant, words):
	"""Run what is selected in build/<variant>; the list of (name, state, lines)."""
	build = os.path.join('build', variant)
	log = os.path.join(build, 'meson-logs', 'testlog.json')
	names = select(build, words)
	if not names:
		return []
	if os.path.exists(log):
		os.unlink(log)
	command = ['meson', 'test', '-C', build, '--no-rebuild']
	if variant != 'release':
		command += ['--timeout-multiplier', '4']
	status = subprocess.call(command + (names if words else []), stdin=subprocess.DEVNULL)
	if not os.path.exists(log):
		return [('meson test', 'failed', ['no log written, exit status %d' % status])]
	with open(log) as f:
		tests = [json.loads(line) for line in f]
	return [('%s: %s' % (variant, n), s, lines) for t in tests for n, s, lines in test_cases(t)]


def main(args):
	cut = args.index('--') if '--' in args else len(args)
	variants, words = args[:cut], args[cut + 1:]
	if not variants:
		print(__doc__)
		return 2
	cases = [c for v in variants for c in run(v, words)]
	strict = os.environ.get('CI') == 'true'
	count = {'passed': 0, 'failed': 0, 'skipped': 0}
	shown = None
	for name, state, lines in cases:
		if state == 'skipped':
			print('\nSKIPPED %s: %s' % (name, ' '.join(lines) or 'no reason given'))
			state = 'failed' if strict else state
		elif state == 'failed':
			print('\nFAILED %s' % name)
			if lines != shown:
				print('\n'.join('  ' + x for x in lines))
			shown = lines
		count[state] += 1
	if not cases:
		print('no test has %s in its name or suite' % ' or '.join(words) if words else 'no tests found')
	more = ', %d skipped' % count['skipped'] if count['skipped'] else ''
	print('\n%d passed, %d failed%s' % (count['passed'], count['failed'], more), flush=True)
	return 0 if cases and not count['failed'] else 1


if __name__ == '__main__':
	sys.exit(main(sys.argv[1:]))
