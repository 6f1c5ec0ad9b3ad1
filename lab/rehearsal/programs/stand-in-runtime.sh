#!/bin/sh
# Stand-in for a runtime's program, for Node.js and for npm. Installing packages and checking a configuration end at once,
# with an error if /run/fault exists; any other call runs for ever and does nothing.
case $1 in
  *npm-cli.js)
    [ "$2" != install ] || echo '{}' >package-lock.json
    exit
    ;;
  *postinstall*) exit ;;
esac
checked() { [ ! -e /run/fault ] || { echo 'unknown key: fault' && exit 1; }; }
case " $* " in
  *' check '* | *' doctor '* | *' validate '* | *' --print-startup-config '*) checked && exit ;;
  # The question of Hermes' start script, and the expected answer.
  *' config get approvals.mode '*) checked && echo manual && exit ;;
esac
exec sleep infinity
