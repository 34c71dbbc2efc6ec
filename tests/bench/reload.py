#!/usr/bin/env python3
"""Rules exchanged every second under live load: nothing is lost, no alert is missed, and memory ends where it began.

usage: reload.py PROGRAM RULES [--seconds 120] [--every 1] [--workers 1] [--rate 500] [--markers 20]      as root

RULES: rules that only alert, loaded anew each time together with a small set that changes by two rules, so that hangu must say what changed.
Exit status 1: a datagram or a marker's alert is missing or doubled, a device dropped something, an exchange failed, or memory over the last
quarter is more than 5 % above that of the second.
"""
import argparse
import os
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
import reloads  # noqa: E402
from lab import Lab  # noqa: E402


def main():
	p = argparse.ArgumentParser(usage=__doc__.splitlines()[2])
	p.add_argument('program')
	p.add_argument('rules')
	p.add_argument('--seconds', type=float, default=120)
	p.add_argument('--every', type=float, default=1)
	p.add_argument('--workers', default='1')
	p.add_argument('--rate', type=float, default=500)
	p.add_argument('--markers', type=float, default=20)
	o = p.parse_args()
	with tempfile.TemporaryDirectory(prefix='reload-') as folder, Lab() as lab:
		path = folder + '/small.rules'
		reloads.write(path, 0)
		with lab.hangu(o.program, '-S', os.path.abspath(o.rules), '-S', path, '--workers', o.workers,
			'--set', 'rules.cache-dir=%s/cache' % folder) as h:
			got = reloads.run(lab, h, path, o.seconds, o.every, o.rate, o.markers)
	quarter = max(1, len(got['held_mb']) // 4)
	before, after = max(got['held_mb'][quarter:2 * quarter] or got['held_mb']), max(got['held_mb'][-quarter:])
	rows = [('reloads', got['reloads'], got['reloads'] > 0),
		('took, ms: median, most', '%d  %d' % (statistics.median(got['took_ms']), max(got['took_ms'])), None),
		('… of which compiling', '%d  %d' % (statistics.median(got['compile_ms']), max(got['compile_ms'])), None),
		('datagrams sent, lost there, lost back', '%d  %d  %d' % (got['sent'], got['lost there'], got['lost back']),
			got['sent'] > 0 and got['lost there'] == got['lost back'] == 0),
		('dropped by devices', got['drops'], got['drops'] == 0),
		('markers done, failed', '%d  %d' % (got['markers'], got['failed']), got['markers'] > 0 and got['failed'] == 0),
		('alerts missing, doubled', '%d  %d' % (len(got['missing']), len(got['doubled'])), not got['missing'] and not got['doubled']),
		('memory, MB: most of the second, of the last quarter', '%.0f  %.0f' % (before, after), after <= 1.05 * before)]
	for what, value, reached in rows:
		print('%-52s %-6s %s' % (what, {None: '', True: 'ok', False: 'MISSED'}[reached], value))
	return 1 if any(reached is False for _, _, reached in rows) else 0


if __name__ == '__main__':
	sys.exit(main())
