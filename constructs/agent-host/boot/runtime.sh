# shellcheck shell=sh
# Installs the runtime, completely or not at all, and checks the agent's configuration. agent.service requires it.
R=${AIRLOCK_ROOT:-}
# shellcheck disable=SC1091
. "$R/etc/airlock/agent.env"
refuse() {
  echo "airlock: RUNTIME REFUSED, the agent stays off: $*"
  exit 1
}
lib=$R/usr/lib/airlock
# Any change of the installation changes its name, so a directory of that name means that it is complete.
id=$RUNTIME-$(sha256sum <"$lib/install" | cut -c-12)
mkdir -p "$R/opt/agent/versions"
cd "$R/opt/agent/versions" || refuse 'no /opt/agent/versions'
pause=15
until [ -d "$id" ]; do
  rm -rf new && mkdir new && (cd new && "$lib/install") && sync && mv new "$id" && break
  echo "airlock: $id is not installed, the agent stays off: trying again in $pause s"
  sleep $pause
  pause=$((pause < 150 ? pause * 2 : 300))
done
{ ln -sfn "versions/$id" ../new && mv -T ../new ../current; } || refuse 'no /opt/agent/current'
find . -mindepth 1 -maxdepth 1 ! -name "$id" -exec rm -rf {} +
# Root's; the agent may read it, nobody else.
{ chown -R root:agent "$R/etc/airlock" && chmod -R o= "$R/etc/airlock"; } || refuse '/etc/airlock stays open'
# Reads and writes everything in the agent's home as the agent, which may have put links there.
chown agent: "$R/var/lib/agent"
as() { runuser agent -c "cd && $*"; }
# Made-up credentials, where the proxy box has some. They are older than the agent's own files, which stay.
place="curl -fsm9 $PROXY/canaries | tar xf - --strip=1 --keep-newer"
as "$place state" 2>&-
sh -c "cd $R/ && $place host" 2>&-
# shellcheck disable=SC2016
as 'head -c 9M /dev/zero >.room; s=$?; rm -f .room; exit $s' || refuse 'the state volume is full or read-only'
# Where the unit mounts root's files there must be no file of the agent's, and no link to elsewhere. Programs that the agent
# runs outside the unit see an empty file there.
for place in $HELD; do
  as "mkdir -p ${place%/*} && [ ! -L ${place%/*} ] && rm -rf $place && touch $place" || refuse "no place for ~/$place"
done
as "$lib/skills $SKILLS" || refuse 'a skill is not the one that is listed'
# Prints the runtime's own output, but only when it complains.
said=$(as "$R/opt/agent/run check" 2>&1) || refuse "$RUNTIME does not take its configuration: $said"
