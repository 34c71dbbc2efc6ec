#!/usr/bin/env python3
"""Compare EVE records: for each record of a peer the one of ours that says the same.

usage: parity.py PEER OURS [options]                                     two files or folders of records
       parity.py PEER --run PROGRAM --captures FOLDER [options]          ours are made by PROGRAM replay

README.md tells what counts as found and as equal. Exit status: 0 done, 1 a type is below --min, 2 bad use or nothing to compare.
"""
import argparse
import collections
import fnmatch
import functools
import json
import os
import re
import subprocess
import sys
import tempfile

TYPES = ('http', 'smtp', 'ftp', 'ftp_data', 'smb', 'dcerpc', 'dns', 'tls', 'ssh', 'krb5', 'nfs', 'quic', 'sip', 'fileinfo')
EXTRAS = ('anomaly', 'flow')
NAMED_BY_RUN = ('flow_id', 'parent_id', 'in_iface', 'community_id', 'pcap_filename', 'host')  # differ between any two runs
PLACE = ('timestamp', 'pcap_cnt', 'pkt_src')  # on which packet a record is written, which is not what it says
SETS = ('metadata.flowbits',)  # lists whose order says nothing
INDEX = re.compile(r'\[\d+\]')


class Record:
	"""One record: its place, its ends without their direction, and its values by the path of their keys."""

	def __init__(self, raw, ignored):
		self.kind = raw['event_type']
		self.place = tuple(raw.get(key) for key in PLACE)
		if self.kind == 'flow':  # its record is written when somebody looks, which is no property of the capture
			self.place = (None,) * len(PLACE)
		ends = ((raw.get(side + '_ip', ''), raw.get(side + '_port', 0)) for side in ('src', 'dest'))
		self.ends = (raw.get('proto', ''),) + tuple(sorted(ends))
		self.values = {}
		for key, value in raw.items():
			if key not in NAMED_BY_RUN and key not in PLACE:
				flatten(key, value, self.values)
		for path in [path for path in self.values if field_of(path) in ignored]:
			del self.values[path]

	def within(self, fields, and_place):
		"""Its values in these fields alone, as something to look up."""
		values = tuple(sorted((path, value) for path, value in self.values.items() if field_of(path) in fields))
		return values, self.place if and_place else None


def flatten(path, value, out):
	if isinstance(value, dict) and value:
		for key, inner in value.items():
			flatten(path + '.' + key, inner, out)
	elif isinstance(value, list) and value and isinstance(value[0], dict):
		for at, inner in enumerate(value):
			flatten('%s[%d]' % (path, at), inner, out)
	else:
		out[path] = json.dumps(sorted(value) if path in SETS else value, sort_keys=True, ensure_ascii=False)


@functools.lru_cache(maxsize=None)
def field_of(path):
	return INDEX.sub('[]', path)


def bad(text):
	print('parity: ' + text, file=sys.stderr)
	sys.exit(2)


def records_of(path, kinds, ignored):
	"""Records of a file by type; a line that is no JSON is the writer's defect and stops the comparison."""
	out = collections.defaultdict(list)
	with open(path, encoding='utf-8', errors='surrogateescape') as lines:
		for number, line in enumerate(lines, 1):
			try:
				raw = json.loads(line)
			except ValueError as error:
				bad('%s:%d: %s' % (path, number, error))
			if raw.get('event_type') in kinds:
				out[raw['event_type']].append(Record(raw, ignored))
	return out


def files_of(root):
	"""Files of records below a folder by the capture they are of: CAPTURE.json or CAPTURE/eve.json, @ in names standing for /."""
	if os.path.isfile(root):
		return {'': root}
	out = {}
	for folder, _, names in os.walk(root):
		for name in names:
			path = os.path.join(folder, name)
			if name == 'eve.json':
				out[os.path.relpath(folder, root).replace('@', '/')] = path
			elif name.endswith('.json'):
				out[os.path.relpath(path, root)[:-len('.json')].replace('@', '/')] = path
	return out


def pair(peers, ours, fields):
	"""Pairs (peer, ours or None), and ours that nobody asked for: equal ones first, then the most alike of the same ends."""
	pairs, peers, ours = [], list(peers), list(ours)
	for and_place in (True, False):
		waiting = collections.defaultdict(list)
		for record in reversed(ours):
			waiting[record.within(fields, and_place)].append(record)
		left = []
		for record in peers:
			equal = waiting.get(record.within(fields, and_place))
			if equal:
				pairs.append((record, equal.pop()))
			else:
				left.append(record)
		peers, taken = left, {id(other) for _, other in pairs}
		ours = [record for record in ours if id(record) not in taken]

	by_ends = collections.defaultdict(lambda: ([], []))
	for at, records in enumerate((peers, ours)):
		for record in records:
			by_ends[record.ends][at].append(record)
	for theirs, our in by_ends.values():
		pairs += alike(theirs, our)
	taken = {id(other) for _, other in pairs if other}
	return pairs, [record for record in ours if id(record) not in taken]


