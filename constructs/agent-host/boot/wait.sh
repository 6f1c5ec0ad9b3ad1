# shellcheck shell=bash
# Waits until the proxy box answers, without a limit: its port 443 accepts a connection, and a name resolves to its address
# through the system's resolver (iron-proxy answers every name with that address).
# shellcheck disable=SC1091
. "${AIRLOCK_ROOT:-}/etc/airlock/agent.env"
for ((tries = 0; ; tries++)); do
  if ! timeout 5 bash -c ": <>/dev/tcp/$PROXY/443" 2>/dev/null; then
    why='port 443 is shut'
  elif [[ $(timeout 9 getent ahostsv4 any.example.com) != "$PROXY "* ]]; then
    why='names do not resolve to it'
  else
    break
  fi
  # Once a minute.
  ((tries % 12)) || echo "airlock: waiting for the proxy box $PROXY: $why"
  sleep 5
done
echo "airlock: the proxy box $PROXY answers"
