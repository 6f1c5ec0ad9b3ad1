#!/bin/sh
# Stands in for a runtime's program, for Node.js and for npm, as far as an installation and a start go: installing
# packages and judging a configuration come to an end at once (with /run/spoilt there, badly), everything else stays and does nothing.
case $1 in
  *npm-cli.js)
    [ "$2" != install ] || echo '{}' >package-lock.json
    exit
    ;;
  *postinstall*) exit ;;
esac
judged() { [ ! -e /run/spoilt ] || { echo 'unknown key: spoilt' && exit 1; }; }
case " $* " in
  *' check '* | *' doctor '* | *' validate '* | *' --print-startup-config '*) judged && exit ;;
  # What Hermes' start script asks, and the answer that it wants.
  *' config get approvals.mode '*) judged && echo manual && exit ;;
esac
exec sleep infinity