def alike(peers, ours):
	"""Most alike first; who has not half of a record's values is another record."""
	scores = []
	for at, record in enumerate(peers):
		for to, other in enumerate(ours):
			equal = sum(other.values.get(path) == value for path, value in record.values.items())
			if 2 * equal >= len(record.values):
				scores.append((-equal, other.place != record.place, at, to))
	partner, taken = {}, set()
	for _, _, at, to in sorted(scores):
		if at not in partner and to not in taken:
			partner[at] = ours[to]
			taken.add(to)
	return [(record, partner.get(at)) for at, record in enumerate(peers)]


def differences(record, other, fields):
	"""(field, the peer's value or None, ours or None) where the two differ."""
	for path in sorted(set(record.values) | set(other.values)):
		if field_of(path) in fields and record.values.get(path) != other.values.get(path):
			yield field_of(path), record.values.get(path), other.values.get(path)


class Tally:
	"""What the comparison of one type came to."""

	def __init__(self):
		self.records = self.found = self.equal = self.placed = self.ours = 0
		self.fields = collections.defaultdict(list)  # field: (capture, place, peer's, ours)
		self.missing = []
		self.more = []

	def add(self, capture, pairs, more, fields):
		self.records += len(pairs)
		self.ours += sum(1 for _, other in pairs if other) + len(more)
		self.more += [(capture, record) for record in more]
		for record, other in pairs:
			if not other:
				self.missing.append((capture, record))
				continue
			self.found += 1
			differing = list(differences(record, other, fields))
			self.equal += not differing
			self.placed += not differing and record.place == other.place
			for field, theirs, our in differing:
				self.fields[field].append((capture, record.place, theirs, our))

	def share(self):
		return 100.0 * self.equal / self.records if self.records else 100.0


def compare(peer, ours, kinds, ignored):
	read = {capture: (records_of(path, kinds, ignored), records_of(ours[capture], kinds, ignored) if capture in ours else {})
		for capture, path in sorted(peer.items())}
	fields = collections.defaultdict(set)  # what the peer never writes in a type is an addition, and no difference
	for theirs, _ in read.values():
		for kind, records in theirs.items():
			fields[kind].update(field_of(path) for record in records for path in record.values)
	tallies = {kind: Tally() for kind in kinds}
	for capture, (theirs, our) in read.items():
		for kind in kinds:
			if theirs.get(kind) or our.get(kind):
				pairs, more = pair(theirs.get(kind, []), our.get(kind, []), fields[kind])
				tallies[kind].add(capture, pairs, more, fields[kind])
	return tallies


def short(value):
	text = '-' if value is None else value
	return text if len(text) <= 60 else text[:57] + '...'


def place_text(place):
	return 'packet %s' % place[1] if place[1] is not None else str(place[0] or '')


def show_record(title, kind, items, examples):
	if items:
		print('  %s: %d' % (title, len(items)))
	for capture, record in items[:examples]:
		said = {path: value for path, value in record.values.items() if path.startswith(kind + '.') or path in ('tx_id', 'app_proto')}
		print('    %s %s %s:%s > %s:%s %s' % (capture, place_text(record.place), *(json.loads(record.values.get(key, '""'))
			for key in ('src_ip', 'src_port', 'dest_ip', 'dest_port')), ' '.join('%s=%s' % (path, short(value))
				for path, value in list(said.items())[:8])))


def show(tallies, examples):
	print('%-9s %8s %8s %8s %8s %8s %8s' % ('type', 'records', 'found', 'equal', 'percent', 'placed', 'ours'))
	for kind, tally in tallies.items():
		if tally.records or tally.ours:
			print('%-9s %8d %8d %8d %8.2f %8d %8d' % (kind, tally.records, tally.found, tally.equal, tally.share(), tally.placed,
				tally.ours))
	for kind, tally in tallies.items():
		if not (tally.fields or tally.missing or tally.more):
			continue
		print('\n%s' % kind)
		for field, items in sorted(tally.fields.items(), key=lambda row: -len(row[1])):
			print('  %s: %d' % (field, len(items)))
			for capture, place, theirs, our in items[:examples]:
				print('    %s %s: %s | ours %s' % (capture, place_text(place), short(theirs), short(our)))
		show_record('not found', kind, tally.missing, examples)
		show_record('ours alone', kind, tally.more, examples)


