#!/usr/bin/env python3
"""Pages of docs/ against the program: what it prints by itself, and the options that it takes.

usage: pages.py PROGRAM ROOT      prints TAP; standard library only
"""
import os
import re
import subprocess
import sys

PAGES = {'docs/configuration.md': ['check', '--list', 'config'],
         'docs/counters.md': ['check', '--list', 'counters'],
         'docs/buffers.md': ['check', '--list', 'buffers'],
         'docs/events.md': ['check', '--list', 'events'],
         'docs/keywords.md': ['check', '--list', 'keywords'],
         'docs/man/hangu-keywords.5': ['check', '--list', 'manual'],
         'docs/differences.md': ['check', '--list', 'differences']}


def output(program, *args):
    return subprocess.run([program, *args], stdout=subprocess.PIPE, check=True, timeout=60).stdout.decode()


def page_differs(program, root, page):
    with open(os.path.join(root, page), encoding='utf-8') as f:
        written = f.read()
    if output(program, *PAGES[page]) != written:
        return '%s differs; write it anew: hangu %s >%s' % (page, ' '.join(PAGES[page]), page)
    return None


def options_differ(program, root, _):
    shown = {o for verb in ('run', 'replay', 'check', 'ctl') for o in re.findall(r'^  (-\S+)', output(program, verb, '--help'), re.M)}
    with open(os.path.join(root, 'docs/man/hangu.8'), encoding='utf-8') as f:
        heads = re.findall(r'^\.TP\n\.BI? (\\-\S+)', f.read(), re.M)
    told = {h.replace('\\-', '-') for h in heads}
    if not shown:
        return 'no option was found in the help'
    return 'docs/man/hangu.8 and --help differ in %s' % sorted(shown ^ told) if shown != told else None


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    program, root = os.path.abspath(sys.argv[1]), sys.argv[2]
    cases = [(page, page_differs) for page in sorted(PAGES)] + [('options of the manual page', options_differ)]
    print('TAP version 13\n1..%d' % len(cases))
    failed = 0
    for i, (name, check) in enumerate(cases, 1):
        why = check(program, root, name)
        failed += why is not None
        print('# %s\nnot ok %d - pages: %s' % (why, i, name) if why else 'ok %d - pages: %s' % (i, name))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
