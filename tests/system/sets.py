#!/usr/bin/env python3
"""The rules of rules/sets: each alerts where it has to and not where it must not, and docs/rules-sets.md lists them.

usage: sets.py PROGRAM ROOT [--accept]     prints TAP; --accept writes the page anew
"""
import importlib
import ipaddress
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, '..', 'captures'), os.path.join(HERE, '..', 'sets')]
import packets  # noqa: E402
import tap  # noqa: E402

SIDS = range(8600000, 8700000)
CONFIG = """%%YAML 1.1
---
vars:
  address-groups: {HOME_NET: "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]", EXTERNAL_NET: "!$HOME_NET"}
default-rule-path: %(folder)s
classification-file: %(folder)s/classification.config
rule-files: [ %(files)s ]
packet-alert-max: 255
anomaly: {enabled: no}
outputs:
  - eve-log: {enabled: yes, filename: eve.json, types: [alert]}
"""


def host(text):
	"""Scripts over IPv6 have the client in the last 32 bits."""
	return '.'.join(str(b) for b in ipaddress.ip_address(text).packed[-4:])


class Rule:
	def __init__(self, name, head, body):
		self.set, self.protocol = name, head.split()[1]
		self.sid = int(re.search(r'; sid:(\d+);', body).group(1))
		self.english = re.search(r'msg:"HANGU ([^"]*)";', body).group(1)
		self.chinese = re.search(r'; metadata:msg_zh ([^,;]+);', body).group(1)
		self.cls = re.search(r'; classtype:([\w-]+);', body).group(1)


class Sets:
	def __init__(self, program, root):
		self.program, self.root = program, root
		self.folder = os.path.join(root, 'rules/sets')
		self.files = sorted(f for f in os.listdir(self.folder) if f.endswith('.rules'))
		self.rules = [Rule(name, *found) for name in self.files for found in re.findall(r'^(alert [^(]+?) \((.*)\)$', self.text(name), re.M)]

	def text(self, name):
		with open(os.path.join(self.folder, name), encoding='utf-8') as f:
			return f.read().replace('\\\n    ', '')

	def cases(self):
		"""{sid: (attack, benign)} of all sets."""
		out = {}
		for name in self.files:
			cases = importlib.import_module(name[len('hangu-'):-len('.rules')]).CASES
			assert not out.keys() & cases.keys()
			out.update(cases)
		return out

	def run(self, folder, verb, *args):
		config = os.path.join(folder, 'sets.yaml')
		with open(config, 'w', encoding='utf-8') as f:
			f.write(CONFIG % {'folder': self.folder, 'files': ', '.join(self.files)})
		return subprocess.run([self.program, verb, '-c', config, *args], capture_output=True, text=True, timeout=300)

	def alerts(self, frames):
		"""[(sid, its addresses, the record)] of a capture. A packet that cannot be decoded has none."""
		with tempfile.TemporaryDirectory() as folder:
			capture = os.path.join(folder, 'a.pcap')
			with open(capture, 'wb') as f:
				f.write(packets.pcap(packets.timed(frames)))
			done = self.run(folder, 'replay', '-l', folder, capture)
			assert done.returncode == 0, done
			with open(os.path.join(folder, 'eve.json'), encoding='utf-8', errors='replace') as f:
				records = [json.loads(line) for line in f]
		return [(r['alert']['signature_id'], {host(r[end]) for end in ('src_ip', 'dest_ip') if end in r}, r) for r in records if r['event_type'] == 'alert']

	def page(self):
		by_set = {}
		for rule in sorted(self.rules, key=lambda r: r.sid):
			by_set.setdefault(rule.set, []).append(rule)
		out = ['# Rules that come with hangu', '',
			'`rules/sets/README.md` says how they are chosen. Priorities are those of `classification.config`.']
		for name, rules in by_set.items():
			out += ['', '## %s' % name, '', '| sid | alert | 告警 | protocol | class |', '|---|---|---|---|---|']
			out += ['| %d | %s | %s | %s | %s |' % (r.sid, r.english.replace('|', '\\|'), r.chinese.replace('|', '\\|'), r.protocol, r.cls)
				for r in rules]
		return '\n'.join(out) + '\n'


def whole(sets):
	"""Every rule was read here, has a number of its own, a class, and texts in both languages of its own."""
	with tempfile.TemporaryDirectory() as folder:
		done = sets.run(folder, 'check')
	assert done.stdout == '%d rules loaded, 0 refused\n' % len(sets.rules) and done.stderr == '', done
	for values in ([r.sid for r in sets.rules], [r.english for r in sets.rules], [r.chinese for r in sets.rules]):
		assert len(values) == len(set(values)), sorted(v for v in values if values.count(v) > 1)
	assert all(r.sid in SIDS for r in sets.rules)
	assert all(re.search('[\u4e00-\u9fff]', r.chinese) and r.english.isascii() for r in sets.rules)


def each_alerts(sets):
	"""An attack on each rule, between a client and a server of its own."""
	clients, frames = {}, []
	for i, (sid, (attack, _)) in enumerate(sorted(sets.cases().items())):
		outside, inside = '203.0.%d.%d' % divmod(i, 250), '10.7.%d.%d' % divmod(i, 250)
		clients[sid] = inside if attack.outward else outside
		frames += attack.frames(inside, outside) if attack.outward else attack.frames(outside, inside)
	assert clients.keys() == {r.sid for r in sets.rules}, sorted(clients.keys() ^ {r.sid for r in sets.rules})
	seen = sets.alerts(frames)
	missing = [sid for sid, client in clients.items() if not any(s == sid and (client in ends or not ends) for s, ends, _ in seen)]
	assert not missing, 'no alert of %s' % missing
	chinese = {r.sid: r.chinese for r in sets.rules}
	for sid, _, record in seen:
		assert record['alert']['metadata']['msg_zh'] == [chinese[sid]], record


def none_alerts(sets):
	"""What is like the attacks, within the home network or from it to the outside."""
	clients, frames = {}, []
	for i, (sid, (_, benign)) in enumerate(sorted(sets.cases().items())):
		client = '10.8.%d.%d' % divmod(i, 250)
		clients[client] = sid
		harmless = benign.frames(client, ('198.51.%d.%d' if benign.outward else '10.9.%d.%d') % divmod(i, 250))
		assert harmless, sid
		frames += harmless
	seen = sets.alerts(frames)
	wrong = sorted({(sid, clients[c]) for sid, ends, _ in seen for c in ends if c in clients})
	assert not seen, '(sid, at whose counterpart): %s' % wrong


def page_is_current(sets, accept):
	path = os.path.join(sets.root, 'docs/rules-sets.md')
	if accept:
		with open(path, 'w', encoding='utf-8') as f:
			f.write(sets.page())
	with open(path, encoding='utf-8') as f:
		assert f.read() == sets.page(), 'docs/rules-sets.md differs; write it anew: tests/system/sets.py PROGRAM ROOT --accept'


def main(args):
	accept = '--accept' in args
	args = [a for a in args if a != '--accept']
	if len(args) != 2:
		print(__doc__)
		return 2
	sets = Sets(os.path.abspath(args[0]), os.path.abspath(args[1]))
	return tap.run('sets', [
		('all rules load, with numbers and texts of their own', lambda: whole(sets)),
		('each rule alerts', lambda: each_alerts(sets)),
		('no rule alerts where it must not', lambda: none_alerts(sets)),
		('docs/rules-sets.md is current', lambda: page_is_current(sets, accept)),
	])


if __name__ == '__main__':
	sys.exit(main(sys.argv[1:]))