def write_table(path, tallies):
	"""Every difference in a line: type, capture, place, field, the peer's value, ours."""
	with open(path, 'w', encoding='utf-8', errors='surrogateescape') as out:
		for kind, tally in tallies.items():
			rows = [(capture, place, field, theirs, our) for field, items in tally.fields.items() for capture, place, theirs, our in items]
			rows += [(capture, record.place, 'not found', json.dumps(record.values), None) for capture, record in tally.missing]
			rows += [(capture, record.place, 'ours alone', None, json.dumps(record.values)) for capture, record in tally.more]
			for capture, place, field, theirs, our in sorted(rows, key=lambda row: (row[0], str(row[1]), row[2])):
				print(kind, capture, place_text(place), field, theirs or '-', our or '-', sep='\t', file=out)


def captures_of(root, only):
	for folder, _, names in os.walk(root):
		for name in names:
			capture = os.path.relpath(os.path.join(folder, name), root)
			if name.endswith(('.pcap', '.pcapng')) and any(fnmatch.fnmatch(capture, glob) for glob in only):
				yield capture


def run(args, out):
	"""PROGRAM replay on each capture by itself; the records come to stand in out."""
	links = os.path.join(out, 'in')
	os.mkdir(links)
	for capture in captures_of(args.captures, args.only):
		os.symlink(os.path.abspath(os.path.join(args.captures, capture)), os.path.join(links, capture.replace('/', '@')))
	files = sorted(os.path.join(links, name) for name in os.listdir(links))
	if not files:
		bad('no captures below %s' % args.captures)
	command = [args.run, 'replay', '-k', 'none', '--set', 'compat=suricata7', '--set', 'privacy.mask-secrets=no']
	command += [word for setting in args.set for word in ('--set', setting)]
	command += (['-c', args.config] if args.config else []) + (['-S', args.rules] if args.rules else [])
	done = subprocess.run(command + ['-l', os.path.join(out, 'eve'), '--separate'] + files, stdout=subprocess.DEVNULL,
		stderr=subprocess.PIPE, check=False)
	if done.returncode:
		sys.stderr.buffer.write(done.stderr)
		bad('%s ended with %d' % (args.run, done.returncode))
	return os.path.join(out, 'eve')


def arguments():
	parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
	parser.add_argument('peer', help="a file of the peer's records, or a folder of CAPTURE.json or CAPTURE/eve.json")
	parser.add_argument('ours', nargs='?', help='the same of ours')
	parser.add_argument('--run', metavar='PROGRAM', help='make ours with this program')
	parser.add_argument('--captures', metavar='FOLDER', help='of which captures, with --run')
	parser.add_argument('--config', metavar='FILE', help='-c of the run')
	parser.add_argument('--rules', metavar='FILE', help='-S of the run: rules that the peer had leave flowbits in its records')
	parser.add_argument('--set', action='append', default=[], metavar='KEY=VALUE', help='a setting of the run')
	parser.add_argument('--only', action='append', metavar='GLOB', help='captures whose name matches')
	parser.add_argument('--without', action='append', default=[], metavar='FILE', help='a list of captures to leave out')
	parser.add_argument('--type', action='append', dest='types', metavar='TYPE', help='this type alone; may be given again')
	parser.add_argument('--ignore', action='append', default=[], metavar='FIELD', help='do not compare this field (flow.reason)')
	parser.add_argument('--examples', type=int, default=3, metavar='N', help='of each difference (default 3)')
	parser.add_argument('--table', metavar='FILE', help='write every difference there, separated by tabs')
	parser.add_argument('--min', type=float, metavar='PERCENT', help='fail when a type has less equal records')
	args = parser.parse_args()
	args.only = args.only or ['*']
	if bool(args.ours) == bool(args.run) or bool(args.run) != bool(args.captures):
		parser.error('either OURS, or --run with --captures')
	return args


def main():
	args = arguments()
	left_out = set()
	for path in args.without:
		with open(path, encoding='utf-8') as lines:
			left_out |= {line.strip() for line in lines}
	with tempfile.TemporaryDirectory(prefix='parity-') as out:
		peer, ours = files_of(args.peer), files_of(run(args, out) if args.run else args.ours)
		peer = {capture: path for capture, path in peer.items()
			if capture not in left_out and any(fnmatch.fnmatch(capture, glob) for glob in args.only)}
		if not peer:
			bad('no records below %s' % args.peer)
		tallies = compare(peer, ours, tuple(args.types or TYPES + EXTRAS), set(args.ignore))
	show(tallies, args.examples)
	if args.table:
		write_table(args.table, tallies)
	below = [kind for kind, tally in tallies.items() if args.min is not None and tally.share() < args.min]
	if below:
		print('\nbelow %g %%: %s' % (args.min, ', '.join(below)))
	return 1 if below else 0


if __name__ == '__main__':
	sys.exit(main())
