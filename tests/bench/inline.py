#!/usr/bin/env python3
"""Inline CPU and latency on one pair of veths: a plain bridge, hangu, and a peer's AF_PACKET inline mode, at the same offered rate.

usage: inline.py BUILD RULES [--peer-config FILE] [--runs N] [--seconds N] [--only MODE,...] [--traffic KIND,...] [--udp RATE]
                              as root; needs iperf3, wrk, nginx, and suricata unless --only leaves it out

CPU seconds are those of all CPUs, traffic's own included, less those of the same traffic over the bridge. Latency is of a datagram
there and back, one at a time. RULES should be rules that both load. MODE: bridge, hangu, suricata; full is hangu with a million
blocked addresses, of which none is met (not among the default). KIND: tcp (300 Mbit/s by iperf3), web (50 connections by wrk), udp
(64-byte frames, RATE a second, by datagrams.c), nothing. A rate that one of them cannot hold shows by datagrams that are lost.
"""
import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
from lab import SERVER, Lab, until  # noqa: E402

NGINX = '''
daemon off; worker_processes 1; pid %(folder)s/nginx.pid; error_log /dev/null;
events { worker_connections 512; }
http { access_log off; client_body_temp_path %(folder)s; proxy_temp_path %(folder)s; fastcgi_temp_path %(folder)s;
	uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s; keepalive_requests 20;
	server { listen 80; location / { root %(folder)s; } } }
'''
PACED = 'function delay() return 20 end\n'
ECHO = '''
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('%s', 7777))
while True:
	data, who = s.recvfrom(100)
	s.sendto(data, who)
''' % SERVER
PING = '''
import json, socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('%s', 7777))
s.settimeout(1)
took, lost = [], 0
for i in range(2000):
	begin = time.perf_counter()
	s.send(b'x' * 22)
	try:
		s.recv(100)
		took.append(time.perf_counter() - begin)
	except OSError:
		lost += 1
	time.sleep(0.001)
print(json.dumps([took, lost]))
''' % SERVER
PAIR = '''%YAML 1.1
---
af-packet:
  - {interface: b0, threads: 1, cluster-id: 97, cluster-type: cluster_flow, defrag: no, use-mmap: yes, tpacket-v3: no,
     ring-size: 16384, copy-mode: ips, copy-iface: b1}
  - {interface: b1, threads: 1, cluster-id: 98, cluster-type: cluster_flow, defrag: no, use-mmap: yes, tpacket-v3: no,
     ring-size: 16384, copy-mode: ips, copy-iface: b0}
'''


def busy():
	"""CPU seconds of all CPUs that were not idle, up to now. Idle time is measured by the kernel, all else is sampled with the
	tick, which work that timers begin evades: so it is what is left of the clock."""
	with open('/proc/stat', encoding='ascii') as f:
		_, _, _, idle, iowait, _, _, steal = map(int, f.readline().split()[1:9])
	return time.monotonic() * os.cpu_count() - (idle + iowait + steal) / os.sysconf('SC_CLK_TCK')


def run(lab, *words):
	done = lab.on('client', *words)
	if done.returncode != 0:
		sys.exit('%s: %s%s' % (' '.join(words), done.stdout[-500:], done.stderr[-500:]))
	return done.stdout


def tcp(lab, seconds, options):
	out = json.loads(run(lab, 'iperf3', '-J', '-c', SERVER, '-b', '300M', '-t', str(seconds)))['end']
	return out['sum_received']['bytes'] * 8 / 1e6 / seconds, 'Mbit/s', out['sum_sent']['retransmits']


def udp(lab, seconds, options):
	program = options.build + '/tests/datagrams'
	with lab.start('server', program, 'count', stdout=subprocess.PIPE, text=True) as counter:
		time.sleep(0.2)
		sent = int(run(lab, program, 'send', SERVER, str(options.udp), str(seconds)))
		got = int(counter.stdout.read())
	return got / seconds, 'packets/s', sent - got


def web(lab, seconds, options):
	out = run(lab, 'wrk', '-t', '1', '-c', '50', '-d', '%ds' % seconds, '-s', lab.folder + '/paced.lua', 'http://%s/page' % SERVER)
	failed = re.search(r'Socket errors: .*', out)
	return int(re.search(r'(\d+) requests in', out)[1]) / seconds, 'requests/s', failed[0] if failed else 0


def nothing(lab, seconds, options):
	time.sleep(seconds)
	return 0, '', 0


TRAFFIC = {f.__name__: f for f in (tcp, web, udp, nothing)}


@contextlib.contextmanager
def bridge(lab, options):
	box = lab.names['box']
	for words in (('add', 'br0', 'type', 'bridge'), ('set', 'br0', 'up'), ('set', 'b0', 'master', 'br0'), ('set', 'b1', 'master', 'br0')):
		subprocess.run(['ip', '-n', box, 'link', *words], check=True)
	yield
	subprocess.run(['ip', '-n', box, 'link', 'del', 'br0'], check=True)


