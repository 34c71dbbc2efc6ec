"""A stand-in for the engine: its event socket and its control socket with a block table. Standard library only."""
import itertools
import json
import os
import socket
import threading
import time
import uuid


def key_of(entry):
	return entry.get('address') or tuple(entry.get(k) for k in ('src_ip', 'src_port', 'dest_ip', 'dest_port', 'proto'))


class Table:
	"""The block table, as the contract of block-add, block-del, block-list and block-stats has it."""

	def __init__(self, refuse=()):
		self.entries, self.refuse = {}, set(refuse)
		self.generation, self.epoch = 0, uuid.uuid4().hex
		self.numbers = itertools.count()
		self.lock = threading.Lock()

	def expire(self):
		now = time.monotonic()
		for key in [k for k, (_, end, _) in self.entries.items() if end is not None and end <= now]:
			del self.entries[key]

	def add(self, entries):
		added = renewed = 0
		refused = []
		if len(entries) > 1000:
			return 'NOK', 'too many entries'
		for i, entry in enumerate(entries):
			key, ttl = key_of(entry), entry.get('ttl')
			if key in self.refuse:
				refused.append({'index': i, 'reason': 'cannot be expressed'})
				continue
			renewed += key in self.entries
			added += key not in self.entries
			number = self.entries[key][2] if key in self.entries else next(self.numbers)
			self.entries[key] = (entry, None if ttl is None else time.monotonic() + ttl, number)
		self.generation += 1
		return 'OK', {'added': added, 'renewed': renewed, 'refused': refused}

	def delete(self, entries):
		gone = sum(self.entries.pop(key_of(e), None) is not None for e in entries)
		self.generation += 1
		return 'OK', {'deleted': gone, 'absent': len(entries) - gone}

	def list(self, start, offset, count):
		rest = [e for e in self.entries.values() if e[2] >= start][offset:]
		now = time.monotonic()
		rows = [dict(e, hits=0, bytes=0, **({} if end is None else {'ttl': end - now})) for e, end, _ in rest[:count]]
		behind = {'next': rest[count][2]} if len(rest) > count else {}
		return 'OK', {'total': len(self.entries), 'generation': self.generation, 'entries': rows, **behind}

	def run(self, command, arguments):
		with self.lock:
			self.expire()
			if command == 'block-add':
				return self.add(arguments['entries'])
			if command == 'block-del':
				return self.delete(arguments['entries'])
			if command == 'block-list':
				return self.list(arguments.get('from', 0), arguments.get('offset', 0), arguments.get('count', 1000))
			if command == 'block-stats':
				return 'OK', {'entries': len(self.entries), 'capacity': 1 << 20, 'hits': 0, 'generation': self.generation,
					'epoch': self.epoch}
			return 'NOK', 'Unknown command'

	def addresses(self):
		with self.lock:
			self.expire()
			return set(self.entries)


class Engine:
	def __init__(self, folder, refuse=()):
		self.events_path, self.control_path = os.path.join(folder, 'events.sock'), os.path.join(folder, 'control.sock')
		self.table = Table(refuse)
		self.subscribers, self.seq = [], {}
		self.start()

	def start(self):
		self.stopping = False
		self.servers = []
		for path, serve in ((self.events_path, self.serve_events), (self.control_path, self.serve_control)):
			if os.path.exists(path):
				os.unlink(path)
			server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
			server.bind(path)
			server.listen(8)
			self.servers.append(server)
			threading.Thread(target=self.accept, args=(server, serve), daemon=True).start()
		self.connections = []

	def stop(self):
		self.stopping = True
		for s in self.servers + self.connections + self.subscribers:
			try:
				s.shutdown(socket.SHUT_RDWR)
			except OSError:
				pass
			s.close()
		self.subscribers = []

	def restart(self):
		"""As after a death: an empty table with another epoch."""
		self.stop()
		self.table = Table(self.table.refuse)
		self.start()

	def accept(self, server, serve):
		while not self.stopping:
			try:
				connection, _ = server.accept()
			except OSError:
				return
			threading.Thread(target=serve, args=(connection,), daemon=True).start()

	def serve_events(self, connection):
		self.seq[connection] = 0
		self.subscribers.append(connection)

	def serve_control(self, connection):
		self.connections.append(connection)
		try:
			with connection.makefile('rw') as f:
				self.answer(f)
		except (OSError, ValueError):
			pass

	def answer(self, f):
		hello = json.loads(f.readline() or '{}')
		f.write('{"return":"%s"}\n' % ('OK' if hello.get('version') == '0.2' else 'NOK'))
		f.flush()
		for line in f:
			request = json.loads(line)
			said, message = self.table.run(request['command'], request.get('arguments', {}))
			f.write(json.dumps({'return': said, 'message': message}) + '\n')
			f.flush()

	def wait_subscriber(self, seconds=10):
		end = time.monotonic() + seconds
		while not self.subscribers:
			assert time.monotonic() < end, 'nobody reads events'
			time.sleep(0.01)

	def send(self, event, skip=0):
		"""To every subscriber, with its number; skip: so many numbers are left out before."""
		for s in list(self.subscribers):
			self.seq[s] += 1 + skip
			try:
				s.sendall((json.dumps(dict(event, seq=self.seq[s])) + '\n').encode())
			except OSError:
				self.subscribers.remove(s)

	def send_raw(self, data):
		for s in self.subscribers:
			s.sendall(data)


def alert(src, dest='10.9.0.2', sid=1000001, two_way=True, **more):
	event = {'timestamp': '2026-11-27T07:31:31.123456+0000', 'flow_id': 123456789, 'event_type': 'alert', 'src_ip': src,
		'src_port': 40000, 'dest_ip': dest, 'dest_port': 80, 'proto': 'TCP', 'pkt_src': 'wire/pcap', 'direction': 'to_server',
		'app_proto': 'http',
		'alert': {'action': 'allowed', 'gid': 1, 'signature_id': sid, 'rev': 1, 'signature': 'test', 'severity': 1,
			'category': 'Web Application Attack'},
		'flow': {'pkts_toserver': 3, 'pkts_toclient': 2, 'bytes_toserver': 300, 'bytes_toclient': 200,
			'start': '2026-11-27T07:31:31.000000+0000', 'src_ip': src, 'dest_ip': dest, 'two_way': two_way}}
	for name, value in more.items():
		if isinstance(value, dict) and name in event:
			event[name].update(value)
		else:
			event[name] = value
	return event
