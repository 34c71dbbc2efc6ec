#!/usr/bin/env python3
"""Throughput against the number of rules, and against the number of flows: a table, and a picture of both curves.

usage: curves.py PROGRAM RULES CAPTURE SVG [--runs N] [--packets N]

Rules: the first 1,000 and 10,000 of RULES (ET Open, say), all, and all twice, the second time with new sids, over CAPTURE. Flows: datagrams of 128
bytes, a packet of each flow in turn, without rules. What a run costs is its CPU time less that of the same run over one packet, the least of --runs
(3). One worker.
"""
import argparse
import os
import resource
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import many_rules  # noqa: E402
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import packets  # noqa: E402

FLOWS = (1000, 10000, 100000, 500000, 1000000, 2000000)
WIDTH, HEIGHT, LEFT, TOP, SPAN, RISE = 900, 300, 70, 40, 340, 200


def flows_capture(path, flows, count):
	"""Each flow has an address and a port of its own; the clock goes on by a microsecond a packet."""
	head, payload = bytes.fromhex('020000000002' '020000000001' '0800'), b'\x80' + b'x' * 85
	with open(path, 'wb') as f:
		f.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
		made = [head + b'\x45\x00' + struct.pack('>HHHBBH4s4s', 28 + len(payload), 0, 0, 64, 17, 0, struct.pack('>I', 0x0a000000 + i // 60000),
			b'\xc0\x00\x02\x01') + struct.pack('>HHHH', 1024 + i % 60000, 7000, 8 + len(payload), 0) + payload for i in range(flows)]
		for i in range(count):
			frame = made[i % flows]
			f.write(struct.pack('<IIII', 1700000000 + i // 1000000, i % 1000000, len(frame), len(frame)) + frame)


def cost(program, rules, cache, capture):
	"""CPU seconds of one run."""
	words = [program, 'replay', '-k', 'none', '--workers', '1', '--set', 'rules.cache-dir=' + cache, '--set', 'flow.max=4000000',
		'--set', 'outputs.eve-log.types.flow.enabled=no', '--set', 'memory=8gb']
	before = resource.getrusage(resource.RUSAGE_CHILDREN)
	subprocess.run(words + (['-S', rules] if rules else []) + [capture], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
	after = resource.getrusage(resource.RUSAGE_CHILDREN)
	return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def least(program, rules, cache, capture, one, runs):
	cost(program, rules, cache, one)
	return max(min(cost(program, rules, cache, capture) for _ in range(runs)) - min(cost(program, rules, cache, one) for _ in range(runs)), 1e-3)


def curve(x, title, points):
	"""Equal steps along; what stands there is written below. Points: label, value."""
	top = max(value for _, value in points) * 1.1
	places = [(x + SPAN * i / (len(points) - 1), TOP + RISE * (1 - value / top)) for i, (_, value) in enumerate(points)]
	out = ['<text x="%d" y="%d" class="title">%s</text>' % (x, TOP - 16, title)]
	for k in range(5):
		y = TOP + RISE * k / 4
		out.append('<path d="M%d %.1fh%d" class="grid"/><text x="%d" y="%.1f" class="left">%.2g</text>' % (x, y, SPAN, x - 6, y + 4, top * (1 - k / 4)))
	out.append('<path d="M%s" class="line"/>' % 'L'.join('%.1f %.1f' % p for p in places))
	for (label, value), (px, py) in zip(points, places):
		out.append('<circle cx="%.1f" cy="%.1f" r="3"/><text x="%.1f" y="%.1f" class="mid">%.3g</text><text x="%.1f" y="%d" class="mid">%s</text>'
			% (px, py, px, py - 8, value, px, TOP + RISE + 18, label))
	return '\n'.join(out)


def picture(path, rules, flows):
	with open(path, 'w') as f:
		f.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">\n' % (WIDTH, HEIGHT))
		f.write('<style>text{fill:#333}.title{font-size:14px}.left{text-anchor:end}.mid{text-anchor:middle}.grid{stroke:#ddd}'
			'.line{fill:none;stroke:#1565c0;stroke-width:2}circle{fill:#1565c0}</style><rect width="100%" height="100%" fill="#fff"/>\n')
		f.write(curve(LEFT, 'Gbit/s by number of rules', rules) + '\n' + curve(LEFT + SPAN + 100, 'Mpps by number of flows', flows))
		f.write('\n</svg>\n')


def main():
	p = argparse.ArgumentParser(usage=__doc__.splitlines()[2])
	p.add_argument('program')
	p.add_argument('rules')
	p.add_argument('capture')
	p.add_argument('svg')
	p.add_argument('--runs', type=int, default=3)
	p.add_argument('--packets', type=int, default=4000000)
	o = p.parse_args()
	by_rules, by_flows = [], []
	with tempfile.TemporaryDirectory(prefix='hg-curves-', dir='/dev/shm') as folder:
		one, cache, rules = folder + '/one.pcap', folder + '/cache', folder + '/some.rules'
		with open(one, 'wb') as f:
			f.write(packets.pcap(packets.timed(packets.talk(80, [(0, b'x')]))))
		lines = many_rules.twice(o.rules)
		gbit = os.path.getsize(o.capture) * 8 / 1e9
		for wanted in (0, 1000, 10000, len(lines) // 2, len(lines)):
			with open(rules, 'w') as f:
				f.writelines(line + '\n' for line in lines[:wanted])
			seconds = least(o.program, rules if wanted else None, cache, o.capture, one, o.runs)
			by_rules.append(('{:,}'.format(wanted), gbit / seconds))
			print('%10d rules %8.2f CPU s %8.2f Gbit/s' % (wanted, seconds, gbit / seconds), flush=True)
		for flows in FLOWS:
			flows_capture(folder + '/flows.pcap', flows, o.packets)
			seconds = least(o.program, None, cache, folder + '/flows.pcap', one, o.runs)
			by_flows.append(('{:,}'.format(flows), o.packets / seconds / 1e6))
			print('%10d flows %8.2f CPU s %8.2f Mpps' % (flows, seconds, o.packets / seconds / 1e6), flush=True)
	picture(o.svg, by_rules, by_flows)
	return 0


if __name__ == '__main__':
	sys.exit(main())
