# shellcheck shell=sh
# Installs the runtime, whole or not at all, and judges what the agent would start with. agent.service requires it.
R=${AIRLOCK_ROOT:-}
# shellcheck disable=SC1091
. "$R/etc/airlock/agent.env"
refuse() {
  echo "airlock: RUNTIME REFUSED, the agent stays off: $*"
  exit 1
}
lib=$R/usr/lib/airlock
# Whatever changes about the installation changes its name, so a directory of that name is the marker.
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
# Root's, for the agent to read and for nobody else.
{ chown -R root:agent "$R/etc/airlock" && chmod -R o= "$R/etc/airlock"; } || refuse '/etc/airlock stays open'
# Everything in the agent's home is read and written as the agent: it may have put links there.
chown agent: "$R/var/lib/agent"
as() { runuser agent -c "cd && $*"; }
# shellcheck disable=SC2016
as 'head -c 9M /dev/zero >.room; s=$?; rm -f .room; exit $s' || refuse 'the state volume is full or read-only'
# Where the unit mounts root's files, nothing of the agent's may stand, and no link may lead elsewhere. An empty file that
# the agent can read is for what it runs beside the unit.
for place in $HELD; do
  as "mkdir -p ${place%/*} && [ ! -L ${place%/*} ] && rm -rf $place && touch $place" || refuse "no place for ~/$place"
done
as "$lib/skills $SKILLS" || refuse 'a skill is not the one that is listed'
# Its own words, but only when it has something to complain of.
said=$(as "$R/opt/agent/run check" 2>&1) || refuse "$RUNTIME does not take its configuration: $said"