@contextlib.contextmanager
def hangu(lab, options, blocks=0):
	with lab.hangu(options.build + '/hangu', '-c', options.config, '-S', options.rules, '--set', 'unix-command.enabled=yes') as h:
		for at in range(0, blocks, 1000):
			h.ask('block-add', entries=[{'address': '11.%d.%d.%d' % (i >> 16, i >> 8 & 255, i & 255)} for i in range(at, at + 1000)])
		yield
		if h.stop() != 0:
			sys.exit(h.said())


def full(lab, options):
	return hangu(lab, options, 1000000)


@contextlib.contextmanager
def suricata(lab, options):
	with tempfile.TemporaryDirectory() as folder:
		with open(folder + '/pair.yaml', 'w', encoding='utf-8') as f:
			f.write(PAIR)
		words = ['suricata', '-c', options.config, '--include', folder + '/pair.yaml', '--af-packet', '-S', options.rules,
		         '-l', folder, '--runmode', 'workers', '--set', 'unix-command.enabled=no', '-v']
		with open(folder + '/said', 'w', encoding='utf-8') as said:
			process = subprocess.Popen(['ip', 'netns', 'exec', lab.names['box'], *words], stdout=said, stderr=said)
		text = lambda: open(folder + '/said', encoding='utf-8').read()
		if not until(lambda: 'Engine started' in text() or process.poll() is not None, 120, 0.2) or process.poll() is not None:
			sys.exit(text())
		yield
		process.terminate()
		process.wait(60)


MODES = {'bridge': bridge, 'hangu': hangu, 'suricata': suricata, 'full': full}


def serve(lab, folder):
	for name, text in (('nginx.conf', NGINX % {'folder': folder}), ('paced.lua', PACED), ('page', 'hangu ' * 700)):
		with open('%s/%s' % (folder, name), 'w', encoding='utf-8') as f:
			f.write(text)
	os.chmod(folder, 0o755)
	lab.folder = folder
	lab.start('server', 'nginx', '-c', folder + '/nginx.conf')
	lab.start('server', 'iperf3', '-s')
	lab.start('server', sys.executable, '-c', ECHO)
	time.sleep(1)


def measure(lab, options):
	figures = {}
	for name in options.traffic.split(','):
		time.sleep(1)
		begin = busy()
		work, unit, lost = TRAFFIC[name](lab, options.seconds, options)
		figures[name] = (busy() - begin, work, unit, lost)
		print('   %-16s %6.2f CPU s  %9.1f %-10s lost or repeated: %s' % (name, figures[name][0], work, unit, lost), flush=True)
	took, lost = json.loads(run(lab, sys.executable, '-c', PING))
	took.sort()
	figures['latency'] = (took[len(took) // 2] * 1e6, took[len(took) * 99 // 100] * 1e6)
	print('   %-16s p50 %.0f us  p99 %.0f us  lost %d' % ('there and back', *figures['latency'], lost), flush=True)
	return figures


def summary(all_of, options):
	print()
	median = lambda mode, name, i=0: statistics.median(r[name][i] for r in all_of[mode])
	for name in options.traffic.split(','):
		base = median('bridge', name)
		parts = ['%s %6.2f' % (mode, median(mode, name) - base) for mode in all_of if mode != 'bridge']
		ratios = [(b[name][0] - a[name][0]) / max(h[name][0] - a[name][0], 0.01)
		          for a, h, b in zip(*(all_of.get(m, []) for m in ('bridge', 'hangu', 'suricata')))]
		if ratios:
			parts.append('ratio min %.2f median %.2f max %.2f' % (min(ratios), statistics.median(ratios), max(ratios)))
		print('%-16s CPU s over the bridge (%.2f): %s' % (name, base, '   '.join(parts)))
	for mode in all_of:
		print('%-16s there and back p50 %.0f us, p99 %.0f us' % (mode, median(mode, 'latency'), median(mode, 'latency', 1)))


def main():
	p = argparse.ArgumentParser(usage=__doc__.split('\n\n', 1)[1])
	p.add_argument('build')
	p.add_argument('rules')
	p.add_argument('--peer-config', dest='config', default='/etc/suricata/suricata.yaml')
	p.add_argument('--runs', type=int, default=3)
	p.add_argument('--seconds', type=int, default=10)
	p.add_argument('--only', default='bridge,hangu,suricata')
	p.add_argument('--traffic', default=','.join(TRAFFIC))
	p.add_argument('--udp', type=int, default=20000)
	options = p.parse_args()
	all_of = {mode: [] for mode in options.only.split(',')}
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		serve(lab, folder)
		for i in range(options.runs):
			for mode, figures in all_of.items():
				with MODES[mode](lab, options):
					time.sleep(1)
					print('run %d, %s' % (i + 1, mode), flush=True)
					figures.append(measure(lab, options))
	if 'bridge' in all_of:
		summary(all_of, options)


if __name__ == '__main__':
	main()
